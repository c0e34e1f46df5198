internal import Glibc

/// The K-weighting of ITU-R BS.1770-4, for one channel: a shelf for the head's effect and a high-pass, in double
/// precision.
///
/// The standard gives the coefficients for 48 kHz alone; for other rates they come of the same analogue filters, as in
/// FFmpeg's ebur128.
struct KWeighting: Sendable {
  /// A section of second order in direct form I: from one output to the next there is one product and one sum to wait for,
  /// and in the transposed form II twice as much.
  private struct Biquad {
    var (b0, b1, b2, a1, a2) = (1.0, 0.0, 0.0, 0.0, 0.0)
    var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)

    @inline(__always)
    mutating func callAsFunction(_ x: Double) -> Double {
      let y = (b0 * x + b1 * x1 + b2 * x2 - a2 * y2) - a1 * y1
      (x1, x2, y1, y2) = (x, x1, y, y1)
      return y
    }
  }

  private var shelf = Biquad()
  private var highPass = Biquad()

  init(sampleRate: Int) {
    // The shelf: 4 dB above 1.7 kHz.
    var k = tan(.pi * 1681.974450955533 / Double(sampleRate))
    var q = 0.7071752369554196
    let high = pow(10, 3.999843853973347 / 20)
    let middle = pow(high, 0.4996667741545416)
    var scale = 1 + k / q + k * k
    shelf.b0 = (high + middle * k / q + k * k) / scale
    shelf.b1 = 2 * (k * k - high) / scale
    shelf.b2 = (high - middle * k / q + k * k) / scale
    shelf.a1 = 2 * (k * k - 1) / scale
    shelf.a2 = (1 - k / q + k * k) / scale
    // The high-pass at 38 Hz, whose gain the standard leaves above 1.
    k = tan(.pi * 38.13547087602444 / Double(sampleRate))
    q = 0.5003270373238773
    scale = 1 + k / q + k * k
    (highPass.b0, highPass.b1, highPass.b2) = (1, -2, 1)
    highPass.a1 = 2 * (k * k - 1) / scale
    highPass.a2 = (1 - k / q + k * k) / scale
  }

  /// The sum of the squares of the weighted samples. Goes on from where the last call ended.
  mutating func energy(of samples: Span<Float>) -> Double {
    // In registers: kept in memory, each output would wait for the one before to be written and read again.
    var (shelf, highPass) = (shelf, highPass)
    var sum = 0.0
    for index in samples.indices {
      let weighted = highPass(shelf(Double(samples[index])))
      sum += weighted * weighted
    }
    (self.shelf, self.highPass) = (shelf, highPass)
    return sum
  }
}
