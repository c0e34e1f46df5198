import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Glibc
import Testing

/// Spectra in double precision, against their definition, at every level.
@Suite struct DoubleSpectraTests {
  /// Of each of the ways a length is transformed: halved, odd, by Bluestein, with and without gaps between points.
  private static let lengths =
    Array(1...50) + [81, 125, 127, 128, 225, 254, 256, 375, 400, 480, 509, 512, 768, 1000, 1024, 1102, 2048]

  /// Complex spectra within 1e-14 of the loudest bin (measured: 2e-15).
  @Test(arguments: lengths) func spectraAreThoseOfTheDefinition(nFFT: Int) {
    var reference = SpectrumReference(nFFT: nFFT)
    (reference.hopLength, reference.pad, reference.padMode) = (max(nFFT / 3, 1), nFFT / 2, .reflect)
    let plan = STFTPlan<Double>(
      nFFT: nFFT, window: reference.window, hopLength: reference.hopLength, pad: reference.pad, padMode: .reflect)
    // Whole vectors of 2, 4 and 8 frames, and a rest.
    let (columns, samples) = (11, noise(nFFT + 10 * reference.hopLength))
    let frames = [1, 5, 8, 10]
    let expected = frames.map { reference.spectrum(of: samples, length: samples.count, frame: $0) }
    for level in KernelLevel.available {
      let spectra = level.run {
        Tensor<Double>(shape: [plan.binCount, columns, 2]) {
          plan.append(samples.span, .complex, columns: columns, to: &$0)
        }
      }
      for (frame, expected) in zip(frames, expected) {
        let loudest = expected.map { hypot($0.re, $0.im) }.max() ?? 1
        let errors = expected.enumerated().map { bin, value in
          hypot(spectra[bin, frame, 0] - value.re, spectra[bin, frame, 1] - value.im)
        }
        #expect(errors.max() ?? 0 <= 1e-14 * loudest, "\(level), frame \(frame)")
      }
    }
  }

  @Test(arguments: [15, 16, 17, 256]) func magnitudesAndPowerAreThoseOfTheSpectra(nFFT: Int) {
    let window = SpectrumReference(nFFT: nFFT).window
    let plan = STFTPlan<Double>(nFFT: nFFT, window: window, hopLength: 5, pad: 0, padMode: .constant)
    let samples = noise(nFFT + 45)
    for level in KernelLevel.available {
      func spectra(_ kind: SpectrumKind) -> [Double] {
        level.run {
          Array(
            Tensor<Double>(shape: [plan.binCount * 10 * kind.width]) {
              plan.append(samples.span, kind, columns: 10, to: &$0)
            })
        }
      }
      let (pairs, magnitudes, power) = (spectra(.complex), spectra(.magnitude), spectra(.power))
      for index in power.indices {
        let expected = pairs[2 * index] * pairs[2 * index] + pairs[2 * index + 1] * pairs[2 * index + 1]
        #expect(abs(power[index] - expected) <= 1e-15 * expected, "\(level)")
        #expect(abs(magnitudes[index] - expected.squareRoot()) <= 1e-15 * magnitudes[index], "\(level)")
      }
    }
  }

  /// A loud tone beside noise 160 dB below it: every magnitude is within float32's rounding of itself, and double's of the
  /// tone.
  @Test(arguments: [60, 400, 405, 512, 514, 1024]) func softBandsAreExactBesideLoudOnes(nFFT: Int) {
    var reference = SpectrumReference(nFFT: nFFT)
    // Falls off by more than 160 dB within some bins, so that the tone does not hide the rest.
    reference.window = (0..<nFFT).map { index in
      let turn = 2 * Double.pi * Double(index) / Double(nFFT)
      return 0.2712 - 0.4334 * cos(turn) + 0.218 * cos(2 * turn) - 0.0658 * cos(3 * turn) + 0.0108 * cos(4 * turn)
        - 0.0008 * cos(5 * turn)
    }
    reference.hopLength = nFFT / 2
    let floor = noise(6 * nFFT)
    let samples = floor.indices.map { Float(sin(2 * .pi * Double($0) / 6)) + floor[$0] * 1e-8 }
    let plan = reference.plan(.double)
    let frames = [0, 7, 10]
    let expected = frames.map { reference.bins(of: samples, length: samples.count, frame: $0) }
    for level in KernelLevel.available {
      let bins = level.run {
        Tensor<Float>(shape: [plan.bandCount, 11]) {
          plan.append(samples.span, length: samples.count, columns: 11, to: &$0)
        }
      }
      for (frame, expected) in zip(frames, expected) {
        let excess = expected.enumerated().map { bin, value in
          abs(Double(bins[bin, frame]).squareRoot() - value.squareRoot()) - 4e-8 * value.squareRoot()
        }
        #expect(excess.max() ?? 0 <= 1e-15 * Double(nFFT), "\(level), frame \(frame)")
      }
    }
  }

