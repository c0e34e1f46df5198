internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// Reads an audio stream by FFmpeg, piece by piece.
///
/// It always decodes from the beginning. After a jump, many of its codecs give other numbers than before: Opus and
/// AC-3 remember what came before, and AAC fills gaps with noise from a generator that goes on through the file.
final class FFmpegAudioReader: AudioReader {
  private(set) var beginSeconds = 0.0
  private(set) var gaps: [Range<Double>] = []

  private let stream: FFmpegAudioStream
  private let decoder: FFmpegDecoder
  private var pending: PlanarSamples
  /// Samples of one channel that have been decoded, without what lies before time 0.
  private var decodedCount = 0
  private var hasEnded = false
  /// How far time stamps may be from counting samples before they count instead; `nil` for never.
  private let clockTolerance: Double?
  /// Whether ``beginSeconds`` is known, from which the clock counts.
  private var hasBegun = false

  /// Decodes up to the first sample, which tells when the sound begins.
  init(_ stream: FFmpegAudioStream, clockTolerance: Double? = nil) throws(GenbaError) {
    self.stream = stream
    self.clockTolerance = clockTolerance
    decoder = try stream.takeDecoder()
    pending = PlanarSamples(channels: stream.metadata.channelCount)
    try findBeginning()
  }

  var sampleRate: Int { pending.sampleRate ?? stream.metadata.sampleRate }

  func read(_ count: Int) throws(GenbaError) -> Tensor<Float> {
    decoder.input.beginOperation()
    while pending.count < count, try decodeFrame() != nil {}
    return pending.removeFirst(count)
  }

  func skip(_ count: Int) throws(GenbaError) {
    decoder.input.beginOperation()
    var left = count - pending.dropFirst(count)
    while left > 0, try decodeFrame() != nil { left -= pending.dropFirst(left) }
  }

  /// Decodes to the first frame that has a time. What lies before time 0 is not part of the sound.
  private func findBeginning() throws(GenbaError) {
    decoder.input.beginOperation()
    defer { hasBegun = true }
    while let seconds = try decodeFrame() {
      guard seconds.isFinite else { continue }
      beginSeconds = seconds
      break
    }
    guard beginSeconds < 0 else { return }
    let early = Int(min(-beginSeconds * Double(sampleRate), 1e15).rounded(.toNearestOrEven))
    beginSeconds = 0
    try skip(early)
    decodedCount = pending.count
  }

  /// Appends the next frame that is part of the sound to what is pending, and gives its time, infinity if it has none;
  /// `nil` at the end.
  private func decodeFrame() throws(GenbaError) -> Double? {
    guard !hasEnded else { return nil }
    do throws(GenbaError) {
      if let seconds = try appendFrame() { return seconds }
      hasEnded = true
    } catch {
      hasEnded = true
      throw error
    }
    try decoder.checkCompleteness(endSeconds: beginSeconds + Double(decodedCount) / Double(sampleRate))
    return nil
  }

  /// As ``decodeFrame()``, without taking note of the end.
  private func appendFrame() throws(GenbaError) -> Double? {
    while try decoder.decode() {
      let hasTime = decoder.framePts != genba_no_pts
      let begin = decoder.seconds(decoder.framePts)
      if hasTime, begin + decoder.seconds(decoder.frameDuration) <= 0 { continue }
      let countBefore = pending.count
      guard unsafe pending.append(decoder.frame) else {
        throw decoder.error(
          .unsupportedFormat, "the sound changes its rate, its channels or its sample format on the way",
          ptsSeconds: hasTime ? begin : nil)
      }
      if hasTime, hasBegun { try followClock(frameBegin: begin, frameCount: pending.count - countBefore) }
      decodedCount += pending.count - countBefore
      try stream.metadata.check(stream.limits, sampleCount: decodedCount)
      return hasTime ? begin : .infinity
    }
    return nil
  }

  /// Puts silence in front of the frame that was appended last, or takes off what came before already.
  private func followClock(frameBegin: Double, frameCount: Int) throws(GenbaError) {
    guard let clockTolerance else { return }
    let rate = Double(sampleRate)
    let expected = beginSeconds + Double(decodedCount) / rate
    let late = frameBegin - expected
    guard abs(late) > clockTolerance else { return }
    let position = pending.count - frameCount
    if late < 0 {
      pending.remove(min(Int((-late * rate).rounded()), frameCount), behind: position)
      return
    }
    let missing = Int(min(late * rate, 1e15).rounded())
    try stream.metadata.check(stream.limits, sampleCount: decodedCount + missing + frameCount)
    pending.insert(silence: missing, behind: position)
    gaps.append(expected..<frameBegin)
  }
}
