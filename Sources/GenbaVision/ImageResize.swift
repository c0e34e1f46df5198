public import GenbaCore

/// How pictures are resized: which weights, whose numbers.
public struct ImageResize: Sendable, Hashable, Codable {
  /// The shape of the weights.
  public var filter: ImageResizer.Filter
  /// The library to equal, for uint8. Pictures of uint16 and float32 are resized in float32 as torch does it, whatever
  /// stands here, by ``FloatImageResizer``.
  public var arithmetic: ImageResizer.Arithmetic
  /// Whether weights widen where the picture shrinks.
  public var antialias: Bool

  /// torchvision's bicubic resize with antialiasing, unless something else is given.
  public init(
    filter: ImageResizer.Filter = .bicubic, arithmetic: ImageResizer.Arithmetic = .torchvision, antialias: Bool = true
  ) {
    self.filter = filter
    self.arithmetic = arithmetic
    self.antialias = antialias
  }

  /// The picture at another size, in its own type.
  ///
  /// - Throws: `.mismatchedInputs` for an empty picture, a size below 1, a filter that the arithmetic does not have, and
  ///   for uint16 and float32 another filter than bilinear, bicubic and nearest; `.limitExceeded` for a result of more
  ///   pixels than `DecodeLimits` allows by default.
  public func callAsFunction(_ image: Image, height: Int, width: Int) throws(GenbaError) -> Image {
    try Image.checkSize(height: height, width: width)
    guard height > 0, width > 0, image.height > 0, image.width > 0 else {
      throw GenbaError(
        .mismatchedInputs, "a picture of \(image.width)x\(image.height) cannot be resized to \(width)x\(height)")
    }
    guard arithmetic.filters(antialias: antialias).contains(filter) else {
      let filters = arithmetic.filters(antialias: antialias).map(\.rawValue).joined(separator: ", ")
      throw GenbaError(
        .mismatchedInputs,
        "\(arithmetic) has no \(filter) \(antialias ? "with" : "without") antialias; it has \(filters.isEmpty ? "none" : filters)"
      )
    }
    switch image.pixels {
    case .uint8(let pixels):
      let resizer = ImageResizer(
        fromHeight: image.height, width: image.width, toHeight: height, width: width,
        channels: image.colorModel.channelCount, filter: filter, arithmetic: arithmetic, antialias: antialias)
      return image.replacing(pixels: .uint8(resizer(pixels)))
    case .uint16(let pixels):
      if filter == .nearest { return image.replacing(pixels: .uint16(nearest(pixels, height, width))) }
      let resizer = try floatResizer(image, height, width)
      return image.replacing(pixels: .uint16(pixels.mappedPlanes(limit: 65535) { resizer($0) }))
    case .float32(let pixels):
      if filter == .nearest { return image.replacing(pixels: .float32(nearest(pixels, height, width))) }
      let resizer = try floatResizer(image, height, width)
      return image.replacing(pixels: .float32(pixels.mappedPlanes { resizer($0) }))
    }
  }

  private func nearest<Element>(_ pixels: Tensor<Element>, _ height: Int, _ width: Int) -> Tensor<Element> {
    let plan = NearestPlan(
      fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: height, width: width, arithmetic: arithmetic,
      rows: nil, columns: nil)
    return Tensor(shape: [height, width, pixels.shape[2]]) { output in
      plan.run(from: pixels.span, inWidth: pixels.shape[1], channels: pixels.shape[2], into: &output)
    }
  }

  private func floatResizer(_ image: Image, _ height: Int, _ width: Int) throws(GenbaError) -> FloatImageResizer {
    guard let filter = FloatImageResizer.Filter(rawValue: filter.rawValue) else {
      throw GenbaError(
        .mismatchedInputs,
        "\(image.tensor.dtype.name) pictures are resized with bilinear, bicubic or nearest, not \(filter.rawValue)")
    }
    return FloatImageResizer(
      fromHeight: image.height, width: image.width, toHeight: height, width: width,
      channels: image.colorModel.channelCount, filter: filter, antialias: antialias)
  }
}

extension Image {
  /// Throws if a picture of that size has more pixels than `DecodeLimits` allows by default.
  static func checkSize(height: Int, width: Int) throws(GenbaError) {
    let limit = DecodeLimits().pixels
    let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
    guard !overflow, pixels <= limit, max(height, width) <= 1 << 26 else {
      throw GenbaError(.limitExceeded, "a picture of \(width)x\(height) has more than \(limit) pixels")
    }
  }
}
