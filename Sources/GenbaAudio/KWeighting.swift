internal import GenbaKernels
internal import Glibc

/// The K-weighting of ITU-R BS.1770-4, for one channel: a shelf for the head's effect and a high-pass, in double
/// precision.
///
/// The standard gives the coefficients for 48 kHz alone; for other rates they come of the same analogue filters, as in
/// FFmpeg's ebur128.
///
/// What a recursive filter gives out waits for what it gave out before. But this one forgets: the high-pass, the slower
/// section, falls by e in 4.2 ms, so after ``warmUp``, a fifth of a second, nothing that came before is left in a double.
/// Eight seconds of a sound are filtered at once, each after a warm-up on the end of the one before it.
struct KWeighting: Sendable {
  /// Samples that the filter takes before those that count.
  let warmUp: Int
  /// The most seconds that are filtered at once.
  static let seconds = KWeightingPlan.parts

  private let sampleRate: Int
  private let plan: KWeightingPlan
  /// Of the tenths of a second. A second is a whole number of samples, so its tenths lie alike in every one.
  private let ends: [Int]

  init(sampleRate: Int) {
    self.sampleRate = sampleRate
    warmUp = sampleRate / 5
    ends = (1...10).map { $0 * sampleRate / 10 }
    plan = KWeightingPlan(shelf: Self.shelf(sampleRate), highPass: Self.highPass(sampleRate))
  }

  /// 4 dB above 1.7 kHz.
  private static func shelf(_ sampleRate: Int) -> [Double] {
    let k = tan(.pi * 1681.974450955533 / Double(sampleRate))
    let q = 0.7071752369554196
    let high = pow(10, 3.999843853973347 / 20)
    let middle = pow(high, 0.4996667741545416)
    let scale = 1 + k / q + k * k
    return [
      (high + middle * k / q + k * k) / scale, 2 * (k * k - high) / scale, (high - middle * k / q + k * k) / scale,
      2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale,
    ]
  }

  /// 38 Hz. The standard leaves its gain above 1.
  private static func highPass(_ sampleRate: Int) -> [Double] {
    let k = tan(.pi * 38.13547087602444 / Double(sampleRate))
    let q = 0.5003270373238773
    let scale = 1 + k / q + k * k
    return [2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]
  }

  /// The mean powers of the weighted samples in each of the first so many tenths of a second.
  ///
  /// - Parameters:
  ///   - samples: ``warmUp`` of them, unless the sound begins here; then those that count, from a whole second on.
  ///   - steps: At most ten for each of ``seconds``.
  func powers(of samples: [Float], isBeginning: Bool, steps: Int) -> [Double] {
    let first = isBeginning ? 0 : warmUp
    let whole = steps / 10
    var powers: [Double] = []
    if whole > 0 {
      let energies = plan.energies(
        of: samples.span, from: first, stride: sampleRate, count: whole, warmUp: warmUp, ends: ends)
      for step in 0..<whole * 10 { powers.append(energies[step % 10 * KWeightingPlan.parts + step / 10]) }
    }
    if steps % 10 > 0 {
      let energies = plan.energies(
        of: samples.span, from: first + whole * sampleRate, stride: sampleRate, count: 1, warmUp: warmUp,
        ends: Array(ends.prefix(steps % 10)))
      for step in 0..<steps % 10 { powers.append(energies[step * KWeightingPlan.parts]) }
    }
    for step in powers.indices { powers[step] /= Double(length(ofStep: step)) }
    return powers
  }

  /// How many whole tenths of a second there are in so many samples, which begin at a whole second.
  func wholeSteps(in count: Int) -> Int {
    let steps = 10 * count / sampleRate
    return (steps + 1) * sampleRate / 10 <= count ? steps + 1 : steps
  }

  /// How many samples a tenth of a second has. Where it is no whole number, some are longer than others.
  private func length(ofStep step: Int) -> Int { (step + 1) * sampleRate / 10 - step * sampleRate / 10 }
}
