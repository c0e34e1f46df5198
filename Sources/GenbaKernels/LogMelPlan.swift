internal import CGenbaKernels
internal import Glibc

/// Everything that frames of sound need on their way to bands of a spectrum, computed once.
///
/// Frame, window, FFT, power, filter bank and logarithm are one kernel, which transforms 4, 8 or 16 frames at once.
public struct LogMelPlan: Sendable {
  /// Samples of a frame, and points of its transform.
  public let nFFT: Int
  /// Samples from one frame to the next.
  public let hopLength: Int
  /// Samples that the first frame starts before the signal and the last may end behind it.
  public let pad: Int
  public let padMode: PadMode
  /// 2 for power, 1 for magnitude.
  public let power: Int
  public let logarithm: Logarithm?
  /// How many bands there are.
  public let bandCount: Int

  private let tables: SpectrumTables

  /// Whether an FFT of this length is a fast one: its prime factors are 2, 3 and 5. Any other takes about six times as
  /// long as its neighbours.
  public static func isFast(nFFT: Int) -> Bool { FFTPlan.isSmooth(nFFT) }

  /// A plan; arguments outside their ranges trap.
  ///
  /// - Parameters:
  ///   - nFFT: Length of the transform; see ``isFast(nFFT:)``.
  ///   - window: As many factors as the frame has samples, or fewer: they stand in its middle then.
  ///   - hopLength: Samples from one frame to the next, above 0.
  ///   - pad: Samples of padding on either side.
  ///   - power: 2 for power, 1 for magnitude.
  ///   - filters: [bands, nFFT / 2 + 1] in row-major order. Only what lies between the first and the last weight of a
  ///     band that is not 0 costs time.
  ///   - logarithm: `nil` for none.
  ///   - precision: What is computed in. The bands are float32 in any case.
  public init(
    nFFT: Int, window: [Double], hopLength: Int, pad: Int, padMode: PadMode, power: Int, filters: Span<Double>,
    logarithm: Logarithm?, precision: SpectrumPrecision = .single
  ) {
    precondition(nFFT > 0 && nFFT <= 1 << 24, "an FFT length is 1 … 2²⁴, not \(nFFT)")
    precondition(window.count <= nFFT, "a window of \(window.count) does not fit into a frame of \(nFFT)")
    precondition(hopLength > 0 && hopLength <= Int(Int32.max), "a hop is above 0, not \(hopLength)")
    precondition(pad >= 0 && pad <= Int(Int32.max), "padding is not negative, as \(pad)")
    precondition(power == 1 || power == 2, "the power is 1 or 2, not \(power)")
    let binCount = nFFT / 2 + 1
    precondition(filters.count % binCount == 0, "\(filters.count) weights are no rows of \(binCount)")

    self.nFFT = nFFT
    self.hopLength = hopLength
    self.pad = pad
    self.padMode = padMode
    self.power = power
    self.logarithm = logarithm
    bandCount = filters.count / binCount
    tables = SpectrumTables(nFFT: nFFT, window: window, filters: filters, power: power, precision: precision)
  }

  /// How many whole frames a signal of `length` samples has, padding included.
  public func frameCount(length: Int) -> Int {
    let padded = length + 2 * pad
    return padded < nFFT ? 0 : 1 + (padded - nFFT) / hopLength
  }

