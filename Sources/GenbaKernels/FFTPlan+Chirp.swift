internal import Glibc

extension FFTPlan {
  /// What Bluestein's algorithm needs, which makes a transform of any length n a convolution with a chirp, and that two
  /// transforms of a convenient length.
  struct Chirp: Sendable {
    /// Pairs (re, im) of exp(-πi k² / n) for k < n.
    let factors: [Double]
    /// Pairs: the spectrum of the conjugate chirp, where the stages leave its bins, over the number of points.
    let spectrum: [Double]
    /// To which place of the second transform each place of the first one's result goes.
    let moves: [Int32]
    /// Where the stages leave the first n bins.
    let bins: [Int32]

    /// The length of both transforms: a power of two, long enough that the convolution does not wrap around.
    static func pointCount(nFFT: Int) -> Int {
      var count = 1
      while count < 2 * nFFT - 1 { count *= 2 }
      return count
    }

    /// - Parameters:
    ///   - places: That the points take, gaps included.
    ///   - inputs: Where each point of the transform is put.
    ///   - outputs: Where each of its bins is found.
    init(nFFT: Int, places: Int, inputs: [Int], outputs: [Int32]) {
      let pointCount = inputs.count
      let chirp = (0..<nFFT).map { index -> ComplexNumber in
        // k² modulo 2n, so that the angle is as exact for a large k as for a small one.
        let square = index.multipliedFullWidth(by: index)
        let rest = (2 * nFFT).dividingFullWidth(square).remainder
        let angle = -Double.pi * Double(rest) / Double(nFFT)
        return ComplexNumber(re: cos(angle), im: sin(angle))
      }
      var response = [ComplexNumber](repeating: ComplexNumber(re: 0, im: 0), count: pointCount)
      for (index, factor) in chirp.enumerated() {
        let conjugate = ComplexNumber(re: factor.re, im: -factor.im)
        response[index] = conjugate
        response[(pointCount - index) % pointCount] = conjugate
      }
      transform(&response)

      var spectrum = [Double](repeating: 0, count: 2 * places)
      // Gaps go to gaps.
      var moves = (0..<places).map { Int32($0) }
      for bin in 0..<pointCount {
        let place = Int(outputs[bin])
        spectrum[2 * place] = response[bin].re / Double(pointCount)
        spectrum[2 * place + 1] = response[bin].im / Double(pointCount)
        moves[place] = Int32(inputs[bin])
      }
      factors = chirp.flatMap { [$0.re, $0.im] }
      self.spectrum = spectrum
      self.moves = moves
      bins = Array(outputs[..<nFFT])
    }
  }
}

private struct ComplexNumber {
  var re: Double
  var im: Double
}

/// The discrete Fourier transform of a power of two of points in double precision, in place.
private func transform(_ points: inout [ComplexNumber]) {
  let count = points.count
  var reversed = 0
  for index in 1..<max(count, 1) {
    var bit = count / 2
    while reversed & bit != 0 {
      reversed ^= bit
      bit /= 2
    }
    reversed |= bit
    if index < reversed { points.swapAt(index, reversed) }
  }
  var half = 1
  while half < count {
    for k in 0..<half {
      let angle = -Double.pi * Double(k) / Double(half)
      let (c, s) = (cos(angle), sin(angle))
      for start in stride(from: k, to: count, by: 2 * half) {
        let (a, b) = (points[start], points[start + half])
        let turned = ComplexNumber(re: b.re * c - b.im * s, im: b.re * s + b.im * c)
        points[start] = ComplexNumber(re: a.re + turned.re, im: a.im + turned.im)
        points[start + half] = ComplexNumber(re: a.re - turned.re, im: a.im - turned.im)
      }
    }
    half *= 2
  }
}
