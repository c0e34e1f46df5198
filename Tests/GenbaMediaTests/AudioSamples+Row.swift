import GenbaCore

extension AudioSamples {
  /// One channel as an array, by one copy: element by element is slow in debug builds.
  func row(_ channel: Int) -> [Float] {
    let all = Array(samples)
    return Array(all[channel * sampleCount..<(channel + 1) * sampleCount])
  }
}
