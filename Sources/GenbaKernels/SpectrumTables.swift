internal import CGenbaKernels

/// What spectra are computed in.
public enum SpectrumPrecision: Sendable, Hashable {
  case single, double
}

/// The tables of a plan, FFT, window and filter bank, one behind the other in two arrays, so that they can be lent to
/// the kernel at once.
struct SpectrumTables: Sendable {
  private let fft: FFTPlan
  private let bandCount: Int
  private let reals: Reals
  private let integers: [Int32]

  /// Numbers of the type that is computed in.
  private enum Reals {
    case single([Float])
    case double([Double])
  }

  // Where each table starts.
  private let splitStart: Int
  private let weightsStart: Int
  private let twiddleStarts: [Int]
  private let chirpStart: Int
  private let chirpSpectrumStart: Int
  private let binsStart: Int
  private let bandStartsStart: Int
  private let chirpMovesStart: Int
  private let chirpBinsStart: Int

  /// - Parameters:
  ///   - window: At most `nFFT` factors, which stand in the middle of the frame.
  ///   - filters: [bands, nFFT / 2 + 1].
  ///   - power: Of the bins that the filters are for: 2 or 1.
  init(
    nFFT: Int, window: [Double], filters: Span<Double> = Span(), power: Int = 2, precision: SpectrumPrecision = .single
  ) {
    let fft = FFTPlan(nFFT: nFFT)
    let scale = fft.isHalved ? (power == 2 ? 0.25 : 0.5) : 1
    let bands = Bands(filters, binCount: nFFT / 2 + 1, scale: scale)
    self.fft = fft
    bandCount = bands.starts.count

    let before = (nFFT - window.count) / 2
    var reals = [Double](repeating: 0, count: nFFT)
    reals.replaceSubrange(before..<before + window.count, with: window)
    splitStart = reals.count
    reals += fft.split
    weightsStart = reals.count
    reals += bands.weights
    var twiddleStarts: [Int] = []
    for stage in fft.stages {
      twiddleStarts.append(reals.count)
      reals += stage.twiddles
    }
    self.twiddleStarts = twiddleStarts
    chirpStart = reals.count
    reals += fft.chirp?.factors ?? []
    chirpSpectrumStart = reals.count
    reals += fft.chirp?.spectrum ?? []
    self.reals = precision == .single ? .single(reals.map { Float($0) }) : .double(reals)

    binsStart = fft.slots.count
    bandStartsStart = binsStart + fft.bins.count
    chirpMovesStart = bandStartsStart + 2 * bandCount
    chirpBinsStart = chirpMovesStart + (fft.chirp?.moves.count ?? 0)
    integers = fft.slots + fft.bins + bands.starts + bands.lengths + (fft.chirp.map { $0.moves + $0.bins } ?? [])
  }

  /// Lends the tables to `body` as the kernel's plan: without logarithm, hop and padding, which the caller sets.
  func withKernelPlan<Result>(_ body: (genba_log_mel_plan) -> Result) -> Result {
    switch reals {
    case .single(let reals):
      unsafe reals.withUnsafeBytes { unsafe withKernelPlan($0, stride: MemoryLayout<Float>.stride, body) }
    case .double(let reals):
      unsafe reals.withUnsafeBytes { unsafe withKernelPlan($0, stride: MemoryLayout<Double>.stride, body) }
    }
  }

  private func withKernelPlan<Result>(
    _ reals: UnsafeRawBufferPointer, stride: Int, _ body: (genba_log_mel_plan) -> Result
  ) -> Result {
    unsafe integers.withUnsafeBufferPointer { integers in
      // Neither array is ever empty.
      guard let reals = reals.baseAddress, let integers = integers.baseAddress else {
        preconditionFailure("a plan has a window and slots")
      }
      let stages = unsafe zip(fft.stages, twiddleStarts).map { stage, start in
        unsafe genba_fft_stage(
          radix: Int32(stage.radix), groups: Int32(stage.groups), length: Int32(stage.length),
          stride: Int32(stage.stride), twiddles: reals + start * stride)
      }
      return unsafe stages.withUnsafeBufferPointer { stages in
        var plan = unsafe genba_log_mel_plan()
        unsafe plan.frames.fft = unsafe genba_fft_plan(
          is_double: stride == MemoryLayout<Double>.stride ? 1 : 0, n_fft: Int32(fft.nFFT),
          point_count: Int32(fft.pointCount), gap_shift: Int32(fft.gapShift), point_span: Int32(fft.pointSpan),
          stage_count: Int32(stages.count), stages: stages.baseAddress, slots: integers, bins: integers + binsStart,
          split: fft.isHalved ? reals + splitStart * stride : nil,
          chirp: fft.chirp == nil ? nil : reals + chirpStart * stride,
          chirp_spectrum: reals + chirpSpectrumStart * stride, chirp_moves: integers + chirpMovesStart,
          chirp_bins: integers + chirpBinsStart)
        unsafe plan.frames.window = reals
        unsafe plan.band_count = Int32(bandCount)
        unsafe plan.band_starts = integers + bandStartsStart
        unsafe plan.band_lengths = integers + bandStartsStart + bandCount
        unsafe plan.weights = reals + weightsStart * stride
        return unsafe body(plan)
      }
    }
  }
}

/// A filter bank without the zeros before and behind each band's weights.
private struct Bands {
  var weights: [Double] = []
  var starts: [Int32] = []
  var lengths: [Int32] = []

  init(_ filters: Span<Double>, binCount: Int, scale: Double) {
    for row in stride(from: 0, to: filters.count, by: binCount) {
      var (start, end) = (0, binCount)
      while start < end && filters[row + start] == 0 { start += 1 }
      while end > start && filters[row + end - 1] == 0 { end -= 1 }
      for bin in start..<end { weights.append(filters[row + bin] * scale) }
      starts.append(Int32(start == binCount ? 0 : start))
      lengths.append(Int32(end - start))
    }
  }
}
