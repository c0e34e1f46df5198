public import GenbaCore

extension Normalization {
  /// The pixels that were normalised: uint8 [height, width, channels] of [channels, height, width]. Other channels than
  /// the mean has trap.
  ///
  /// What was an 8-bit pixel comes back exactly from float32 and float16; from bfloat16 within a level or two. Zeros that
  /// were padded after the normalisation come back as the mean's colour.
  ///
  /// ```swift
  /// let picture = Normalization.clip.pixels(ofPlanes: planes)  // to look at what a model sees
  /// ```
  public func pixels(ofPlanes planes: Tensor<Float>) -> Tensor<UInt8> {
    precondition(
      planes.rank == 3 && planes.shape[0] == imageMean.count, "planes \(planes.shape) and \(imageMean.count) means")
    let (values, area) = (planes.span, planes.shape[1] * planes.shape[2])
    return Tensor(shape: [planes.shape[1], planes.shape[2], planes.shape[0]]) { output in
      for place in 0..<area {
        for channel in 0..<imageMean.count {
          output.append(pixel(of: values[channel * area + place], channel: channel))
        }
      }
    }
  }

  /// The nearest 8-bit pixel to a value of a channel; 0 for a NaN.
  func pixel(of value: Float, channel: Int) -> UInt8 {
    let rescaled = doNormalize ? Double(value) * imageStd[channel] + imageMean[channel] : Double(value)
    let pixel = (doRescale ? rescaled / rescaleFactor : rescaled).rounded()
    return pixel > 0 ? UInt8(min(pixel, 255)) : 0
  }
}