  /// Logarithms of float32 numbers, rounded to float32: within half of its last place and 1e-8.
  @Test(arguments: [1, 1 / M_LN10, 10 / M_LN10]) func logarithms(unit: Double) {
    let values = stride(from: -18.0, through: 18, by: 0.0137).map { Float(pow(10, $0)) } + [1, 0.99999, 1.00001, 0]
    let filters: [Double] = [1]
    let logarithm = LogMelPlan.Logarithm(floor: 1e-15, unitsPerNeper: unit)
    let plan = LogMelPlan(
      nFFT: 1, window: [1], hopLength: 1, pad: 0, padMode: .constant, power: 1, filters: filters.span,
      logarithm: logarithm, precision: .double)
    for level in KernelLevel.available {
      var largest = Float.nan
      let actual = level.run {
        Tensor<Float>(shape: [values.count]) {
          largest = plan.append(values.span, length: values.count, columns: values.count, to: &$0)
        }
      }
      for (index, value) in values.enumerated() {
        let expected = log(max(Double(value), Double(logarithm.floor))) * unit
        #expect(
          abs(Double(actual[index]) - expected) <= 6e-8 * abs(expected) + 1e-8 * unit, "\(level): log of \(value)")
      }
      #expect(largest == Array(actual).max())
      #expect(actual[values.count - 1] == logarithm.ofFloor)
    }
  }

  /// Kaldi's steps by their definition: the mean, pre-emphasis, window and energies of each frame.
  @Test(arguments: [(false, true), (true, true), (true, false)]) func kaldiRows(hasEnergy: Bool, isRaw: Bool) {
    var reference = SpectrumReference(nFFT: 64, winLength: 50)
    let identity = (0..<33).flatMap { row in (0..<33).map { $0 == row ? 1.0 : 0 } }
    let plan = KaldiPlan(
      nFFT: 64, window: reference.window, hopLength: 20, snipEdges: true, sampleScale: 3, removeMean: true,
      preemphasis: 0.97, power: 2, filters: identity.span, logarithm: nil,
      energy: hasEnergy ? .init(isRaw: isRaw, floor: 1e-10, isLast: true) : nil, precision: .double)
    let window = reference.window
    reference.window = [Double](repeating: 1, count: 64)
    let samples = noise(50 + 20 * 18)
    for level in KernelLevel.available {
      let rows = level.run {
        Tensor<Float>(shape: [19, plan.columnCount]) { plan.append(samples.span, to: &$0) }
      }
      for frame in 0..<19 {
        var values = samples[frame * 20..<frame * 20 + 50].map { Double($0) * 3 }
        let mean = values.reduce(0, +) / 50
        values = values.map { $0 - mean }
        let raw = values.reduce(0) { $0 + $1 * $1 }
        values = values.indices.map { (values[$0] - 0.97 * values[max($0 - 1, 0)]) * window[$0] }
        let windowed = values.reduce(0) { $0 + $1 * $1 }
        for bin in 0...32 {
          let (re, im) = values.enumerated().reduce((0.0, 0.0)) { sum, item in
            let angle = -2 * Double.pi * Double(bin * item.offset % 64) / 64
            return (sum.0 + item.element * cos(angle), sum.1 + item.element * sin(angle))
          }
          let power = re * re + im * im
          #expect(abs(Double(rows[frame, bin]) - power) <= 1e-7 * power + 1e-12, "\(level), frame \(frame), bin \(bin)")
        }
        if hasEnergy {
          #expect(abs(Double(rows[frame, 33]) - log(isRaw ? raw : windowed)) < 1e-6, "\(level), frame \(frame)")
        }
      }
    }
  }
}
