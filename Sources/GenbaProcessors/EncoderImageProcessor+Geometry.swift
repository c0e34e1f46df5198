internal import GenbaCore
internal import GenbaVision

extension EncoderImageProcessor.Configuration {
  /// What is seen of a picture of that size.
  ///
  /// - Throws: `.mismatchedInputs` for pictures that vanish; `.limitExceeded` for a side that becomes longer than 2^20
  ///   pixels, or more pixels than one call may return.
  func view(of picture: PixelSize) throws(GenbaError) -> PictureView {
    var resized = picture
    var crop = doCenterCrop ? (height: cropHeight, width: cropWidth) : nil
    if doResize {
      var size = size
      if let cropPct, case .shortestEdge(let edge, _) = size {
        if edge < 384 {
          size = .shortestEdge(Int(Double(edge) / cropPct))
          crop = (edge, edge)
        } else {
          size = .exact(height: edge, width: edge)
        }
      }
      resized = size.resized(height: picture.height, width: picture.width)
    }
    if let sizeDivisor {
      func up(_ length: Int) -> Int { (length + sizeDivisor - 1) / sizeDivisor * sizeDivisor }
      crop = crop.map { (up($0.height), up($0.width)) } ?? (up(resized.height), up(resized.width))
    }
    let view = PictureView(
      of: picture, resizes: doResize ? [resized] : [],
      seen: Tiling.Tile(
        rows: Self.middle(of: resized.height, crop?.height), columns: Self.middle(of: resized.width, crop?.width)))
    try view.check(pictureOf: picture)
    return view
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
  func resized(height: Int, width: Int) -> PixelSize {
    switch self {
    case .exact(let height, let width):
      return PixelSize(height: height, width: width)
    case .shortestEdge(let edge, longest: nil):
      let long = Int(Double(edge * max(height, width)) / Double(min(height, width)))
      return width <= height ? PixelSize(height: long, width: edge) : PixelSize(height: edge, width: long)
    case .shortestEdge(let edge, let longest?):
      return Self.bounded(height: height, width: width, edge: edge, longest: longest)
    case .fit(let maxHeight, let maxWidth):
      let scale = min(Double(maxHeight) / Double(height), Double(maxWidth) / Double(width))
      return PixelSize(height: Int(Double(height) * scale), width: Int(Double(width) * scale))
    case .multiple(let number, let maxHeight, let maxWidth, let keepsAspectRatio):
      var down = Double(maxHeight) / Double(height)
      var across = Double(maxWidth) / Double(width)
      if keepsAspectRatio {
        // As little as possible is scaled.
        if abs(1 - across) < abs(1 - down) { down = across } else { across = down }
      }
      func nearest(_ length: Double) -> Int { Int((length / Double(number)).rounded(.toNearestOrEven)) * number }
      return PixelSize(height: nearest(down * Double(height)), width: nearest(across * Double(width)))
    }
  }

  /// transformers' `get_size_with_aspect_ratio`.
  private static func bounded(height: Int, width: Int, edge: Int, longest: Int) -> PixelSize {
    let (short, long) = (Double(min(height, width)), Double(max(height, width)))
    // The short side before rounding, where the long one is what decides.
    var exact = Double(edge)
    var edge = edge
    if long / short * exact > Double(longest) {
      exact = Double(longest) * short / long
      edge = Int(exact.rounded(.toNearestOrEven))
    }
    if min(height, width) == edge { return PixelSize(height: height, width: width) }
    if width < height { return PixelSize(height: Int(exact * Double(height) / Double(width)), width: edge) }
    return PixelSize(height: edge, width: Int(exact * Double(width) / Double(height)))
  }
}
