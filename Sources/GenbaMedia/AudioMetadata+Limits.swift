internal import GenbaCore

extension AudioMetadata {
  /// Throws if a stream is over the limits, or what its header says cannot be.
  ///
  /// - Parameter sampleCount: Samples of one channel; without it, as many as the header claims, if it does.
  func check(_ limits: DecodeLimits, sampleCount: Int? = nil) throws(GenbaError) {
    guard channelCount > 0 else { throw GenbaError(.corruptData, "the header claims \(channelCount) channels") }
    guard (1...1_000_000).contains(sampleRate) else {
      throw GenbaError(.corruptData, "the header claims a sample rate of \(sampleRate) Hz, which no recorder has")
    }
    guard channelCount <= limits.channels else {
      throw GenbaError(
        .limitExceeded,
        "there are \(channelCount) channels and the limit is \(limits.channels); raise DecodeLimits.channels")
    }
    guard let count = sampleCount ?? sampleCountFromHeader else { return }
    guard count >= 0 else { throw GenbaError(.corruptData, "the header claims \(count) samples") }
    guard Double(count) / Double(sampleRate) <= limits.seconds else {
      throw GenbaError(
        .limitExceeded,
        "the sound lasts \(count / sampleRate) s and the limit is \(limits.seconds) s; raise DecodeLimits.seconds")
    }
    let (samples, overflow) = count.multipliedReportingOverflow(by: channelCount)
    guard !overflow, samples <= limits.samples else {
      throw GenbaError(
        .limitExceeded,
        "the sound has \(count) samples in each of \(channelCount) channels and the limit is \(limits.samples) in all; "
          + "raise DecodeLimits.samples")
    }
  }
  /// The most samples of each channel that a header may promise and be believed: what a file of that size could hold,
  /// since no codec packs more than 64 into a byte, or what is little anyway.
  func believableSampleCount(fileBytes: Int) -> Int {
    let (bound, overflow) = fileBytes.multipliedReportingOverflow(by: 64)
    return (overflow ? .max : max(16 << 20, bound)) / max(channelCount, 1)
  }
}
