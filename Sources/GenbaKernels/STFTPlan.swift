internal import CGenbaKernels

/// What is kept of a bin of a spectrum.
public enum SpectrumKind: Sendable, Hashable, CaseIterable {
  /// Real and imaginary part, as a pair.
  case complex
  case magnitude
  /// The magnitude's square.
  case power

  /// Numbers of a bin.
  public var width: Int { self == .complex ? 2 : 1 }

  fileprivate var kernelKind: Int32 {
    switch self {
    case .complex: Int32(GENBA_STFT_COMPLEX)
    case .magnitude: Int32(GENBA_STFT_MAGNITUDE)
    case .power: Int32(GENBA_STFT_POWER)
    }
  }
}

/// A type that spectra are computed in: `Float` or `Double`.
public protocol SpectrumElement: BitwiseCopyable, Sendable {
  static var precision: SpectrumPrecision { get }
}

extension Float: SpectrumElement {
  public static var precision: SpectrumPrecision { .single }
}

extension Double: SpectrumElement {
  public static var precision: SpectrumPrecision { .double }
}

/// Everything that frames of sound need on their way to spectra, computed once.
public struct STFTPlan<Element: SpectrumElement>: Sendable {
  /// Samples of a frame, and points of its transform.
  public let nFFT: Int
  /// Samples from one frame to the next.
  public let hopLength: Int
  /// Samples that the first frame starts before the signal and the last may end behind it.
  public let pad: Int
  public let padMode: LogMelPlan.PadMode

  private let tables: SpectrumTables

  /// Bins of a frame.
  public var binCount: Int { nFFT / 2 + 1 }

  /// A plan; arguments outside their ranges trap.
  ///
  /// - Parameters:
  ///   - nFFT: Length of the transform; see ``LogMelPlan/isFast(nFFT:)``.
  ///   - window: At most `nFFT` factors, which stand in the middle of the frame.
  public init(nFFT: Int, window: [Double], hopLength: Int, pad: Int, padMode: LogMelPlan.PadMode) {
    precondition(nFFT > 0 && nFFT <= 1 << 24, "an FFT length is 1 … 2²⁴, not \(nFFT)")
    precondition(window.count <= nFFT, "a window of \(window.count) does not fit into a frame of \(nFFT)")
    precondition(hopLength > 0 && hopLength <= Int(Int32.max), "a hop is above 0, not \(hopLength)")
    precondition(pad >= 0 && pad <= Int(Int32.max), "padding is not negative, as \(pad)")
    self.nFFT = nFFT
    self.hopLength = hopLength
    self.pad = pad
    self.padMode = padMode
    // The kernel's bins of a halved transform are twice too large.
    let scale = FFTPlan.isHalved(nFFT) ? 0.5 : 1
    tables = SpectrumTables(nFFT: nFFT, window: window.map { $0 * scale }, precision: Element.precision)
  }

  /// How many whole frames a signal of `length` samples has, padding included.
  public func frameCount(length: Int) -> Int {
    let padded = length + 2 * pad
    return padded < nFFT ? 0 : 1 + (padded - nFFT) / hopLength
  }

  /// Appends the spectra of a signal, [binCount, columns, kind.width] in row-major order, one column for each frame from
  /// the first on.
  ///
  /// - Parameters:
  ///   - columns: How many frames. Those that reach beyond the padding see more of it.
  ///   - output: Must have room for them; less traps.
  public func append(_ samples: Span<Float>, _ kind: SpectrumKind, columns: Int, to output: inout OutputSpan<Element>) {
    appendFrames(of: samples, kind, from: -pad, columns: columns, to: &output)
  }

  /// Appends the spectra of some frames of a signal, [binCount, columns, kind.width] in row-major order.
  ///
  /// A frame has the same spectrum, bit for bit, whichever frames it is computed with.
  ///
  /// - Parameters:
  ///   - samples: The signal, or a part of it that holds all that the frames see: also what they see in the mirror.
  ///   - start: Where in `samples` the first frame begins; below 0 for one that begins in the padding.
  ///   - columns: How many frames.
  ///   - output: Must have room for them; less traps.
  public func appendFrames(
    of samples: Span<Float>, _ kind: SpectrumKind, from start: Int, columns: Int, to output: inout OutputSpan<Element>
  ) {
    let count = binCount * columns * kind.width
    precondition(columns >= 0 && output.freeCapacity >= count, "no room for \(binCount) x \(columns) bins")
    precondition(Int(Int32.min) < start && start <= Int(Int32.max), "a frame cannot begin at \(start)")
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      guard count > 0, let base = buffer.baseAddress else { return }
      unsafe transform(samples, kind, from: start, count: columns, to: base + initializedCount)
      initializedCount += count
    }
  }

  private func transform(
    _ samples: Span<Float>, _ kind: SpectrumKind, from start: Int, count: Int, to output: UnsafeMutablePointer<Element>
  ) {
    unsafe tables.withKernelPlan { plan in
      var frames = unsafe plan.frames
      unsafe frames.hop_length = Int32(hopLength)
      unsafe frames.pad = Int32(-start)
      unsafe frames.pad_mode = padMode.kernelMode
      let workBytes = Int(unsafe genba_stft_work_bytes(&frames))
      return unsafe withUnsafeTemporaryAllocation(byteCount: workBytes, alignment: 64) { work in
        unsafe samples.withUnsafeBufferPointer { samples in
          unsafe genba_stft(
            &frames, kind.kernelKind, samples.baseAddress, Int64(samples.count), Int64(count), output,
            work.baseAddress)
        }
      }
    }
  }
}
