internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// Reads an audio stream by FFmpeg, piece by piece.
///
/// It always decodes from the beginning. After a jump, many of its codecs give other numbers than before: Opus and
/// AC-3 remember what came before, and AAC fills gaps with noise from a generator that goes on through the file.
final class FFmpegAudioReader: AudioReader {
  private(set) var beginSeconds = 0.0
  private(set) var sampleRate: Int
  private(set) var channelCount: Int
  private(set) var damage: GenbaError?
  private(set) var gaps: [Range<Double>] = []

  private let stream: FFmpegAudioStream
  private let decoder: FFmpegDecoder
  /// Of the sound's frames, which all have it.
  private var format: Int32?
  /// The samples of the decoder's frame that have not been given yet.
  private var rest = 0..<0
  /// Samples of one channel in all frames so far, without what lies before time 0.
  private var decodedCount = 0
  private var hasEnded = false
  /// How far time stamps may be from counting samples before they count instead; `nil` for never.
  private let clockTolerance: Double?
  /// Whether ``beginSeconds`` is known, from which the clock counts.
  private var hasBegun = false
  /// Samples of silence that stand before ``rest``.
  private var silence = 0

  /// Decodes up to the first sample, which tells when the sound begins.
  init(_ stream: FFmpegAudioStream, clockTolerance: Double? = nil) throws(GenbaError) {
    self.stream = stream
    self.clockTolerance = clockTolerance
    sampleRate = stream.metadata.sampleRate
    channelCount = stream.metadata.channelCount
    decoder = try stream.takeDecoder()
    try findBeginning()
  }

  var expectedCount: Int? {
    guard let promised = stream.metadata.sampleCountFromHeader else { return nil }
    // The whole sound has no more samples than the largest codec packs into bytes, one that codes silence.
    let (bound, overflow) = Int(decoder.input.byteCount).multipliedReportingOverflow(by: 64)
    let left = frames(holding: promised) - decodedCount + silence + rest.count
    return left > 0 && (overflow || left <= max(16 << 20, bound) / channelCount) ? left : nil
  }

  /// What becomes of a length in a header: Ogg counts what Opus skips at its beginning, and MP4 does not count what AAC
  /// adds to its last frame. A wrong guess costs a copy.
  private func frames(holding promised: Int) -> Int {
    let (frameSize, skipped) = unsafe (
      Int(decoder.parameters.pointee.frame_size), Int(decoder.parameters.pointee.initial_padding)
    )
    if stream.metadata.container == "ogg" { return promised - skipped }
    guard stream.metadata.codec == "aac", frameSize > 0, promised < Int.max - frameSize else { return promised }
    return (promised + frameSize - 1) / frameSize * frameSize
  }

  @unsafe
  func fill(_ rows: SampleRows, _ range: Range<Int>) throws(GenbaError) -> Int {
    decoder.input.beginOperation()
    var position = range.lowerBound
    while position < range.upperBound, try hasSamples() {
      if silence > 0 {
        let count = min(silence, range.upperBound - position)
        for channel in 0..<channelCount {
          unsafe rows.row(channel, from: position).update(repeating: 0, count: count)
        }
        silence -= count
        position += count
        continue
      }
      let piece = rest.prefix(range.upperBound - position)
      guard unsafe rows.write(decoder.frame, piece, at: position) else {
        breakOff(decoder.error(.unsupportedFormat, "the sample format is none that is known"))
        break
      }
      rest = piece.upperBound..<rest.upperBound
      position += piece.count
    }
    return position - range.lowerBound
  }

  func skip(_ count: Int) throws(GenbaError) {
    decoder.input.beginOperation()
    var left = count
    while left > 0, try hasSamples() {
      let quiet = min(silence, left)
      silence -= quiet
      left -= quiet
      let piece = rest.prefix(left)
      rest = piece.upperBound..<rest.upperBound
      left -= piece.count
    }
  }

