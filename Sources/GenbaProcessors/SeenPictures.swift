public import GenbaCore
internal import GenbaVision

/// The pictures that a model sees, made of its input again: for people to look at.
///
/// Knows Qwen's patches (with `image_grid_thw` or `video_grid_thw`), SigLIP 2 NaFlex's (`spatial_shapes`), and planes
/// [..., 3, height, width] of pictures, tiles and frames. The normalisation that is undone is the one in the bundle's
/// metadata (`image_mean`, `image_std`), where a processor wrote it; in a file from elsewhere, the first of SigLIP's,
/// CLIP's and ImageNet's that the values fit.
///
/// ```swift
/// if let seen = SeenPictures(bundle) { for picture in seen.pictures { print(picture.shape) } }
/// ```
public struct SeenPictures: Sendable {
  /// uint8 [height, width, 3] each.
  public private(set) var pictures: [Tensor<UInt8>] = []
  /// Which picture, tile or frame each is.
  public private(set) var labels: [String] = []
  /// How many stand side by side, where tiles make one picture (`rows` and `cols`).
  public private(set) var columns: Int?

  private let normalization: Normalization

  /// The pictures of a model's input, and `nil` where there is none.
  public init?(_ bundle: TensorBundle) {
    let named = bundle.filter {
      $0.name.hasPrefix("pixel_values") || $0.name == "image_pixel_values"
    }.compactMap { entry in entry.tensor.floats.map { (name: entry.name, values: $0) } }
    guard !named.isEmpty else { return nil }
    normalization = Normalization(metadata: bundle.metadata) ?? .fitting(named.map(\.values))
    for (name, values) in named {
      switch values.rank {
      case 2: appendPatches(values, grids: bundle[name == "pixel_values" ? "image_grid_thw" : "video_grid_thw"], bundle)
      case 3 where bundle["spatial_shapes"] != nil: appendInterleaved(values, shapes: bundle["spatial_shapes"])
      case 3...: appendPlanes(values, name)
      default: break
      }
    }
    if pictures.isEmpty { return nil }
    if let cols = bundle.tensor("cols", as: Int64.self), cols.count == 1, cols.span[0] > 0 {
      columns = Int(cols.span[0])
    }
  }

  /// Qwen's: of a clip, the first frame of each temporal patch.
  private mutating func appendPatches(_ values: Tensor<Float>, grids: AnyTensor?, _ bundle: TensorBundle) {
    guard let grids = grids?.as(Int64.self), grids.rank == 2, grids.shape[1] == 3 else { return }
    func number(_ key: String, otherwise: Int) -> Int { bundle.metadata[key].flatMap { Int($0) } ?? otherwise }
    let temporal = number("temporal_patch_size", otherwise: 2)
    let merge = number("merge_size", otherwise: 2)
    guard temporal > 0, merge > 0 else { return }
    let side = Int((Double(values.shape[1]) / Double(3 * temporal)).squareRoot())
    guard side > 0, 3 * temporal * side * side == values.shape[1] else { return }
    let patchify = Patchify(
      patchSize: side, mergeSize: merge, temporalPatchSize: temporal, normalization: normalization)
    var first = 0
    for picture in 0..<grids.shape[0] {
      let (times, height, width) = (grids[picture, 0], grids[picture, 1], grids[picture, 2])
      for time in 0..<max(times, 0) {
        guard let height = Int(exactly: height), let width = Int(exactly: width), (1...1 << 20).contains(height),
          (1...1 << 20).contains(width), height % merge == 0, width % merge == 0,
          first + height * width <= values.shape[0]
        else { return }
        pictures.append(patchify.frame(ofPatches: values, from: first, gridHeight: height, gridWidth: width))
        labels.append("\(picture)\(times > 1 ? ", \(time)" : ""): \(width)x\(height) patches of \(side)")
        first += height * width
      }
    }
  }

  /// SigLIP 2 NaFlex's: patches of [patch, patch, 3].
  private mutating func appendInterleaved(_ values: Tensor<Float>, shapes: AnyTensor?) {
    guard let shapes = shapes?.as(Int64.self), shapes.shape == [values.shape[0], 2] else { return }
    let elements = values.shape[2]
    let side = Int((Double(elements) / 3).squareRoot())
    guard side > 0, 3 * side * side == elements else { return }
    let source = values.span
    for picture in 0..<shapes.shape[0] {
      guard let rows = Int(exactly: shapes[picture, 0]), let columns = Int(exactly: shapes[picture, 1]),
        (1...values.shape[1]).contains(rows), (1...values.shape[1]).contains(columns), rows * columns <= values.shape[1]
      else { return }
      let planes = Tensor<Float>(shape: [3, rows * side, columns * side]) { output in
        for channel in 0..<3 {
          for y in 0..<rows * side {
            for x in 0..<columns * side {
              let patch = picture * values.shape[1] + y / side * columns + x / side
              output.append(source[patch * elements + (y % side * side + x % side) * 3 + channel])
            }
          }
        }
      }
      pictures.append(normalization.pixels(ofPlanes: planes))
      labels.append("\(picture): \(columns)x\(rows) patches of \(side)")
    }
  }

