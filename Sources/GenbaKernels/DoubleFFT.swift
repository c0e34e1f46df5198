internal import Glibc

/// The discrete Fourier transform of complex numbers in double precision, of any length: for
/// tables.
///
/// A length made of 2, 3, 4 and 5 is transformed by Stockham's method, whose passes put every result in order; others go
/// through Bluestein's convolution, of twice the length.
public struct DoubleFFT: Sendable {
  public let length: Int

  private let passes: [Pass]
  private let chirp: Chirp?

  /// The tables for a length; one below 1 traps.
  public init(length: Int) {
    precondition(length > 0, "a transform has points, not \(length)")
    self.length = length
    var (passes, rest) = ([Pass](), length)
    for radix in [4, 2, 3, 5] {
      while rest % radix == 0 {
        passes.append(Pass(radix: radix, stride: length / rest, length: length))
        rest /= radix
      }
    }
    self.passes = rest == 1 ? passes : []
    chirp = rest == 1 ? nil : Chirp(length: length)
  }

  /// Replaces `length` complex numbers by their transform. Other counts trap.
  public func callAsFunction(real: inout [Double], imaginary: inout [Double]) {
    precondition(
      real.count == length && imaginary.count == length,
      "\(real.count) and \(imaginary.count) numbers for a transform of \(length)")
    if let chirp { return chirp.transform(&real, &imaginary) }
    var (otherReal, otherImaginary) = (real, imaginary)
    for pass in passes {
      pass.run(real.span, imaginary.span, &otherReal, &otherImaginary)
      swap(&real, &otherReal)
      swap(&imaginary, &otherImaginary)
    }
  }
}

/// One pass: `stride` interleaved transforms of length / `stride` points each become `stride` · `radix` shorter ones.
private struct Pass: Sendable {
  let radix: Int
  let stride: Int
  /// How many butterflies the interleaved transforms have.
  let parts: Int
  /// For each part, output and input of its butterfly: the butterfly's factor times the output's twiddle.
  let cosines: [Double]
  let sines: [Double]

  init(radix: Int, stride: Int, length: Int) {
    self.radix = radix
    self.stride = stride
    parts = length / stride / radix
    let turn = length / radix
    var angles: [Double] = []
    for part in 0..<parts {
      for j in 0..<radix {
        for k in 0..<radix {
          let index = (j * k % radix * turn + j * part * stride) % length
          angles.append(-2 * .pi * Double(index) / Double(length))
        }
      }
    }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  func run(
    _ real: Span<Double>, _ imaginary: Span<Double>, _ outReal: inout [Double], _ outImaginary: inout [Double]
  ) {
    var toReal = outReal.mutableSpan
    var toImaginary = outImaginary.mutableSpan
    let (cosines, sines) = (cosines.span, sines.span)
    for part in 0..<parts {
      for j in 0..<radix {
        let factor = (part * radix + j) * radix
        let target = stride * (radix * part + j)
        for column in 0..<stride {
          var (sumReal, sumImaginary) = (0.0, 0.0)
          for k in 0..<radix {
            let source = column + stride * (part + parts * k)
            let (c, s) = (cosines[factor + k], sines[factor + k])
            sumReal += real[source] * c - imaginary[source] * s
            sumImaginary += real[source] * s + imaginary[source] * c
          }
          toReal[target + column] = sumReal
          toImaginary[target + column] = sumImaginary
        }
      }
    }
  }
}

/// Bluestein's way: bin k is chirp[k] times bin k of a convolution of (chirp · points) with the conjugate chirp.
private final class Chirp: Sendable {
  private let fft: DoubleFFT
  private let cosines: [Double]
  private let sines: [Double]
  /// The transform of the conjugate chirp.
  private let responseReal: [Double]
  private let responseImaginary: [Double]

  init(length: Int) {
    var count = 1
    while count < 2 * length - 1 { count *= 2 }
    let fft = DoubleFFT(length: count)
    let angles = (0..<length).map { index -> Double in
      // k² modulo 2n, so that the angle is as exact for a large k as for a small one.
      let square = index.multipliedFullWidth(by: index)
      return -Double.pi * Double((2 * length).dividingFullWidth(square).remainder) / Double(length)
    }
    var (real, imaginary) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for (index, angle) in angles.enumerated() {
      for place in [index, (count - index) % count] { (real[place], imaginary[place]) = (cos(angle), -sin(angle)) }
    }
    fft(real: &real, imaginary: &imaginary)
    self.fft = fft
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
    responseReal = real
    responseImaginary = imaginary
  }

  func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
    var (a, b) = ([Double](repeating: 0, count: fft.length), [Double](repeating: 0, count: fft.length))
    for k in real.indices {
      a[k] = real[k] * cosines[k] - imaginary[k] * sines[k]
      b[k] = real[k] * sines[k] + imaginary[k] * cosines[k]
    }
    fft(real: &a, imaginary: &b)
    // The way back is the transform of the conjugate.
    for k in a.indices {
      let product = a[k] * responseReal[k] - b[k] * responseImaginary[k]
      b[k] = -(a[k] * responseImaginary[k] + b[k] * responseReal[k])
      a[k] = product
    }
    fft(real: &a, imaginary: &b)
    let scale = 1 / Double(fft.length)
    for k in real.indices {
      let (x, y) = (a[k] * scale, -b[k] * scale)
      real[k] = x * cosines[k] - y * sines[k]
      imaginary[k] = x * sines[k] + y * cosines[k]
    }
  }
}
