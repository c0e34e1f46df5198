public import GenbaCore

extension Tensor<UInt8> {
  /// Hue 0 … 179 (in steps of 2 degrees), saturation and value 0 … 255 of RGB, all [height, width, 3]: OpenCV 5.0's
  /// `COLOR_RGB2HSV`, bit for bit. Other shapes trap.
  ///
  /// ```swift
  /// let hsv = pixels.convertedToHSV()
  /// ```
  public func convertedToHSV() -> Tensor<UInt8> {
    precondition(pictureShape.channels == 3, "HSV is made of RGB, not of the shape \(shape)")
    // Quotients in units of 2^-12.
    func quotients(_ dividend: Int, times factor: Double) -> [Int32] {
      [0] + (1...255).map { Int32((Double(dividend << 12) / (factor * Double($0))).rounded(.toNearestOrEven)) }
    }
    let (saturations, hues) = (quotients(255, times: 1), quotients(180, times: 6))
    let source = span
    return Tensor(shape: shape) { output in
      for start in stride(from: 0, to: source.count, by: 3) {
        let (red, green, blue) = (Int32(source[start]), Int32(source[start + 1]), Int32(source[start + 2]))
        let value = max(red, green, blue)
        let range = value - min(red, green, blue)
        let sextant =
          value == red
          ? green - blue : value == green ? blue - red + 2 * range : red - green + 4 * range
        var hue = (sextant * hues[Int(range)] + 2048) >> 12
        if hue < 0 { hue += 180 }
        output.append(UInt8(hue))
        output.append(UInt8((range * saturations[Int(value)] + 2048) >> 12))
        output.append(UInt8(value))
      }
    }
  }
}

extension Tensor<Float> {
  /// Hue 0 … 360, saturation and value 0 … 1 of RGB from 0 to 1, all [height, width, 3]: OpenCV 5.0's `COLOR_RGB2HSV`,
  /// to 1e-4 degrees and 1e-6. Other shapes trap.
  public func convertedToHSV() -> Tensor<Float> {
    precondition(pictureShape.channels == 3, "HSV is made of RGB, not of the shape \(shape)")
    let source = span
    let epsilon = Float.ulpOfOne
    return Tensor(shape: shape) { output in
      for start in stride(from: 0, to: source.count, by: 3) {
        let (red, green, blue) = (source[start], source[start + 1], source[start + 2])
        let value = max(red, green, blue)
        let range = value - min(red, green, blue)
        let degrees = 60 / (range + epsilon)
        var hue =
          value == red
          ? (green - blue) * degrees
          : value == green ? (blue - red) * degrees + 120 : (red - green) * degrees + 240
        if hue < 0 { hue += 360 }
        output.append(hue)
        output.append(range / (abs(value) + epsilon))
        output.append(value)
      }
    }
  }
}