  /// [..., 3, height, width]; those that are nothing but zeros fill a batch up, and are left out.
  private mutating func appendPlanes(_ values: Tensor<Float>, _ name: String) {
    let shape = Array(values.shape.suffix(3))
    guard shape[0] == 3, shape[1] > 0, shape[2] > 0 else { return }
    let leading = values.shape.dropLast(3)
    let elements = shape.reduce(1, *)
    let source = values.span
    for index in 0..<leading.reduce(1, *) {
      let range = index * elements..<(index + 1) * elements
      if range.allSatisfy({ source[$0] == 0 }) { continue }
      let planes = Tensor<Float>(shape: shape) { output in for place in range { output.append(source[place]) } }
      pictures.append(normalization.pixels(ofPlanes: planes))
      // Which of each leading axis that has more than one.
      var rest = index
      var place: [String] = []
      for length in leading.reversed() {
        if length > 1 { place.insert("\(rest % length)", at: 0) }
        rest /= length
      }
      if place.isEmpty { place = [name.split(separator: ".").dropFirst().first.map(String.init) ?? "0"] }
      labels.append("\(place.joined(separator: ", ")): \(shape[2])x\(shape[1])")
    }
  }
}

extension AnyTensor {
  /// The same numbers as float32, for the types of pixel values.
  fileprivate var floats: Tensor<Float>? {
    func converted<Element: TensorElement>(_ type: Element.Type) -> Tensor<Float>? {
      self.as(type).map { tensor in
        let values = tensor.span
        return Tensor(shape: tensor.shape) { output in
          for index in 0..<values.count { output.append(Float(values[index].doubleValue)) }
        }
      }
    }
    switch dtype {
    case .float32: return self.as(Float.self)
    case .float16, .bfloat16, .float64: return converted(dtype.elementType)
    default: return nil
    }
  }
}

extension Normalization {
  /// What a processor wrote into a bundle's metadata.
  fileprivate init?(metadata: [String: String]) {
    func numbers(_ key: String) -> [Double]? {
      let numbers = metadata[key]?.split(separator: ",").compactMap { Double($0) }
      return numbers?.count == 3 ? numbers : nil
    }
    guard let mean = numbers("image_mean"), let std = numbers("image_std"), std.allSatisfy({ $0 != 0 }) else {
      return nil
    }
    self.init(imageMean: mean, imageStd: std)
  }

  /// The first of the usual ones whose range from black to white holds all values.
  fileprivate static func fitting(_ tensors: [Tensor<Float>]) -> Normalization {
    var (low, high) = (Double.infinity, -Double.infinity)
    for tensor in tensors {
      let statistics = TensorStatistics(AnyTensor(tensor))
      low = min(low, statistics.minimum ?? low)
      high = max(high, statistics.maximum ?? high)
    }
    if low >= 0, high <= 1 { return Normalization(doNormalize: false, imageMean: [0, 0, 0], imageStd: [1, 1, 1]) }
    func fits(_ normalization: Normalization) -> Bool {
      let (mean, std) = (normalization.imageMean, normalization.imageStd)
      // A little more than the range, for 16-bit types.
      let black = zip(mean, std).map { -$0 / $1 }.min() ?? 0
      let white = zip(mean, std).map { (1 - $0) / $1 }.max() ?? 0
      return low >= black - 0.02 && high <= white + 0.02
    }
    return [.half, .clip].first { fits($0) } ?? .imageNet
  }
}

extension TensorBundle {
  /// Writes down what the pixel values were normalised by, so that they can be looked at again.
  mutating func describe(_ normalization: Normalization) {
    // In units of 0 to 1 for black to white.
    let scale = 1 / (normalization.doRescale ? 255 * normalization.rescaleFactor : 255)
    let mean = normalization.doNormalize ? normalization.imageMean : [0, 0, 0]
    let std = normalization.doNormalize ? normalization.imageStd : [1, 1, 1]
    metadata["image_mean"] = mean.map { "\($0 * scale)" }.joined(separator: ",")
    metadata["image_std"] = std.map { "\($0 * scale)" }.joined(separator: ",")
  }
}
