internal import GenbaCore

/// Where the pixels of one encoder's input come from: the size after resizing, and the part of it that is seen.
struct EncoderGeometry: Hashable {
  /// Rows and columns of the whole resized picture.
  var resizedHeight: Int, resizedWidth: Int
  /// The part in view; below 0 and beyond the resized picture, there is black.
  var rows: Range<Int>, columns: Range<Int>

  /// The geometry of a picture of that size.
  ///
  /// - Throws: `.mismatchedInputs` for pictures without pixels, or that vanish; `.limitExceeded` for a side that becomes
  ///   longer than 2^20 pixels, or more pixels than one call may return.
  init(
    height: Int, width: Int, _ configuration: EncoderImageProcessor.Configuration
  ) throws(GenbaError) {
    guard height > 0, width > 0 else {
      throw GenbaError(.mismatchedInputs, "a picture of \(width)x\(height) has no pixels")
    }
    (resizedHeight, resizedWidth) = (height, width)
    var crop = configuration.doCenterCrop ? (height: configuration.cropHeight, width: configuration.cropWidth) : nil
    if configuration.doResize {
      var size = configuration.size
      if let cropPct = configuration.cropPct, case .shortestEdge(let edge, _) = size {
        if edge < 384 {
          size = .shortestEdge(Int(Double(edge) / cropPct))
          crop = (edge, edge)
        } else {
          size = .exact(height: edge, width: edge)
        }
      }
      (resizedHeight, resizedWidth) = size.resized(height: height, width: width)
    }
    let (longest, most) = (1 << 20, DecodeLimits().frameBytes / 12)
    guard resizedHeight > 0, resizedWidth > 0 else {
      throw GenbaError(
        .mismatchedInputs, "a picture of \(width)x\(height) becomes \(resizedWidth)x\(resizedHeight), without a pixel")
    }
    guard max(resizedHeight, resizedWidth) <= longest, resizedHeight * resizedWidth <= most else {
      throw GenbaError(
        .limitExceeded,
        "a picture of \(width)x\(height) becomes \(resizedWidth)x\(resizedHeight), more than \(longest) pixels along a side or \(most) in all; crop it first"
      )
    }
    rows = Self.middle(of: resizedHeight, crop?.height)
    columns = Self.middle(of: resizedWidth, crop?.width)
  }

  /// transformers' `center_crop` along one axis: the odd pixel stays out below, or is black below.
  private static func middle(of length: Int, _ crop: Int?) -> Range<Int> {
    guard let crop else { return 0..<length }
    let start = length >= crop ? (length - crop) / 2 : -((crop - length) / 2)
    return start..<start + crop
  }
}

extension EncoderImageProcessor.Configuration.Size {
  /// The size of a picture after resizing, with the rounding of transformers' functions.
  func resized(height: Int, width: Int) -> (height: Int, width: Int) {
    switch self {
    case .exact(let height, let width):
      return (height, width)
    case .shortestEdge(let edge, longest: nil):
      let long = Int(Double(edge * max(height, width)) / Double(min(height, width)))
      return width <= height ? (long, edge) : (edge, long)
    case .shortestEdge(let edge, let longest?):
      return Self.bounded(height: height, width: width, edge: edge, longest: longest)
    case .fit(let maxHeight, let maxWidth):
      let scale = min(Double(maxHeight) / Double(height), Double(maxWidth) / Double(width))
      return (Int(Double(height) * scale), Int(Double(width) * scale))
    }
  }

  /// transformers' `get_size_with_aspect_ratio`.
  private static func bounded(height: Int, width: Int, edge: Int, longest: Int) -> (height: Int, width: Int) {
    let (short, long) = (Double(min(height, width)), Double(max(height, width)))
    // The short side before rounding, where the long one is what decides.
    var exact = Double(edge)
    var edge = edge
    if long / short * exact > Double(longest) {
      exact = Double(longest) * short / long
      edge = Int(exact.rounded(.toNearestOrEven))
    }
    if min(height, width) == edge { return (height, width) }
    if width < height { return (Int(exact * Double(height) / Double(width)), edge) }
    return (edge, Int(exact * Double(width) / Double(height)))
  }
}
