internal import CSndfile
internal import GenbaCore
internal import Glibc

/// A sound file that libsndfile has opened.
@safe
final class SndfileAudioStream: AudioStream {
  let metadata: AudioMetadata
  private let source: MediaSource
  private let signature: FileSignature
  private let limits: DecodeLimits
  private let handle: OpaquePointer
  /// What libsndfile reads where the source is memory.
  private let memory: SndfileMemory?

  init(source: MediaSource, signature: FileSignature, limits: DecodeLimits) throws(GenbaError) {
    if signature.isOgg { try OggPages.check(try source.bytes(limits: limits), packetCount: 3) }
    let byteCount = try source.byteCount()
    var info = SF_INFO()
    let opened: OpaquePointer?
    switch source {
    case .file(let path):
      memory = nil
      unsafe opened = sf_open(path, Int32(SFM_READ), &info)
    case .memory(let bytes, _):
      let memory = SndfileMemory(bytes)
      unsafe opened = memory.open(&info)
      self.memory = memory
    }
    guard let opened = unsafe opened else { throw Self.cannotOpen() }
    unsafe handle = opened
    self.source = source
    self.signature = signature
    self.limits = limits
    metadata = AudioMetadata(info, byteCount: byteCount)
    try metadata.check(limits)
  }

  deinit { unsafe sf_close(handle) }

  func readAll() throws(GenbaError) -> AudioSamples {
    let frameCount = try believableFrameCount()
    guard unsafe sf_seek(handle, 0, SEEK_SET) == 0 else {
      throw GenbaError(.ioFailed, "the sound cannot be read from its beginning", cause: cause)
    }
    let (samples, received) = read(frameCount)
    try checkEnd(received: received)
    return AudioSamples(samples: samples.prefix(samples: received), sampleRate: metadata.sampleRate)
  }

  /// The length to ask memory for: the header's, if a file of that size could hold as much, and otherwise what is
  /// counted by reading once through.
  private func believableFrameCount() throws(GenbaError) -> Int {
    if let claimed = metadata.sampleCountFromHeader {
      let (samples, overflow) = claimed.multipliedReportingOverflow(by: metadata.channelCount)
      let believable = try max(16 << 20, source.byteCount() * 64)
      if !overflow && samples <= believable { return claimed }
    }
    guard unsafe sf_seek(handle, 0, SEEK_SET) == 0 else { return 0 }
    var count = 0
    try unsafe withBlock { block throws(GenbaError) in
      while case let received = unsafe self.readBlock(block), received > 0 {
        count += received
        try metadata.check(limits, sampleCount: count)
      }
    }
    return count
  }

  /// Reads `frameCount` samples of each channel straight into their place, and says how many came. Those that did not
  /// come are 0.
  private func read(_ frameCount: Int) -> (samples: Tensor<Float>, received: Int) {
    let channels = metadata.channelCount
    var received = 0
    let samples = Tensor<Float>(shape: [channels, frameCount]) { output in
      unsafe output.withUnsafeMutableBufferPointer { planes, written in
        if channels == 1 {
          received = unsafe Int(max(sf_readf_float(handle, planes.baseAddress, sf_count_t(frameCount)), 0))
        } else {
          unsafe withBlock { block in
            while received < frameCount, case let count = unsafe min(self.readBlock(block), frameCount - received),
              count > 0
            {
              for channel in 0..<channels {
                let plane = channel * frameCount + received
                for index in 0..<count { unsafe planes[plane + index] = block[index * channels + channel] }
              }
              received += count
            }
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

  private static let blockFrameCount = 4096

  private func withBlock<Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.blockFrameCount * metadata.channelCount)
    defer { unsafe block.deallocate() }
    try unsafe body(block)
  }

  /// Reads the next frames, interleaved, and says how many came.
  @unsafe
  private func readBlock(_ block: UnsafeMutableBufferPointer<Float>) -> Int {
    unsafe Int(max(sf_readf_float(handle, block.baseAddress, sf_count_t(Self.blockFrameCount)), 0))
  }

  /// Throws if the sound broke off before its end.
  private func checkEnd(received: Int) throws(GenbaError) {
    let place = GenbaError.Source(ptsSeconds: Double(received) / Double(metadata.sampleRate))
    // The length in a lossy file's header is an estimate.
    let isShort = metadata.bitDepth != nil && metadata.sampleCountFromHeader.map { received < $0 } ?? false
    if unsafe sf_error(handle) != 0 || isShort {
      let cause = cause
      throw hasLastSample
        ? GenbaError(.corruptData, "the sound is damaged", source: place, cause: cause)
        : GenbaError(.truncated, "the file ends before the sound does", source: place, cause: cause)
    }
    if signature.isOgg {
      do { try OggPages.check(try source.bytes(limits: limits)) } catch { throw error.at(ptsSeconds: place.ptsSeconds) }
    }
    if let claim = try HeaderClaim.read(source, signature: signature), claim.presentBytes < claim.claimedBytes {
      throw GenbaError(
        .truncated, "the header promises \(claim.claimedBytes) bytes where the file has \(claim.presentBytes)",
        source: place)
    }
  }

  /// Whether a fresh reader finds the last sample: a file that was cut has none, one that is damaged on the way has.
  private var hasLastSample: Bool {
    guard let last = metadata.sampleCountFromHeader.map({ $0 - 1 }), last >= 0,
      let fresh = try? SndfileAudioStream(source: source, signature: signature, limits: limits)
    else { return false }
    return unsafe sf_seek(fresh.handle, sf_count_t(last), SEEK_SET) == sf_count_t(last)
  }

  /// What libsndfile says about the last failure.
  private var cause: String? {
    guard unsafe sf_error(handle) != 0, let words = unsafe sf_strerror(handle) else { return nil }
    return unsafe "libsndfile: \(String(cString: words))"
  }

  private static func cannotOpen() -> GenbaError {
    let words = unsafe sf_strerror(nil).map { words in unsafe String(cString: words) } ?? ""
    let isUnsupported = [Int32(SF_ERR_UNRECOGNISED_FORMAT), Int32(SF_ERR_UNSUPPORTED_ENCODING)].contains(sf_error(nil))
    return GenbaError(
      isUnsupported ? .unsupportedFormat : .corruptData, "not a sound file that can be read",
      cause: words.isEmpty ? nil : "libsndfile: \(words)")
  }
}
