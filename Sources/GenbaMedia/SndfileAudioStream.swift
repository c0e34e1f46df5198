internal import GenbaCore

/// A sound file that libsndfile reads.
final class SndfileAudioStream: AudioStream {
  let metadata: AudioMetadata
  private let source: MediaSource
  private let signature: FileSignature
  let limits: DecodeLimits
  /// Open at the beginning; `nil` once it has been read.
  private var file: SndfileFile?

  init(source: MediaSource, signature: FileSignature, limits: DecodeLimits) throws(GenbaError) {
    if signature.isOgg { try OggPages.check(source, packetCount: 3) }
    let file = try SndfileFile(source)
    self.source = source
    self.signature = signature
    self.limits = limits
    self.file = file
    metadata = AudioMetadata(file.info, byteCount: try source.byteCount())
    try metadata.check(limits)
  }

  func readAll() throws(GenbaError) -> AudioSamples {
    let frameCount = try believableFrameCount()
    let file = try fileAtBeginning()
    let (samples, received) = read(frameCount, from: file)
    try checkEnd(of: file, received: received)
    return AudioSamples(samples: samples.prefix(samples: received), sampleRate: metadata.sampleRate)
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

  /// The length to ask memory for: the header's, if a file of that size could hold as much, and otherwise what is
  /// counted by reading once through.
  private func believableFrameCount() throws(GenbaError) -> Int {
    if let claimed = metadata.sampleCountFromHeader {
      let (samples, overflow) = claimed.multipliedReportingOverflow(by: metadata.channelCount)
      let believable = try max(16 << 20, source.byteCount() * 64)
      if !overflow && samples <= believable { return claimed }
    }
    let file = try fileAtBeginning()
    var count = 0
    var block = block
    while case let received = file.read(into: &block), received > 0 {
      count += received
      try metadata.check(limits, sampleCount: count)
    }
    return count
  }

  /// Room for some thousand interleaved samples of all channels.
  var block: [Float] { [Float](repeating: 0, count: 4096 * metadata.channelCount) }

  /// Reads `frameCount` samples of each channel straight into their place, and says how many came. Those that did not
  /// come are 0.
  private func read(_ frameCount: Int, from file: SndfileFile) -> (samples: Tensor<Float>, received: Int) {
    let channels = metadata.channelCount
    var received = 0
    let samples = Tensor<Float>(shape: [channels, frameCount]) { output in
      unsafe output.withUnsafeMutableBufferPointer { planes, written in
        if channels == 1 {
          received = unsafe file.read(into: planes)
        } else {
          var block = block
          while received < frameCount, case let count = min(file.read(into: &block), frameCount - received), count > 0 {
            let frames = block.span
            for channel in 0..<channels {
              let plane = channel * frameCount + received
              for index in 0..<count { unsafe planes[plane + index] = frames[index * channels + channel] }
            }
            received += count
          }
        }
        for channel in 0..<channels {
          unsafe planes[channel * frameCount + received..<(channel + 1) * frameCount].update(repeating: 0)
        }
        written = channels * frameCount
      }
    }
    return (samples, received)
  }

  /// Throws if the sound broke off before its end.
  func checkEnd(of file: SndfileFile, received: Int) throws(GenbaError) {
    let place = GenbaError.Source(ptsSeconds: Double(received) / Double(metadata.sampleRate))
    // The length in a lossy file's header is an estimate.
    let isShort = metadata.bitDepth != nil && metadata.sampleCountFromHeader.map { received < $0 } ?? false
    if file.hasFailed || isShort {
      throw hasLastSample
        ? GenbaError(.corruptData, "the sound is damaged", source: place, cause: file.cause)
        : GenbaError(.truncated, "the file ends before the sound does", source: place, cause: file.cause)
    }
    if signature.isOgg {
      do { try OggPages.check(source) } catch { throw error.at(ptsSeconds: place.ptsSeconds) }
    }
    if let claim = try HeaderClaim.read(source, signature: signature), claim.presentBytes < claim.claimedBytes {
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
