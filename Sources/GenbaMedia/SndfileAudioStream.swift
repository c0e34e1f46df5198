internal import GenbaCore

/// A sound file that libsndfile reads.
final class SndfileAudioStream: AudioStream {
  let metadata: AudioMetadata
  private let source: MediaSource
  private let claim: HeaderClaim?
  private let byteCount: Int
  let limits: DecodeLimits
  /// Open at the beginning; `nil` once it has been read.
  private var file: SndfileFile?

  init(source: MediaSource, signature: FileSignature, limits: DecodeLimits) throws(GenbaError) {
    let file = try SndfileFile(source)
    self.source = source
    claim = try HeaderClaim.read(source, signature: signature)
    byteCount = try source.byteCount()
    self.limits = limits
    self.file = file
    metadata = AudioMetadata(file.info, byteCount: byteCount)
    try metadata.check(limits)
  }

  func reader() throws(GenbaError) -> any AudioReader { try SndfileAudioReader(self) }

  /// Some codecs cannot go back, so reading again opens the file again.
  func fileAtBeginning() throws(GenbaError) -> SndfileFile {
    if let file {
      self.file = nil
      return file
    }
    return try SndfileFile(source)
  }

  /// The most samples of one channel that the header may promise and be believed.
  var believableSampleCount: Int { metadata.believableSampleCount(fileBytes: byteCount) }

  /// Throws if the sound broke off before its end.
  func checkEnd(of file: SndfileFile, received: Int) throws(GenbaError) {
    let place = GenbaError.Source(ptsSeconds: Double(received) / Double(metadata.sampleRate))
    // The length in a lossy codec's header is an estimate.
    let isShort = metadata.bitDepth != nil && metadata.sampleCountFromHeader.map { received < $0 } ?? false
    if file.hasFailed || isShort {
      throw hasLastSample
        ? GenbaError(.corruptData, "the sound is damaged", source: place, cause: file.cause)
        : GenbaError(.truncated, "the file ends before the sound does", source: place, cause: file.cause)
    }
    if let claim, claim.presentBytes < claim.claimedBytes {
      throw GenbaError(
        .truncated, "the header promises \(claim.claimedBytes) bytes where the file has \(claim.presentBytes)",
        source: place)
    }
  }

  /// Whether a fresh reader finds the last sample: a file that was cut has none, one that is damaged on the way has.
  private var hasLastSample: Bool {
    guard let last = metadata.sampleCountFromHeader.map({ $0 - 1 }), last >= 0, let fresh = try? SndfileFile(source)
    else { return false }
    return fresh.seek(last)
  }
}
