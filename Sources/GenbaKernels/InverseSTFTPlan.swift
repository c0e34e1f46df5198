internal import CGenbaKernels

/// Everything that spectra need on their way back to sound, computed once.
public struct InverseSTFTPlan: Sendable {
  /// Samples of a frame, and points of its transform.
  public let nFFT: Int
  /// Samples from one frame to the next.
  public let hopLength: Int
  /// Samples that the first frame starts before the signal.
  public let pad: Int

  private let tables: SpectrumTables
  /// The window's squares, of the whole frame.
  private let squares: [Float]

  /// A plan; arguments outside their ranges trap.
  ///
  /// - Parameter window: At most `nFFT` factors, which stand in the middle of the frame.
  public init(nFFT: Int, window: [Double], hopLength: Int, pad: Int) {
    precondition(nFFT > 0 && nFFT <= 1 << 24, "an FFT length is 1 … 2²⁴, not \(nFFT)")
    precondition(window.count <= nFFT, "a window of \(window.count) does not fit into a frame of \(nFFT)")
    precondition(hopLength > 0 && hopLength <= Int(Int32.max), "a hop is above 0, not \(hopLength)")
    precondition(pad >= 0 && pad <= Int(Int32.max), "padding is not negative, as \(pad)")
    self.nFFT = nFFT
    self.hopLength = hopLength
    self.pad = pad
    // The kernel's way back is nFFT times too large.
    tables = SpectrumTables(nFFT: nFFT, window: window.map { $0 / Double(nFFT) })
    var squares = [Float](repeating: 0, count: nFFT)
    for (index, factor) in window.enumerated() { squares[(nFFT - window.count) / 2 + index] = Float(factor * factor) }
    self.squares = squares
  }

  /// Appends a signal of `length` samples: the overlapping frames, windowed and added up, over the sum of the squares of
  /// the windows there, unless that is nothing.
  ///
  /// - Parameters:
  ///   - spectra: Pairs (re, im): [nFFT / 2 + 1, columns, 2] in row-major order.
  ///   - frames: How many of the columns count, from the first on.
  ///   - output: Must have room for `length` more; less traps.
  public func append(
    _ spectra: Span<Float>, columns: Int, frames: Int, length: Int, to output: inout OutputSpan<Float>
  ) {
    precondition(spectra.count == (nFFT / 2 + 1) * columns * 2, "\(spectra.count) numbers are no spectra")
    precondition((0...columns).contains(frames), "there are \(columns) frames, not \(frames)")
    precondition(length >= 0 && output.freeCapacity >= length, "no room for \(length) samples")
    let start = output.count
    output.append(repeating: 0, count: length)
    guard length > 0 && frames > 0 else { return }
    unsafe output.withUnsafeMutableBufferPointer { buffer, _ in
      let written = unsafe UnsafeMutableBufferPointer(rebasing: buffer[start..<start + length])
      unsafe add(spectra, columns: columns, frames: frames, to: written)
      var signal = unsafe MutableSpan(_unsafeElements: written)
      normalize(&signal, frames: frames)
    }
  }

  private func add(_ spectra: Span<Float>, columns: Int, frames: Int, to signal: UnsafeMutableBufferPointer<Float>) {
    unsafe tables.withKernelPlan { plan in
      var plan = unsafe plan.frames
      unsafe plan.hop_length = Int32(hopLength)
      unsafe plan.pad = Int32(pad)
      let workBytes = Int(unsafe genba_stft_work_bytes(&plan))
      unsafe withUnsafeTemporaryAllocation(byteCount: workBytes, alignment: 64) { work in
        unsafe spectra.withUnsafeBufferPointer { spectra in
          unsafe genba_inverse_stft(
            &plan, spectra.baseAddress, Int64(columns), Int64(frames), signal.baseAddress, Int64(signal.count),
            work.baseAddress)
        }
      }
    }
  }

  private func normalize(_ signal: inout MutableSpan<Float>, frames: Int) {
    let squares = squares.span
    for index in 0..<signal.count {
      let position = index + pad
      // The frames that begin at most nFFT - 1 samples before.
      let first = position < nFFT ? 0 : (position - nFFT) / hopLength + 1
      let last = min(position / hopLength, frames - 1)
      guard first <= last else { continue }
      var sum: Float = 0
      for frame in first...last { sum += squares[position - frame * hopLength] }
      if sum > .leastNormalMagnitude { signal[index] /= sum }
    }
  }
}
