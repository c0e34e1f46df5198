public import GenbaAudio
public import GenbaCore
public import GenbaMedia

extension MediaWindow {
  /// The log-mel spectrogram of the window: frame i is centred on sample i · hop of the window, so that the windows of a
  /// recording hold the frames of the whole, where windows begin at multiples of the hop.
  ///
  /// - Parameter spectrogram: Its `center` is ignored, and so is `topDB`, which depends on the loudest frame of the whole.
  /// - Returns: float32 [nMels, samples / hop], or [channels, nMels, samples / hop]; `nil` without sound.
  /// - Throws: `.mismatchedInputs` if the window was read without a context of half an FFT's samples, or at another
  ///   rate; `.invalidConfiguration` for options that cannot be.
  public func logMel(_ spectrogram: LogMelSpectrogram) throws(GenbaError) -> Tensor<Float>? {
    guard let samples else { return nil }
    var options = spectrogram.options
    guard contextSamples == options.nFFT / 2 else {
      throw GenbaError(
        .mismatchedInputs,
        "the window has \(contextSamples) samples around it, a log-mel of \(options.nFFT) needs \(options.nFFT / 2); set MediaReader.Options.contextSamples"
      )
    }
    options.center = false
    options.topDB = nil
    let count = (samples.sampleCount - 2 * contextSamples) / options.hopLength
    let all = try LogMelSpectrogram(options)(samples)
    return all.prefix(frames: count)
  }
}

extension Tensor<Float> {
  /// The first `count` of the last axis.
  fileprivate func prefix(frames count: Int) -> Tensor {
    guard let last = shape.last, count < last else { return self }
    let source = span
    return Tensor(shape: shape.dropLast() + [count]) { output in
      for row in 0..<self.count / last {
        for index in row * last..<row * last + count { output.append(source[index]) }
      }
    }
  }
}

extension TensorBundle {
  /// Windows of one length, stacked: `frames` uint8 [windows, frames, …] with `frame_mask` Bool and `pts_seconds`
  /// float64 [windows, frames]; `samples` float32 [windows, channels, samples] with `sample_mask` Bool
  /// [windows, samples]; `window_seconds` float64 [windows, 2]; and with a spectrogram `log_mel` float32 [windows, …].
  /// Context samples are left out.
  ///
  /// - Parameters:
  ///   - windows: As ``MediaWindows`` gives them; read at a rate of frames, or without pictures.
  ///   - logMel: The spectrogram to compute of each; see ``MediaWindow/logMel(_:)``.
  /// - Throws: `.mismatchedInputs` for windows that differ in size, or that there are none of.
  public init(stacking windows: [MediaWindow], logMel spectrogram: LogMelSpectrogram? = nil) throws(GenbaError) {
    self.init()
    guard let first = windows.first else { throw GenbaError(.mismatchedInputs, "the recording has no window") }
    if let shape = first.frames?.pixels.shape {
      let parts = windows.compactMap { $0.frames?.pixels }
      set("frames", to: try Self.stack(parts, shape: shape, of: windows.count))
      set("frame_mask", to: Tensor(windows.flatMap(\.frameMask), shape: [windows.count, shape[0]]))
      set("pts_seconds", to: Tensor(windows.flatMap { $0.frames?.ptsSeconds ?? [] }, shape: [windows.count, shape[0]]))
    }
    if first.samples != nil {
      let parts = windows.compactMap { $0.samplesWithoutContext }
      let shape = parts[0].shape
      set("samples", to: try Self.stack(parts, shape: shape, of: windows.count))
      let masks = windows.flatMap { $0.sampleMask.dropFirst($0.contextSamples).dropLast($0.contextSamples) }
      set("sample_mask", to: Tensor(masks, shape: [windows.count, shape[1]]))
    }
    if let spectrogram, first.samples != nil {
      var parts: [Tensor<Float>] = []
      for window in windows { if let part = try window.logMel(spectrogram) { parts.append(part) } }
      set("log_mel", to: try Self.stack(parts, shape: parts[0].shape, of: windows.count))
    }
    let seconds = windows.flatMap { [$0.range.lowerBound, $0.range.upperBound] }
    set("window_seconds", to: Tensor(seconds, shape: [windows.count, 2]))
  }

  private static func stack<Element>(
    _ parts: [Tensor<Element>], shape: [Int], of count: Int
  ) throws(GenbaError) -> Tensor<Element> {
    guard parts.count == count, parts.allSatisfy({ $0.shape == shape }) else {
      throw GenbaError(
        .mismatchedInputs, "the windows differ in size; ask for a rate of frames, and take streams that keep theirs")
    }
    return Tensor(shape: [count] + shape) { output in
      for part in parts {
        let elements = part.span
        for index in elements.indices { output.append(elements[index]) }
      }
    }
  }
}

extension MediaWindow {
  fileprivate var samplesWithoutContext: Tensor<Float>? {
    guard let samples else { return nil }
    let count = samples.sampleCount - 2 * contextSamples
    return Tensor(shape: [samples.channelCount, count]) { output in
      for channel in 0..<samples.channelCount {
        let all = samples.channel(channel)
        for index in contextSamples..<contextSamples + count { output.append(all[index]) }
      }
    }
  }
}
