/// Decoded sound.
public struct AudioSamples: Sendable, Equatable {
  /// float32 [channels, samples], nominally -1 … 1. Float files may go beyond.
  public var samples: Tensor<Float>

  /// Samples of one channel in a second, in hertz.
  public var sampleRate: Int

  /// When the first sample is played, on its container's clock, in seconds.
  public var ptsSeconds: Double

  /// What broke the sound off behind its last sample, where its decoder was asked for what there is; `nil` for a sound
  /// that is whole.
  public var damage: GenbaError?

  /// Sound from samples.
  ///
  /// - Parameters:
  ///   - samples: float32 [channels, samples]; another rank traps.
  ///   - sampleRate: In hertz, above 0.
  ///   - ptsSeconds: When the first sample is played.
  ///   - damage: What broke the sound off.
  public init(samples: Tensor<Float>, sampleRate: Int, ptsSeconds: Double = 0, damage: GenbaError? = nil) {
    precondition(samples.rank == 2, "samples are [channels, samples], not \(samples.shape)")
    precondition(sampleRate > 0, "a sample rate is above 0, not \(sampleRate)")
    self.samples = samples
    self.sampleRate = sampleRate
    self.ptsSeconds = ptsSeconds
    self.damage = damage
  }

  /// Sound of one channel from samples in memory.
  public init(mono samples: [Float], sampleRate: Int, ptsSeconds: Double = 0) {
    self.init(samples: Tensor(samples, shape: [1, samples.count]), sampleRate: sampleRate, ptsSeconds: ptsSeconds)
  }

  /// How many channels there are.
  public var channelCount: Int { samples.shape[0] }

  /// How many samples each channel has.
  public var sampleCount: Int { samples.shape[1] }

  /// How long it lasts, in seconds.
  public var durationSeconds: Double { Double(sampleCount) / Double(sampleRate) }

  /// The samples of one channel, to read.
  @_lifetime(borrow self)
  public func channel(_ index: Int) -> Span<Float> {
    samples.span.extracting(index * sampleCount..<(index + 1) * sampleCount)
  }
}
