internal import GenbaCore

/// A sound of a codec that is always decoded from its beginning: after a jump it would give other numbers.
final class BlockAudioStream: AudioStream {
  let metadata: AudioMetadata
  let limits: DecodeLimits
  /// What is checked at the end, since the libraries pass over damage without a word.
  let end: StreamEnd

  private let open: (MediaSource) throws(GenbaError) -> any BlockDecoder
  /// At the beginning; `nil` once it has been used.
  private var decoder: (any BlockDecoder)?

  /// - Parameter open: Makes a decoder at the beginning of a source.
  init(
    _ end: StreamEnd, limits: DecodeLimits, open: @escaping (MediaSource) throws(GenbaError) -> any BlockDecoder
  ) throws(GenbaError) {
    let decoder = try open(end.source)
    self.end = end
    self.limits = limits
    self.open = open
    self.decoder = decoder
    metadata = decoder.metadata
    try metadata.check(limits)
  }

  func reader() throws(GenbaError) -> any AudioReader { try BlockAudioReader(self) }

  func decoderAtBeginning() throws(GenbaError) -> any BlockDecoder {
    if let decoder {
      self.decoder = nil
      return decoder
    }
    return try open(end.source)
  }
}

/// Reads such a sound, piece by piece.
final class BlockAudioReader: AudioReader {
  let beginSeconds = 0.0
  private(set) var damage: GenbaError?

  private let stream: BlockAudioStream
  private let decoder: any BlockDecoder
  /// The samples of the decoder's block that have not been given yet.
  private var rest = 0..<0
  /// Samples of one channel in all blocks so far.
  private var decodedCount = 0
  private var hasEnded = false
  /// The most samples of one channel that the header may promise and be believed.
  private let believableCount: Int

  init(_ stream: BlockAudioStream) throws(GenbaError) {
    self.stream = stream
    decoder = try stream.decoderAtBeginning()
    believableCount = try stream.metadata.believableSampleCount(fileBytes: stream.end.source.byteCount())
  }

  var sampleRate: Int { stream.metadata.sampleRate }
  var channelCount: Int { stream.metadata.channelCount }

  var expectedCount: Int? {
    let given = decodedCount - rest.count
    guard let left = stream.metadata.sampleCountFromHeader.map({ $0 - given }), left > 0, left <= believableCount
    else { return nil }
    return left
  }

  @unsafe
  func fill(_ rows: SampleRows, _ range: Range<Int>) throws(GenbaError) -> Int {
    var position = range.lowerBound
    while position < range.upperBound, try hasSamples() {
      let piece = rest.prefix(range.upperBound - position)
      unsafe decoder.write(piece, to: rows, at: position)
      rest = piece.upperBound..<rest.upperBound
      position += piece.count
    }
    return position - range.lowerBound
  }

  func skip(_ count: Int) throws(GenbaError) {
    var left = count
    while left > 0, try hasSamples() {
      let piece = rest.prefix(left)
      rest = piece.upperBound..<rest.upperBound
      left -= piece.count
    }
  }

  /// Whether there are samples in the block, which is decoded if need be.
  private func hasSamples() throws(GenbaError) -> Bool {
    while rest.isEmpty {
      guard !hasEnded else { return false }
      // Whatever is thrown below, the sound ends there.
      hasEnded = true
      do throws(GenbaError) {
        rest = 0..<(try decoder.decode())
        if rest.isEmpty {
          try stream.end.check(endSeconds: endSeconds)
          return false
        }
      } catch {
        damage = stream.end.cause(of: error.at(ptsSeconds: endSeconds), endSeconds: endSeconds)
        return false
      }
      decodedCount += rest.count
      try stream.metadata.check(stream.limits, sampleCount: decodedCount)
      hasEnded = false
    }
    return true
  }

  private var endSeconds: Double { Double(decodedCount) / Double(sampleRate) }
}
