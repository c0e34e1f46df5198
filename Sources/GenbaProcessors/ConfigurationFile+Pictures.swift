internal import GenbaCore
internal import GenbaVision

extension ConfigurationFile {
  /// A size in any of transformers' forms: a number, [height, width], or an object.
  func size(
    _ key: String, defaultToSquare: Bool
  ) throws(GenbaError) -> EncoderImageProcessor.Configuration.Size? {
    let range = 1...1 << 16
    guard isObject(key) else {
      if isArray(key) {
        guard let sides = try numbers(key), sides.count == 2, let height = Int(exactly: sides[0]),
          let width = Int(exactly: sides[1]), range.contains(height), range.contains(width)
        else { throw wrong(key, "a height and a width") }
        return .exact(height: height, width: width)
      }
      guard let side = try integer(key, in: range) else { return nil }
      return defaultToSquare ? .exact(height: side, width: side) : .shortestEdge(side)
    }
    guard let block = try block(key) else { return nil }
    if let height = try block.integer("height", in: range), let width = try block.integer("width", in: range) {
      return .exact(height: height, width: width)
    }
    if let edge = try block.integer("shortest_edge", in: range) {
      return .shortestEdge(edge, longest: try block.integer("longest_edge", in: range))
    }
    if let height = try block.integer("max_height", in: range), let width = try block.integer("max_width", in: range) {
      return .fit(maxHeight: height, maxWidth: width)
    }
    throw wrong(key, "a number, or an object with height and width, shortest_edge, or max_height and max_width")
  }

  /// `size.height` and `size.width`, or a square's side.
  func exactSize(_ key: String) throws(GenbaError) -> PixelSize? {
    guard let size = try size(key, defaultToSquare: true) else { return nil }
    guard case .exact(let height, let width) = size else { throw wrong(key, "a height and a width") }
    return PixelSize(height: height, width: width)
  }

  /// `size.longest_edge`.
  func longestEdge(_ key: String) throws(GenbaError) -> Int? {
    guard let block = try block(key) else { return nil }
    guard let edge = try block.integer("longest_edge", in: 1...1 << 16) else {
      throw block.wrong("longest_edge", "a number of pixels")
    }
    return edge
  }

  /// The filter of a resize, by Pillow's number.
  func resample() throws(GenbaError) -> EncoderImageProcessor.Configuration.Resample? {
    try integer("resample", in: 0...3).flatMap { EncoderImageProcessor.Configuration.Resample(rawValue: $0) }
  }
}

extension EncoderImageProcessor.Configuration.Resample {
  /// The filter of integers; transformers with torchvision 0.26 takes bicubic for Lanczos.
  var filter: ImageResizer.Filter {
    switch self {
    case .nearest: .nearest
    case .bilinear: .bilinear
    case .bicubic, .lanczos: .bicubic
    }
  }
}