  /// The first frame tells when the sound begins. What lies before time 0 is not part of it.
  private func findBeginning() throws(GenbaError) {
    decoder.input.beginOperation()
    defer { hasBegun = true }
    guard try hasSamples(), decoder.framePts != genba_no_pts else { return }
    let begin = decoder.seconds(decoder.framePts)
    beginSeconds = max(begin, 0)
    guard begin < 0 else { return }
    try skip(Int(min(-begin * Double(sampleRate), 1e15).rounded(.toNearestOrEven)))
    decodedCount = rest.count
  }

  /// Whether there are samples in the frame, which is decoded if need be.
  private func hasSamples() throws(GenbaError) -> Bool {
    while rest.isEmpty && silence == 0 {
      guard !hasEnded else { return false }
      do throws(GenbaError) {
        hasEnded = try !decoder.decode()
        if hasEnded {
          try decoder.checkCompleteness(endSeconds: endSeconds)
          try stream.end.check(endSeconds: endSeconds)
          return false
        }
        try acceptFrame()
      } catch {
        breakOff(stream.end.cause(of: error, endSeconds: endSeconds))
        return false
      }
      try stream.metadata.check(stream.limits, sampleCount: decodedCount)
    }
    return true
  }

  private var endSeconds: Double { beginSeconds + Double(decodedCount) / Double(sampleRate) }

  private func breakOff(_ error: GenbaError) {
    damage = error
    hasEnded = true
    rest = 0..<0
    silence = 0
  }

  /// Takes the decoder's frame, if any of it is part of the sound.
  private func acceptFrame() throws(GenbaError) {
    let frame = unsafe decoder.frame
    let hasTime = decoder.framePts != genba_no_pts
    let begin = decoder.seconds(decoder.framePts)
    let (rate, channels) = unsafe (Int(frame.pointee.sample_rate), Int(frame.pointee.ch_layout.nb_channels))
    // Many containers leave a frame's length to its samples (ALAC in CAF, ADPCM in FLV).
    let length =
      decoder.frameDuration > 0
      ? decoder.seconds(decoder.frameDuration)
      : unsafe Double(frame.pointee.nb_samples) / Double(max(rate, 1))
    if hasTime, begin + length <= 0 { return }
    if format == nil, rate > 0, channels > 0 {
      // The header may have said something else.
      (sampleRate, channelCount) = (rate, channels)
      format = unsafe frame.pointee.format
    }
    guard channels <= stream.limits.channels else {
      throw decoder.error(.limitExceeded, "a frame has \(channels) channels; raise DecodeLimits.channels")
    }
    guard rate == sampleRate, channels == channelCount, unsafe frame.pointee.format == format else {
      let was = unsafe Self.words(rate: sampleRate, channels: channelCount, format: format ?? frame.pointee.format)
      let isNow = unsafe Self.words(rate: rate, channels: channels, format: frame.pointee.format)
      throw decoder.error(
        .unsupportedFormat,
        "the sound changes on the way from \(was) to \(isNow); make it one, as with ffmpeg -i FILE -ar \(sampleRate) -ac \(channelCount) FILE.wav",
        ptsSeconds: hasTime ? begin : nil)
    }
    rest = unsafe 0..<Int(max(frame.pointee.nb_samples, 0))
    if hasTime { followClock(frameBegin: begin) }
    decodedCount += silence + rest.count
  }

  private static func words(rate: Int, channels: Int, format: Int32) -> String {
    "\(rate) Hz, \(channels) channel\(channels == 1 ? "" : "s"), \(FFmpegName.sampleFormat(.init(format)) ?? "\(format)")"
  }

  /// Puts silence in front of the frame, or takes off what came before already.
  private func followClock(frameBegin: Double) {
    guard let clockTolerance, hasBegun else { return }
    let rate = Double(sampleRate)
    let expected = beginSeconds + Double(decodedCount) / rate
    let late = frameBegin - expected
    guard abs(late) > clockTolerance else { return }
    if late < 0 {
      rest = min(Int(min(-late * rate, 1e15).rounded()), rest.count)..<rest.count
      return
    }
    silence = Int(min(late * rate, 1e15).rounded())
    gaps.append(expected..<frameBegin)
  }
}
