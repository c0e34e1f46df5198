internal import Glibc

/// numpy's float32 logarithm and exponential, bit for bit.
///
/// numpy 2 computes them with its own polynomials wherever there are AVX2 and FMA or AVX-512 (numpy/core/src/umath,
/// `loops_exponent_log`), within 4 units in the last place of the exact value, and data that LeRobot writes carry the
/// difference. The same operations in the same order, with fused multiply-adds, give the same bits on any machine.
enum NumpyFloat {
  /// e to the power of x, for results that are normal numbers.
  static func exp(_ x: Float) -> Float {
    // The nearest whole number of halvings, and what is left of x: log(2) in two parts (Cody and Waite).
    let halvings = (x * 1.442695040888963).rounded(.toNearestOrEven)
    var rest = x.addingProduct(halvings, -6.93145752e-1)
    rest = rest.addingProduct(halvings, -1.42860677e-6)
    let numerator = polynomial(
      rest,
      [
        9.999999999980870924916e-01, 7.257664613233124478488e-01, 2.473615434895520810817e-01,
        5.114512081637298353406e-02,
        6.757896990527504603057e-03, 5.082762527590693718096e-04,
      ])
    let denominator = polynomial(rest, [1, -2.742335390411667452936e-01, 2.159509375685829852307e-02])
    return scalbnf(numerator / denominator, Int32(halvings))
  }

  /// The natural logarithm of a normal number above 0; NaN below, minus infinity at 0.
  static func log(_ x: Float) -> Float {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x.isFinite else { return x }
    var (mantissa, exponent) = (x.significand, Float(x.exponent))
    if mantissa > 1.41421356237309504880 { (mantissa, exponent) = (mantissa * 0.5, exponent + 1) }
    mantissa -= 1
    let numerator = polynomial(
      mantissa,
      [
        0, 9.999999999999998702752e-01, 2.112677543073053063722, 1.480000633576506585156, 3.808837741388407920751e-01,
        2.589979117907922693523e-02,
      ])
    let denominator = polynomial(
      mantissa,
      [
        1, 2.612677543073109236779, 2.453006071784736363091, 9.864942958518419960339e-01, 1.546476374983906719538e-01,
        5.875095403124574342950e-03,
      ])
    return (numerator / denominator).addingProduct(exponent, 0.693147180559945309417)
  }

  private static func polynomial(_ x: Float, _ coefficients: [Float]) -> Float {
    coefficients.dropLast().reversed().reduce(coefficients[coefficients.count - 1]) { $1.addingProduct($0, x) }
  }
}

extension LeRobotDepthCodec {
  /// Python's `math.log`.
  static func log(_ x: Double) -> Double { Glibc.log(x) }
}
