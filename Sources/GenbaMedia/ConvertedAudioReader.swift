internal import GenbaCore

/// Reads a sound piece by piece with its channels mixed and its rate changed.
///
/// The pieces are small, so that a long sound goes from the decoder through the mix into the resampler without leaving
/// the processor's caches, and no memory is needed for the sound at its own rate.
final class ConvertedAudioReader: AudioReader {
  let sampleRate: Int
  let channelCount: Int

  private let reader: any AudioReader
  private let channels: ChannelMix
  private var resampler: StreamingResampler
  /// What has been converted, and how much of it has not been given yet.
  private var piece = Tensor<Float>(shape: [1, 0]) { _ in }
  private var rest = 0..<0
  private var givenCount = 0
  private var hasEnded = false

  private static let pieceSize = 1 << 14
  private static let largestPromise = 1 << 30

  /// - Parameter metadata: Of the stream that `reader` reads.
  init(
    _ reader: any AudioReader, metadata: AudioMetadata, channels: ChannelMix, resampler: Resampler
  ) throws(GenbaError) {
    let inputChannels = reader.channelCount
    try channels.check(channelCount: inputChannels)
    self.reader = reader
    self.channels = channels
    sampleRate = resampler.sampleRate
    channelCount = channels.outputCount(of: inputChannels)
    self.resampler =
      try channels == .torchcodecMono
      ? StreamingResampler(
        resampler, from: reader.sampleRate, channels: inputChannels, mixing: .some(metadata.channelLayout))
      : StreamingResampler(resampler, from: reader.sampleRate, channels: channelCount)
  }

  var beginSeconds: Double { reader.beginSeconds }
  var damage: GenbaError? { reader.damage }
  var gaps: [Range<Double>] { reader.gaps }

  var expectedCount: Int? {
    guard let left = reader.expectedCount, givenCount == 0, rest.isEmpty else { return nil }
    let count = resampler.resampler.outputCount(of: left, at: reader.sampleRate)
    // A low rate in a header multiplies: beyond that, memory is asked for as samples come.
    return count <= Self.largestPromise / channelCount ? count : nil
  }

  @unsafe
  func fill(_ rows: SampleRows, _ range: Range<Int>) throws(GenbaError) -> Int {
    var position = range.lowerBound
    while position < range.upperBound, try hasSamples() {
      let part = rest.prefix(range.upperBound - position)
      let count = piece.shape[1]
      unsafe piece.withUnsafeBytes { source in
        guard let first = unsafe source.assumingMemoryBound(to: Float.self).baseAddress else { return }
        for channel in 0..<channelCount {
          unsafe rows.row(channel, from: position)
            .update(from: first + channel * count + part.lowerBound, count: part.count)
        }
      }
      take(part)
      position += part.count
    }
    return position - range.lowerBound
  }

  func skip(_ count: Int) throws(GenbaError) {
    // Resampling has to begin at the beginning, or the filter would start anew and differ.
    if reader.sampleRate == sampleRate && rest.isEmpty && !hasEnded {
      givenCount += count
      return try reader.skip(count)
    }
    var left = count
    while left > 0, try hasSamples() {
      let part = rest.prefix(left)
      take(part)
      left -= part.count
    }
  }

  private func take(_ part: Range<Int>) {
    rest = part.upperBound..<rest.upperBound
    givenCount += part.count
  }

  /// Whether there is something converted, after converting some more if need be.
  private func hasSamples() throws(GenbaError) -> Bool {
    while rest.isEmpty {
      guard !hasEnded else { return false }
      let input = try reader.read(Self.pieceSize)
      if input.shape[1] == 0 {
        hasEnded = true
        piece = try resampler.finish()
      } else {
        piece = try resampler.push(channels.applied(to: input))
      }
      rest = 0..<piece.shape[1]
    }
    return true
  }
}
