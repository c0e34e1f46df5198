public import GenbaCore

extension AudioSamples {
  /// The mean of each channel, computed in double precision: what a converter or an amplifier adds. 0 for no samples.
  public var dcOffsets: [Double] {
    (0..<channelCount).map { channel in
      let samples = self.channel(channel)
      var sum = 0.0
      for index in samples.indices { sum += Double(samples[index]) }
      return sampleCount == 0 ? 0 : sum / Double(sampleCount)
    }
  }

  /// The sound with each channel's mean subtracted, so that energy at 0 Hz does not leak into the low bands of spectra.
  ///
  /// ```swift
  /// let centred = audio.removingDC()
  /// ```
  public func removingDC() -> AudioSamples {
    let offsets = dcOffsets
    let centred = Tensor<Float>(shape: samples.shape) { output in
      for channel in 0..<channelCount {
        let samples = self.channel(channel)
        for index in samples.indices { output.append(Float(Double(samples[index]) - offsets[channel])) }
      }
    }
    return AudioSamples(samples: centred, sampleRate: sampleRate, ptsSeconds: ptsSeconds, damage: damage)
  }
}