  /// Appends the bands of a signal, [bandCount, columns] in row-major order, one column for each frame from the first
  /// on.
  ///
  /// Frames that see only silence behind the last sample are not computed but filled.
  ///
  /// - Parameters:
  ///   - samples: The signal.
  ///   - length: How long the signal is with the zeros that follow `samples`; at least their number.
  ///   - columns: How many frames. Those that reach beyond the padding see more of it.
  ///   - normalization: `nil` for none.
  ///   - output: Takes bandCount · columns more elements.
  /// - Returns: The largest value before it is normalized, -infinity if there is none, NaN if one is NaN.
  @discardableResult
  public func append(
    _ samples: Span<Float>, length: Int, columns: Int, normalization: Normalization? = nil,
    to output: inout OutputSpan<Float>
  ) -> Float {
    let count = bandCount * columns
    precondition(length >= samples.count, "a signal of \(length) cannot hold \(samples.count) samples")
    precondition(columns >= 0 && output.freeCapacity >= count, "no room for \(bandCount) x \(columns) values")
    return unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      guard count > 0, let base = buffer.baseAddress else { return -.infinity }
      defer { initializedCount += count }
      return unsafe write(
        samples, length: length, columns: columns, normalization: normalization, to: base + initializedCount)
    }
  }

  /// Appends the bands of some frames of a signal, [bandCount, columns] in row-major order, all of them computed.
  ///
  /// A frame has the same bands, bit for bit, whichever frames it is computed with.
  ///
  /// - Parameters:
  ///   - samples: The signal, or a part of it that holds all that the frames see: also what they see in the mirror.
  ///   - start: Where in `samples` the first frame begins; below 0 for one that begins in the padding.
  ///   - columns: How many frames.
  ///   - output: Takes bandCount · columns more elements.
  /// - Returns: The largest value, -infinity if there is none, NaN if one is NaN.
  @discardableResult
  public func appendFrames(
    of samples: Span<Float>, from start: Int, columns: Int, to output: inout OutputSpan<Float>
  ) -> Float {
    let count = bandCount * columns
    precondition(columns >= 0 && output.freeCapacity >= count, "no room for \(bandCount) x \(columns) values")
    precondition(Int(Int32.min) < start && start <= Int(Int32.max), "a frame cannot begin at \(start)")
    return unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      guard count > 0, let base = buffer.baseAddress else { return -.infinity }
      defer { initializedCount += count }
      return unsafe transform(
        samples, length: samples.count, start: start, count: columns, to: base + initializedCount, stride: columns)
    }
  }

  private func write(
    _ samples: Span<Float>, length: Int, columns: Int, normalization: Normalization?,
    to output: UnsafeMutablePointer<Float>
  ) -> Float {
    let computed = min(columns, soundingFrames(sampleCount: samples.count, length: length))
    var largest = unsafe transform(samples, length: length, start: -pad, count: computed, to: output, stride: columns)
    var silence = logarithm?.ofFloor ?? 0
    if computed < columns && !(silence <= largest || largest.isNaN) { largest = silence }
    if let normalization { silence = normalization.applied(to: silence, largest: largest) }
    for band in 0..<bandCount {
      let row = unsafe UnsafeMutableBufferPointer(start: output + band * columns, count: columns)
      if let normalization {
        var sounding = unsafe MutableSpan(_unsafeElements: row.extracting(0..<computed))
        normalization.apply(to: &sounding, largest: largest)
      }
      unsafe row.extracting(computed...).initialize(repeating: silence)
    }
    return largest
  }

  /// How many frames, counted from the first, see a sample, directly or in the mirror at the end.
  private func soundingFrames(sampleCount: Int, length: Int) -> Int {
    if sampleCount == 0 { return 0 }
    if padMode != .constant && length - 1 - pad < sampleCount { return .max }
    return (sampleCount + pad + hopLength - 1) / hopLength
  }

  /// The kernel's work: `count` frames from the one that begins at `start` on, to rows of `stride`; gives the largest
  /// value, or a NaN if there is one.
  private func transform(
    _ samples: Span<Float>, length: Int, start: Int, count: Int, to output: UnsafeMutablePointer<Float>, stride: Int
  ) -> Float {
    unsafe tables.withKernelPlan { plan in
      var plan = unsafe plan
      unsafe plan.frames.hop_length = Int32(hopLength)
      unsafe plan.frames.pad = Int32(-start)
      unsafe plan.frames.pad_mode = padMode.kernelMode
      unsafe plan.power = Int32(power)
      if let logarithm {
        unsafe plan.log_kind = Int32(GENBA_LOG)
        unsafe plan.log = logarithm.kernelLogarithm
      }
      let workBytes = Int(unsafe genba_log_mel_work_bytes(&plan))
      return unsafe withUnsafeTemporaryAllocation(byteCount: workBytes, alignment: 64) { work in
        unsafe samples.withUnsafeBufferPointer { samples in
          unsafe genba_log_mel(
            &plan, samples.baseAddress, Int64(samples.count), Int64(length), 0, Int64(count), output, Int64(stride),
            work.baseAddress)
        }
      }
    }
  }
}
