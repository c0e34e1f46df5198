internal import GenbaCore
internal import GenbaVision

/// A picture, and what a model sees of it.
struct ViewedPicture {
  var image: Image
  var views: [PictureView]

  var size: PixelSize { PixelSize(height: image.height, width: image.width) }
}

/// The pixel values of a batch of pictures for models that take planes: each view of each picture as [3, height, width],
/// normalised, and written into its place at once.
struct PlaneBatch {
  /// The weights of resizes.
  var filter: ImageResizer.Filter
  /// What becomes of pixel values; its backend is that of the resizes too.
  var normalization: Normalization
  /// What is beyond the picture in a view that reaches there.
  var background = Normalization.Background.pixels(0)

  /// [Σ views, 3, height, width], the views of one picture after those of the one before; all views have one size.
  func tensor(_ pictures: [ViewedPicture], dtype: PixelDType) throws(GenbaError) -> AnyTensor {
    try tensor([pictures], leading: [pictures.reduce(0) { $0 + $1.views.count }], slots: nil, dtype: dtype)
  }

  /// [groups, most views, 3, height, width], zeros behind a group's last view.
  func padded(_ groups: [[ViewedPicture]], dtype: PixelDType) throws(GenbaError) -> AnyTensor {
    let most = groups.reduce(0) { max($0, $1.viewCount) }
    return try tensor(groups, leading: [groups.count, most], slots: most, dtype: dtype)
  }

  /// Sets `pixel_values` as ``tensor(_:dtype:)``, or, where views have different sizes, `pixel_values.0`,
  /// `pixel_values.1` and so on, [3, height, width] each: the list that transformers gives then.
  func set(_ bundle: inout TensorBundle, _ pictures: [ViewedPicture], dtype: PixelDType) throws(GenbaError) {
    let all = pictures.flatMap { picture in picture.views.map { ViewedPicture(image: picture.image, views: [$0]) } }
    let size = all.first?.views[0].seen.size
    bundle.describe(normalization)
    if all.allSatisfy({ $0.views[0].seen.size == size }) {
      bundle["pixel_values"] = try tensor(pictures, dtype: dtype)
      return
    }
    for (index, one) in all.enumerated() {
      bundle["pixel_values.\(index)"] = try tensor([[one]], leading: [], slots: nil, dtype: dtype)
    }
  }

  private func tensor(
    _ groups: [[ViewedPicture]], leading: [Int], slots: Int?, dtype: PixelDType
  ) throws(GenbaError) -> AnyTensor {
    let pictures = groups.joined()
    guard let size = pictures.lazy.flatMap(\.views).first?.seen.size else {
      throw GenbaError(.mismatchedInputs, "there are no pictures to process")
    }
    precondition(pictures.allSatisfy { $0.views.allSatisfy { $0.seen.size == size } }, "views of one size")
    let shape = leading + [3, size.height, size.width]
    try Self.checkSize(shape, dtype)
    return make(dtype.elementType, groups, shape: shape, slots: slots)
  }

  private func make<Element: PixelElement>(
    _: Element.Type, _ groups: [[ViewedPicture]], shape: [Int], slots: Int?
  ) -> AnyTensor {
    var reader = ViewReader(filter: filter, backend: normalization.backend)
    let elements = shape.suffix(3).reduce(1, *)
    return AnyTensor(
      Tensor<Element>(shape: shape) { output in
        for group in groups {
          for picture in group {
            reader.read(picture.views, of: picture.image.rgbPixels) { pixels, seen in
              normalization.appendPlanes(
                of: pixels, rows: seen.rows, columns: seen.columns, background: background, to: &output)
            }
          }
          if let slots { output.append(repeating: Element(0), count: (slots - group.viewCount) * elements) }
        }
      })
  }

  /// Throws if a tensor of that shape is larger than one call may return.
  static func checkSize(_ shape: [Int], _ dtype: PixelDType) throws(GenbaError) {
    let limit = DecodeLimits().frameBytes
    let bytes = shape.reduce(dtype == .float32 ? 4.0 : 2.0) { $0 * Double($1) }
    guard bytes <= Double(limit) else {
      throw GenbaError(
        .limitExceeded,
        "pixel values of the shape \(shape) are more than \(limit) bytes; process fewer pictures or frames at a time")
    }
  }
}

extension [ViewedPicture] {
  /// Views of all pictures together.
  var viewCount: Int { reduce(0) { $0 + $1.views.count } }
}

extension [PixelSize] {
  /// What `body` gives for each size of a batch of pictures; errors say which picture they are about.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures and for one without pixels, and what `body` throws.
  func eachSize<Result>(_ body: (PixelSize) throws(GenbaError) -> Result) throws(GenbaError) -> [Result] {
    guard !isEmpty else { throw GenbaError(.mismatchedInputs, "there are no pictures to process") }
    var results: [Result] = []
    for (index, size) in enumerated() {
      do throws(GenbaError) {
        guard size.height > 0, size.width > 0 else {
          throw GenbaError(.mismatchedInputs, "a picture of \(size) has no pixels")
        }
        results.append(try body(size))
      } catch {
        throw count > 1 ? error.inPicture(index) : error
      }
    }
    return results
  }
}

extension [Image] {
  /// What `body` gives for each picture's size, as of sizes.
  func eachSize<Result>(_ body: (PixelSize) throws(GenbaError) -> Result) throws(GenbaError) -> [Result] {
    try map { PixelSize(height: $0.height, width: $0.width) }.eachSize(body)
  }

  /// The pictures with the views that `views` gives for each one's size; views that cannot be are errors.
  func viewed(_ views: (PixelSize) throws(GenbaError) -> [PictureView]) throws(GenbaError) -> [ViewedPicture] {
    let all = try eachSize { (size) throws(GenbaError) in
      let views = try views(size)
      for view in views { try view.check(pictureOf: size) }
      return views
    }
    return zip(self, all).map { ViewedPicture(image: $0, views: $1) }
  }
}

extension TensorBundle {
  /// Sets an int64 [sizes, 2] of heights and widths.
  mutating func set(_ name: String, to sizes: [PixelSize]) {
    set(name, to: Tensor(sizes.flatMap { [Int64($0.height), Int64($0.width)] }, shape: [sizes.count, 2]))
  }

  /// Sets an int64 [numbers], or of the given shape.
  mutating func set(_ name: String, to numbers: [Int], shape: [Int]? = nil) {
    set(name, to: Tensor(numbers.map { Int64($0) }, shape: shape))
  }
}
