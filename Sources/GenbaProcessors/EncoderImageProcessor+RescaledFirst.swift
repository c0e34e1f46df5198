internal import GenbaCore
internal import GenbaVision

extension EncoderImageProcessor {
  /// DINOv3's order: [pictures, 3, rows, columns], resized in float32 after rescaling, then normalised.
  func rescaledFirst(_ pictures: [ViewedPicture], _ dtype: PixelDType) throws(GenbaError) -> AnyTensor {
    let size = pictures[0].views[0].seen.size
    for (index, picture) in pictures.enumerated() where picture.views[0].seen.size != size {
      let error = GenbaError(
        .mismatchedInputs,
        "this becomes \(picture.views[0].seen.size), but the first picture \(size); process them one by one")
      throw error.inPicture(index)
    }
    let shape = [pictures.count, 3, size.height, size.width]
    try PlaneBatch.checkSize(shape, dtype)
    return rescaledFirst(dtype.elementType, pictures, shape)
  }

  private func rescaledFirst<Element: PixelElement>(
    _: Element.Type, _ pictures: [ViewedPicture], _ shape: [Int]
  ) -> AnyTensor {
    AnyTensor(
      Tensor<Element>(shape: shape) { output in
        for picture in pictures { appendRescaledFirst(picture.image.rgbPixels, picture.views[0], to: &output) }
      })
  }

  private func appendRescaledFirst<Element: PixelElement>(
    _ pixels: Tensor<UInt8>, _ view: PictureView, to output: inout OutputSpan<Element>
  ) {
    let size = view.resizes.last ?? PixelSize(height: pixels.shape[0], width: pixels.shape[1])
    let resized = rescaledAndResized(pixels, height: size.height, width: size.width)
    let values = resized.span
    for channel in 0..<3 {
      let normalizes = configuration.normalization.doNormalize
      let mean = normalizes ? Float(configuration.normalization.imageMean[channel]) : 0
      let std = normalizes ? Float(configuration.normalization.imageStd[channel]) : 1
      for row in view.seen.rows {
        for column in view.seen.columns {
          var value: Float = 0
          if row >= 0, row < size.height, column >= 0, column < size.width {
            value = values[(channel * size.height + row) * size.width + column]
          }
          output.append(Element((value - mean) / std))
        }
      }
    }
  }

  /// [3, height, width]: every value times the rescale factor, then resized.
  private func rescaledAndResized(_ pixels: Tensor<UInt8>, height: Int, width: Int) -> Tensor<Float> {
    var rescale = configuration.normalization
    rescale.doNormalize = false
    if configuration.resample == .nearest {
      let resizer = ImageResizer(
        fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: height, width: width, filter: .nearest)
      return rescale.planes(of: resizer(pixels))
    }
    let resizer = FloatImageResizer(
      fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: height, width: width,
      filter: configuration.resample == .bilinear ? .bilinear : .bicubic)
    return Tensor(shape: [3, height, width]) { output in
      resizer.append(pixels, table: rescale.table, to: &output)
    }
  }
}
