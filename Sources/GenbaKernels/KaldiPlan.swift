internal import CGenbaKernels

/// Everything that frames of sound need on their way to Kaldi's filter banks, computed once.
public struct KaldiPlan: Sendable {
  /// Which energy of a frame is a column of the result.
  public struct Energy: Sendable, Hashable {
    /// Before pre-emphasis and window, or behind them.
    public var isRaw: Bool
    /// What a smaller energy is raised to: a normal number above 0.
    public var floor: Float
    /// Behind the bands, as HTK has it, or before them.
    public var isLast: Bool

    public init(isRaw: Bool, floor: Float, isLast: Bool) {
      precondition(floor.isNormal && floor > 0, "an energy's floor is a normal number above 0, not \(floor)")
      self.isRaw = isRaw
      self.floor = floor
      self.isLast = isLast
    }
  }

  /// Samples of a frame.
  public let frameLength: Int
  /// Samples from one frame to the next.
  public let hopLength: Int
  /// Whether only whole frames count; else the signal is mirrored at both ends, and there is a frame for each hop.
  public let snipEdges: Bool
  /// What samples are multiplied by.
  public let sampleScale: Double
  public let removeMean: Bool
  public let preemphasis: Double
  /// Whether a pre-emphasized sample is rounded to float32, as well as the product in it.
  public let roundsPreemphasis: Bool
  /// 2 for power, 1 for magnitude.
  public let power: Int
  public let logarithm: LogMelPlan.Logarithm?
  public let energy: Energy?
  /// Numbers of a frame in the result: bands, and the energy if it is asked for.
  public let columnCount: Int

  /// How many samples the first frame begins before the signal.
  public var pad: Int { snipEdges ? 0 : frameLength / 2 - hopLength / 2 }

  private let tables: SpectrumTables
  private let bandCount: Int

  /// A plan; arguments outside their ranges trap.
  ///
  /// - Parameters:
  ///   - nFFT: Length of the transform; zeros follow the frame.
  ///   - window: As many factors as the frame has samples, at most `nFFT`.
  ///   - filters: [bands, nFFT / 2 + 1] in row-major order.
  ///   - precision: What is computed in. The rows are float32 in any case.
  public init(
    nFFT: Int, window: [Double], hopLength: Int, snipEdges: Bool, sampleScale: Double, removeMean: Bool,
    preemphasis: Double, power: Int, filters: Span<Double>, logarithm: LogMelPlan.Logarithm?, energy: Energy?,
    precision: SpectrumPrecision = .single, roundsPreemphasis: Bool = false
  ) {
    precondition(nFFT > 0 && nFFT <= 1 << 24, "an FFT length is 1 … 2²⁴, not \(nFFT)")
    precondition((1...nFFT).contains(window.count), "a frame of \(window.count) does not fit into \(nFFT)")
    precondition(hopLength > 0 && hopLength <= Int(Int32.max), "a hop is above 0, not \(hopLength)")
    precondition(power == 1 || power == 2, "the power is 1 or 2, not \(power)")
    let binCount = nFFT / 2 + 1
    precondition(filters.count % binCount == 0, "\(filters.count) weights are no rows of \(binCount)")

    frameLength = window.count
    self.hopLength = hopLength
    self.snipEdges = snipEdges
    self.sampleScale = sampleScale
    self.removeMean = removeMean
    precondition(!roundsPreemphasis || energy == nil, "rounded pre-emphasis has no energy")
    self.preemphasis = preemphasis
    self.roundsPreemphasis = roundsPreemphasis
    self.power = power
    self.logarithm = logarithm
    self.energy = energy
    bandCount = filters.count / binCount
    columnCount = bandCount + (energy == nil ? 0 : 1)
    // The window begins with the frame.
    let padded = window + [Double](repeating: 0, count: nFFT - window.count)
    tables = SpectrumTables(nFFT: nFFT, window: padded, filters: filters, power: power, precision: precision)
  }

  /// How many frames a signal of `length` samples has.
  public func frameCount(length: Int) -> Int {
    if snipEdges { return length < frameLength ? 0 : 1 + (length - frameLength) / hopLength }
    return (length + hopLength / 2) / hopLength
  }

  /// Appends the rows of a signal: [frameCount(length: samples.count), columnCount] in row-major order.
  ///
  /// - Parameter output: Must have room for them; less traps.
  public func append(_ samples: Span<Float>, to output: inout OutputSpan<Float>) {
    appendFrames(of: samples, from: -pad, count: frameCount(length: samples.count), to: &output)
  }

  /// Appends the rows of some frames of a signal: [frames, columnCount] in row-major order.
  ///
  /// A frame has the same row, bit for bit, whichever frames it is computed with.
  ///
  /// - Parameters:
  ///   - samples: The signal, or a part of it that holds all that the frames see: also what they see in the mirror.
  ///   - start: Where in `samples` the first frame begins; below 0 for one that begins in the mirror.
  ///   - frames: How many.
  ///   - output: Must have room for them; less traps.
  public func appendFrames(
    of samples: Span<Float>, from start: Int, count frames: Int, to output: inout OutputSpan<Float>
  ) {
    let count = frames * columnCount
    precondition(frames >= 0 && output.freeCapacity >= count, "no room for \(frames) x \(columnCount) values")
    precondition(Int(Int32.min) < start && start <= Int(Int32.max), "a frame cannot begin at \(start)")
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      guard count > 0, let base = buffer.baseAddress else { return }
      unsafe transform(samples, from: start, count: frames, to: base + initializedCount)
      initializedCount += count
    }
  }

  private func transform(
    _ samples: Span<Float>, from start: Int, count: Int, to output: UnsafeMutablePointer<Float>
  ) {
    unsafe tables.withKernelPlan { bands in
      var plan = unsafe genba_kaldi_plan()
      unsafe plan.bands = bands
      unsafe plan.bands.frames.hop_length = Int32(hopLength)
      unsafe plan.bands.frames.pad = Int32(-start)
      unsafe plan.bands.frames.pad_mode = Int32(GENBA_PAD_SYMMETRIC)
      unsafe plan.bands.power = Int32(power)
      if let logarithm {
        unsafe plan.bands.log_kind = Int32(GENBA_LOG)
        unsafe plan.bands.log = logarithm.kernelLogarithm
      }
      unsafe plan.frame_length = Int32(frameLength)
      unsafe plan.sample_scale = sampleScale
      unsafe plan.remove_mean = removeMean ? 1 : 0
      unsafe plan.preemphasis = preemphasis
      unsafe plan.rounds_preemphasis = roundsPreemphasis ? 1 : 0
      unsafe plan.energy_column = -1
      if let energy {
        unsafe plan.raw_energy = energy.isRaw ? 1 : 0
        unsafe plan.first_band = energy.isLast ? 0 : 1
        unsafe plan.energy_column = energy.isLast ? Int32(bandCount) : 0
        unsafe plan.energy_log = LogMelPlan.Logarithm(floor: energy.floor, unitsPerNeper: 1).kernelLogarithm
      }
      let workBytes = Int(unsafe genba_kaldi_work_bytes(&plan))
      return unsafe withUnsafeTemporaryAllocation(byteCount: workBytes, alignment: 64) { work in
        unsafe samples.withUnsafeBufferPointer { samples in
          unsafe genba_kaldi_fbank(
            &plan, samples.baseAddress, Int64(samples.count), Int64(count), output, work.baseAddress)
        }
      }
    }
  }
}
