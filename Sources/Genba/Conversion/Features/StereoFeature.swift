internal import FoundationEssentials
internal import GenbaCore
internal import GenbaMedia
internal import GenbaSpatial
internal import GenbaStorage
internal import Synchronization

/// Makes disparity, confidence and, with a calibration, depth of stereo pairs.
final class StereoFeature: Sendable {
  private let matcher: StereoSGBM
  private let recipe: StereoRecipe
  /// How pictures of one size are rectified, by the calibration's files.
  private let rectifications = Mutex<[Place: StereoRectification]>([:])

  private struct Place: Hashable {
    var files: [String]
    var isColor: Bool
    var width: Int
    var height: Int
  }

  /// Calibrations that are kept: a manifest may name another one in each row.
  private static let keptCount = 64

  /// Checks the options and the calibration, if the recipe has one.
  ///
  /// - Throws: `.invalidConfiguration` for an option that there is not; what is wrong with the calibration.
  init(_ column: ColumnRecipe) throws(GenbaError) {
    guard column.model == nil, column.feature == nil else {
      throw GenbaError(
        .invalidConfiguration, "the recipe's \"stereo\": pairs become disparity and depth; leave out feature and model")
    }
    recipe = column.stereo
    matcher = try StereoSGBM(Self.options(column.options))
    if !recipe.calibration.isEmpty {
      _ = try StereoCalibration(
        contentsOf: recipe.calibration, isFisheye: recipe.isFisheye, kittiCameras: recipe.kittiCameras ?? .gray)
    }
  }

  /// The defaults, with what the recipe names in their place.
  private static func options(_ json: JSON?) throws(GenbaError) -> StereoSGBM.Options {
    func wrong(_ what: String, cause: String? = nil) -> GenbaError {
      GenbaError(.invalidConfiguration, "the recipe's \"stereo\": \(what)", cause: cause)
    }
    var options = StereoSGBM.Options()
    guard let json else { return options }
    do {
      var members = try JSON.parse(Array(JSONEncoder().encode(options))).members
      for member in json.members {
        guard let index = members.firstIndex(where: { $0.key == member.key }) else {
          throw wrong(
            "options has no \"\(member.key)\"; there are \(members.map(\.key).sorted().joined(separator: ", "))")
        }
        members[index].value = member.value
      }
      options = try JSONDecoder().decode(StereoSGBM.Options.self, from: Data(JSON.object(members).text.utf8))
    } catch {
      throw (error as? GenbaError) ?? wrong("options of StereoSGBM", cause: "\(error)")
    }
    return options
  }

  /// `depth` in metres, where there is a calibration; `disparity` in pixels, `confidence` and `valid_mask`, all
  /// [height, width].
  ///
  /// - Parameter files: The calibration; empty takes the recipe's.
  func callAsFunction(left: Image, right: Image, calibration files: [String]) throws(GenbaError) -> TensorBundle {
    var bundle = TensorBundle()
    let files = files.isEmpty ? recipe.calibration : files
    guard !files.isEmpty else {
      bundle.set(try match(left, right))
      return bundle
    }
    let rectification = try rectification(of: left, files)
    let (left, right) = try rectification(left: left, right: right)
    let disparity = try match(left, right)
    let depth = DepthMap(disparity, reprojection: rectification.q)
    bundle.set("depth", to: depth.metres)
    // What lies at infinity has a disparity, but no depth.
    bundle.set(disparity.masked(by: depth.validMask))
    bundle.metadata = rectification.metadata
    return bundle
  }

  private func match(_ left: Image, _ right: Image) throws(GenbaError) -> DisparityMap {
    var disparity = try matcher(left: left, right: right)
    if recipe.fills { disparity = disparity.filled() }
    if let least = recipe.minConfidence { disparity = disparity.keeping(confidenceAtLeast: Float(least)) }
    return disparity
  }

  private func rectification(of left: Image, _ files: [String]) throws(GenbaError) -> StereoRectification {
    let isColor = left.colorModel == .rgb || left.colorModel == .rgba
    let place = Place(files: files, isColor: isColor, width: left.width, height: left.height)
    if let known = rectifications.withLock({ $0[place] }) { return known }
    let made = try StereoRectification(
      calibration: files, isFisheye: recipe.isFisheye, kittiCameras: recipe.kittiCameras, for: left)
    rectifications.withLock { known in
      if known.count >= Self.keptCount { known.removeAll() }
      known[place] = made
    }
    return made
  }
}
