internal import GenbaCore

/// Reads a sound file by libsndfile, piece by piece.
final class SndfileAudioReader: AudioReader {
  let beginSeconds = 0.0

  private let stream: SndfileAudioStream
  private var file: SndfileFile
  /// Samples of one channel that have been read or passed over.
  private var position = 0
  private var hasEnded = false
  private var block: [Float]
  private var pending: PlanarSamples

  init(_ stream: SndfileAudioStream) throws(GenbaError) {
    self.stream = stream
    file = try stream.fileAtBeginning()
    block = stream.block
    pending = PlanarSamples(channels: stream.metadata.channelCount)
  }

  var sampleRate: Int { stream.metadata.sampleRate }

  func read(_ count: Int) throws(GenbaError) -> Tensor<Float> {
    while pending.count < count, try readBlock() {}
    return pending.removeFirst(count)
  }

  func skip(_ count: Int) throws(GenbaError) {
    var left = count - pending.dropFirst(count)
    if let target = exactTarget(after: left) {
      if file.seek(target) {
        position = target
        return
      }
      // A jump into damage leaves the reader anywhere: read up to there from the beginning.
      file = try stream.fileAtBeginning()
      position = 0
      left = target
    }
    while left > 0, try readBlock() { left -= pending.dropFirst(left) }
  }

  /// Where a jump over `count` samples leads, if the codec can jump exactly: each sample, or each frame of FLAC, must
  /// stand for itself. After a jump in an MP3 the last bits differ, and other lossy codecs promise nothing.
  private func exactTarget(after count: Int) -> Int? {
    let codec = stream.metadata.codec
    let (target, overflow) = position.addingReportingOverflow(count)
    guard count > 0, !overflow, codec.hasPrefix("pcm_") || codec == "flac",
      let end = stream.metadata.sampleCountFromHeader, target < end
    else { return nil }
    return target
  }

  /// Appends some thousand samples to what is pending; `false` at the end.
  private func readBlock() throws(GenbaError) -> Bool {
    guard !hasEnded else { return false }
    let received = file.read(into: &block)
    pending.append(interleaved: block.span, count: received)
    position += received
    // An error ends the sound, as its end does.
    hasEnded = true
    try stream.metadata.check(stream.limits, sampleCount: position)
    hasEnded = received == 0
    if hasEnded {
      try stream.checkEnd(of: file, received: position)
    }
    return received > 0
  }
}
