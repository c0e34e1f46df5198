public import GenbaCore
internal import Glibc

/// CIE 1976 L*a*b* of sRGB under D65, with OpenCV's constants.
private enum Lab {
  /// From linear RGB to XYZ, each row divided by the white point.
  static let matrix: [[Double]] = {
    let rows = [
      [0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227],
    ]
    return zip(rows, [0.950456, 1, 1.088754]).map { row, white in row.map { $0 / white } }
  }()

  /// sRGB's curve, undone.
  static func linear(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  /// The cube root, with a line near 0.
  static func root(_ value: Double) -> Double {
    value < 216 / 24389 ? value * (841 / 108) + 16 / 116 : cbrt(value)
  }
}

extension Tensor<UInt8> {
  /// L · 255/100, a + 128 and b + 128 of sRGB, all [height, width, 3]: OpenCV 5.0's `COLOR_RGB2Lab`, bit for bit. Other
  /// shapes trap.
  ///
  /// ```swift
  /// let lab = pixels.convertedToLab()
  /// ```
  public func convertedToLab() -> Tensor<UInt8> {
    precondition(pictureShape.channels == 3, "Lab is made of RGB, not of the shape \(shape)")
    // Levels in units of 1/8, coefficients of 2^-12, roots of 2^-15. Roots are rounded to float32 on the way.
    let linear = (0...255).map { Int32((Float(Lab.linear(Double($0) / 255)) * 2040).rounded(.toNearestOrEven)) }
    let roots = (0..<3072).map { Int32((Float(Lab.root(Double($0) / 2040)) * 32768).rounded(.toNearestOrEven)) }
    let matrix = Lab.matrix.map { row in row.map { Int32(($0 * 4096).rounded(.toNearestOrEven)) } }
    func level(_ value: Int32) -> UInt8 { UInt8(min(max((value + (1 << 14)) >> 15, 0), 255)) }
    let source = span
    return Tensor(shape: shape) { output in
      for start in stride(from: 0, to: source.count, by: 3) {
        let (red, green, blue) = (
          linear[Int(source[start])], linear[Int(source[start + 1])], linear[Int(source[start + 2])]
        )
        func root(_ row: Int) -> Int32 {
          roots[Int((red * matrix[row][0] + green * matrix[row][1] + blue * matrix[row][2] + 2048) >> 12)]
        }
        let (x, y, z) = (root(0), root(1), root(2))
        output.append(level(296 * y - 1_336_934))
        output.append(level(500 * (x - y) + (128 << 15)))
        output.append(level(200 * (y - z) + (128 << 15)))
      }
    }
  }
}

extension Tensor<Float> {
  /// L 0 … 100, a and b of sRGB from 0 to 1, all [height, width, 3]. Other shapes trap.
  ///
  /// The definition itself. OpenCV 5.0's `COLOR_RGB2Lab` looks float pictures up in a table of 33 x 33 x 33 colours
  /// with 14 bits, and is up to 0.7 away from it.
  public func convertedToLab() -> Tensor<Float> {
    precondition(pictureShape.channels == 3, "Lab is made of RGB, not of the shape \(shape)")
    let matrix = Lab.matrix
    let source = span
    return Tensor(shape: shape) { output in
      for start in stride(from: 0, to: source.count, by: 3) {
        let color = (0..<3).map { Lab.linear(Double(min(max(source[start + $0], 0), 1))) }
        let roots = matrix.map { row in Lab.root(row[0] * color[0] + row[1] * color[1] + row[2] * color[2]) }
        output.append(Float(116 * roots[1] - 16))
        output.append(Float(500 * (roots[0] - roots[1])))
        output.append(Float(200 * (roots[1] - roots[2])))
      }
    }
  }
}
