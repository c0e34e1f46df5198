import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Glibc
import Testing

/// Frames, windows and transforms by their definitions, in double precision and without any of the plan's tricks.
struct SpectrumReference {
  var nFFT: Int
  var window: [Double]
  var hopLength = 1
  var pad = 0
  var padMode = LogMelPlan.PadMode.constant
  var power = 2

  /// Any window will do, as long as no two of its factors are alike.
  init(nFFT: Int, winLength: Int? = nil) {
    self.nFFT = nFFT
    window = (0..<(winLength ?? nFFT)).map { 0.5 + Double($0 * 7919 % 1009) / 2018 }
  }

  /// A plan whose bands are the bins themselves, in float.
  var plan: LogMelPlan { plan(.single) }

  /// A plan whose bands are the bins themselves.
  func plan(_ precision: SpectrumPrecision) -> LogMelPlan {
    let binCount = nFFT / 2 + 1
    let identity = Tensor<Double>(shape: [binCount, binCount]) { output in
      for row in 0..<binCount {
        for column in 0..<binCount { output.append(row == column ? 1 : 0) }
      }
    }
    return LogMelPlan(
      nFFT: nFFT, window: window, hopLength: hopLength, pad: pad, padMode: padMode, power: power,
      filters: identity.span, logarithm: nil, precision: precision)
  }

  /// Power or magnitudes of one frame.
  func bins(of samples: [Float], length: Int, frame: Int) -> [Double] {
    spectrum(of: samples, length: length, frame: frame).map { bin in
      let squared = bin.re * bin.re + bin.im * bin.im
      return power == 2 ? squared : squared.squareRoot()
    }
  }

  /// The spectrum of one frame.
  func spectrum(of samples: [Float], length: Int, frame: Int) -> [(re: Double, im: Double)] {
    let before = (nFFT - window.count) / 2
    var windowed = [Double](repeating: 0, count: nFFT)
    for (index, factor) in window.enumerated() {
      let position = frame * hopLength - pad + before + index
      windowed[before + index] = factor * sample(at: position, of: samples, length: length)
    }
    let angles = (0..<nFFT).map { -2 * Double.pi * Double($0) / Double(nFFT) }
    let cosines = angles.map { cos($0) }
    let sines = angles.map { sin($0) }
    return (0...nFFT / 2).map { bin in
      var (re, im, step) = (0.0, 0.0, 0)
      for value in windowed {
        re += value * cosines[step]
        im += value * sines[step]
        step += bin
        if step >= nFFT { step -= nFFT }
      }
      return (re, im)
    }
  }

  private func sample(at position: Int, of samples: [Float], length: Int) -> Double {
    var position = position
    if padMode == .reflect && length > 1 {
      while position < 0 || position >= length {
        position = position < 0 ? -position : 2 * (length - 1) - position
      }
    } else if padMode == .reflect && length == 1 {
      position = 0
    }
    return samples.indices.contains(position) ? Double(samples[position]) : 0
  }

  /// Expects the plan's bins at every level, at the given frames or at all of them, within `tolerance` of the loudest.
  func expectSameBins(
    samples: [Float], length: Int? = nil, columns: Int, at frames: [Int]? = nil, within tolerance: Double = 2e-6
  ) {
    let length = length ?? samples.count
    let frames = frames ?? Array(0..<columns)
    let expected = frames.map { bins(of: samples, length: length, frame: $0) }
    let loudest = max(expected.joined().max() ?? 0, 1e-30)
    let plan = plan
    for level in KernelLevel.available {
      let bands = level.run {
        Tensor<Float>(shape: [plan.bandCount, columns]) { output in
          plan.append(samples.span, length: length, columns: columns, to: &output)
        }
      }
      for (frame, expected) in zip(frames, expected) {
        let actual = (0..<plan.bandCount).map { Double(bands.span[$0 * columns + frame]) / loudest }
        expectClose(
          actual, expected.map { $0 / loudest }, within: tolerance,
          "\(level), nFFT \(nFFT), \(samples.count) samples, frame \(frame) of \(columns)")
      }
    }
  }
}

/// Noise between -1 and 1, always the same.
func noise(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 31)
  }
}
