public import GenbaCore

/// Changes the sample rate of a whole sound, by libswresample. For a sound that comes in blocks, see
/// ``StreamingResampler``.
///
/// ```swift
/// let resampler = try Resampler(sampleRate: 16_000)
/// let speech = try resampler(recording)  // float32 [channels, n], n = ceil(samples * 16000 / recording.sampleRate)
/// ```
public struct Resampler: Sendable, Hashable, Codable {
  /// What does the arithmetic.
  public enum Engine: String, Sendable, Hashable, Codable, CaseIterable {
    /// libswresample's own filter: bit for bit what torchcodec 0.11 gives, in number too. It passes much of what lies
    /// just above the new Nyquist frequency.
    case swr
    /// libsoxr at high quality: bit for bit `soxr.resample(quality="soxr_hq")` as librosa 0.11 and transformers 5.23
    /// call it. As in their loaders, zeros are added or samples dropped at the end, so that there are
    /// ceil(samples · new rate / old rate) of them.
    case soxr
  }

  /// The new rate, in hertz.
  public let sampleRate: Int

  /// What does the arithmetic.
  public let engine: Engine

  /// The most samples that a result may have, all channels together.
  public let sampleLimit: Int

  /// A resampler to `sampleRate`.
  ///
  /// - Throws: `.outOfRange` for a rate outside 1 Hz … 1 MHz.
  public init(
    sampleRate: Int, engine: Engine = .soxr, sampleLimit: Int = DecodeLimits().samples
  ) throws(GenbaError) {
    guard (1...1_000_000).contains(sampleRate) else {
      throw GenbaError(.outOfRange, "a sample rate of \(sampleRate) Hz is asked for; it must be 1 to 1000000")
    }
    self.sampleRate = sampleRate
    self.engine = engine
    self.sampleLimit = sampleLimit
  }

  /// The sound at the new rate. One that has it already comes back as it is.
  ///
  /// - Throws: `.outOfRange` where the rates are more than a factor of 1000 apart, `.limitExceeded` for a result with
  ///   too many samples, `.unsupportedFormat` if libswresample was built without soxr.
  public func callAsFunction(_ audio: AudioSamples) throws(GenbaError) -> AudioSamples {
    guard audio.sampleRate != sampleRate else { return audio }
    try check(inputRate: audio.sampleRate)
    let expected = outputCount(of: audio.sampleCount, at: audio.sampleRate)
    guard expected <= sampleLimit / max(audio.channelCount, 1) else {
      throw GenbaError(
        .limitExceeded,
        "\(audio.sampleCount) samples at \(audio.sampleRate) Hz become more than the limit of \(sampleLimit) at "
          + "\(sampleRate) Hz")
    }
    let converter = try converter(channels: audio.channelCount, from: audio.sampleRate, mixing: nil)
    let samples: Tensor<Float>
    switch engine {
    case .soxr:
      samples = try converter.convert(audio.samples, outputCount: expected).samples
    case .swr:
      let room = try converter.outputBound(inputCount: audio.sampleCount)
      let (roomy, written) = try converter.convert(audio.samples, outputCount: room)
      samples = roomy.prefix(samples: written)
    }
    return AudioSamples(samples: samples, sampleRate: sampleRate, ptsSeconds: audio.ptsSeconds, damage: audio.damage)
  }

  /// ceil(samples · new rate / old rate), or the largest number there is if that is more.
  func outputCount(of count: Int, at inputRate: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: sampleRate)
    return overflow ? .max : product / inputRate + (product % inputRate == 0 ? 0 : 1)
  }

  /// Throws if the rates are too far apart.
  func check(inputRate: Int) throws(GenbaError) {
    guard max(sampleRate, inputRate) / min(sampleRate, inputRate) <= 1000 else {
      throw GenbaError(.outOfRange, "from \(inputRate) Hz to \(sampleRate) Hz is more than a factor of 1000")
    }
  }

  /// A fresh converter for one sound.
  ///
  /// - Parameter layout: `nil` to keep the channels; else the layout that libswresample mixes to one channel, in FFmpeg's words,
  ///   or `.some(nil)` for the usual layout of as many.
  func converter(channels: Int, from inputRate: Int, mixing layout: String??) throws(GenbaError) -> SampleConverter {
    if let layout {
      return try SampleConverter(mixing: channels, layout: layout, from: inputRate, to: sampleRate, engine: engine)
    }
    return try SampleConverter(channels: channels, from: inputRate, to: sampleRate, engine: engine)
  }
}
