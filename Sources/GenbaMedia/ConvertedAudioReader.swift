internal import GenbaCore

/// Reads a sound piece by piece as ``AudioDecoder/allSamples(sampleRate:channels:resampler:)`` gives it whole: its
/// channels mixed and its rate changed.
final class ConvertedAudioReader: AudioReader {
  let sampleRate: Int

  private let reader: any AudioReader
  private let channels: ChannelMix
  private var resampler: StreamingResampler
  private var pending: PlanarSamples
  private var hasEnded = false

  /// - Parameter metadata: Of the stream that `reader` reads.
  init(
    _ reader: any AudioReader, metadata: AudioMetadata, channels: ChannelMix, resampler: Resampler
  ) throws(GenbaError) {
    let inputChannels = try reader.read(0).shape[0]
    let isOne = channels != .keep
    if case .channel(let index) = channels { try AudioSamples.check(channel: index, of: inputChannels) }
    self.reader = reader
    self.channels = channels
    sampleRate = resampler.sampleRate
    pending = PlanarSamples(channels: isOne ? 1 : inputChannels)
    self.resampler =
      try channels == .torchcodecMono
      ? StreamingResampler(
        resampler, from: reader.sampleRate, channels: inputChannels, mixing: .some(metadata.channelLayout))
      : StreamingResampler(resampler, from: reader.sampleRate, channels: isOne ? 1 : inputChannels)
  }

  var beginSeconds: Double { reader.beginSeconds }

  var gaps: [Range<Double>] { reader.gaps }

  func read(_ count: Int) throws(GenbaError) -> Tensor<Float> {
    while pending.count < count, try convertPiece() {}
    return pending.removeFirst(count)
  }

  func skip(_ count: Int) throws(GenbaError) {
    // Resampling has to begin at the beginning, or the filter would start anew and differ.
    if reader.sampleRate == sampleRate && pending.count == 0 { return try reader.skip(count) }
    var left = count - pending.dropFirst(count)
    while left > 0, try convertPiece() { left -= pending.dropFirst(left) }
    // The last piece comes with the end.
    pending.dropFirst(left)
  }

  /// Appends some more to what is pending, if there is something ready; `false` at the end.
  private func convertPiece() throws(GenbaError) -> Bool {
    guard !hasEnded else { return false }
    let piece = try reader.read(1 << 14)
    if piece.shape[1] == 0 {
      hasEnded = true
      pending.append(try resampler.finish())
    } else {
      pending.append(try resampler.push(mixed(piece)))
    }
    return !hasEnded
  }

  private func mixed(_ piece: Tensor<Float>) throws(GenbaError) -> Tensor<Float> {
    let audio = AudioSamples(samples: piece, sampleRate: reader.sampleRate)
    return switch channels {
    case .keep, .torchcodecMono: piece
    case .mono: audio.meanOfChannels().samples
    case .channel(let index): try audio.only(channel: index).samples
    }
  }
}
