internal import GenbaCore
internal import GenbaVision

extension EncoderGeometry {
  /// The pixels in view: uint8 [rows, columns, 3] of uint8 [height, width, 3].
  func view(
    of pixels: Tensor<UInt8>, resample: EncoderImageProcessor.Configuration.Resample,
    reusing spent: inout Tensor<UInt8>?
  ) -> Tensor<UInt8> {
    let seenRows = rows.clamped(to: 0..<resizedHeight)
    let seenColumns = columns.clamped(to: 0..<resizedWidth)
    let resizer = ImageResizer(
      fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: resizedHeight, width: resizedWidth,
      filter: resample.filter, rows: seenRows, columns: seenColumns)
    let seen = resizer(pixels, reusing: &spent)
    if seenRows == rows, seenColumns == columns { return seen }
    return seen.window(
      rows: rows.lowerBound - seenRows.lowerBound..<rows.upperBound - seenRows.lowerBound,
      columns: columns.lowerBound - seenColumns.lowerBound..<columns.upperBound - seenColumns.lowerBound, fill: 0)
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

extension EncoderImageProcessor {
  /// DINOv3's order: appends [3, rows, columns], resized in float32 after rescaling, then normalised.
  func appendRescaledFirst(_ pixels: Tensor<UInt8>, _ geometry: EncoderGeometry, to output: inout OutputSpan<Float>) {
    let resized = rescaledAndResized(pixels, height: geometry.resizedHeight, width: geometry.resizedWidth)
    let values = resized.span
    for channel in 0..<3 {
      let normalizes = configuration.normalization.doNormalize
      let mean = normalizes ? Float(configuration.normalization.imageMean[channel]) : 0
      let std = normalizes ? Float(configuration.normalization.imageStd[channel]) : 1
      for row in geometry.rows {
        for column in geometry.columns {
          var value: Float = 0
          if row >= 0, row < geometry.resizedHeight, column >= 0, column < geometry.resizedWidth {
            value = values[(channel * geometry.resizedHeight + row) * geometry.resizedWidth + column]
          }
          output.append((value - mean) / std)
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
