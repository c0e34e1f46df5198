internal import CMpg123
internal import GenbaCore

/// Decodes MP3, and MPEG's layers I and II, by libmpg123, set up as libsndfile does it, with the same numbers: float, the
/// encoder's delay and padding left out where an Info frame tells them. Unlike libsndfile's, its complaints do not go to
/// standard error.
@safe
final class MPEGAudioDecoder: BlockDecoder {
  let metadata: AudioMetadata
  private let handle: OpaquePointer
  /// What libmpg123 reads; it must live as long as the handle.
  private let bytes: ReadAhead
  private var block: UnsafePointer<Float>?

  /// - Throws: `.corruptData` for what holds no frame.
  init(_ source: MediaSource, limits: DecodeLimits) throws(GenbaError) {
    let bytes = try ReadAhead(source, limits: limits)
    var status: Int32 = 0
    guard let handle = unsafe mpg123_new(nil, &status) else {
      throw GenbaError(.ioFailed, "there is not enough memory to decode this")
    }
    let flags = [MPG123_QUIET, MPG123_FORCE_FLOAT, MPG123_GAPLESS, MPG123_NO_FRANKENSTEIN].reduce(0) {
      $0 | $1.rawValue
    }
    unsafe mpg123_param(handle, MPG123_ADD_FLAGS, Int(flags), 0)
    unsafe mpg123_param(handle, MPG123_REMOVE_FLAGS, Int(MPG123_AUTO_RESAMPLE.rawValue), 0)
    unsafe mpg123_replace_reader_handle(
      handle, { user, target, count in unsafe ReadAhead.at(user).read(into: target, count: count) },
      { user, offset, whence in unsafe ReadAhead.at(user).seek(to: offset, whence: whence) }, nil)
    var (rate, channels, encoding) = (0, Int32(0), Int32(0))
    var frame = mpg123_frameinfo()
    guard unsafe mpg123_open_handle(handle, bytes.pointer) == MPG123_OK.rawValue,
      unsafe mpg123_getformat(handle, &rate, &channels, &encoding) == MPG123_OK.rawValue,
      unsafe mpg123_info(handle, &frame) == MPG123_OK.rawValue
    else {
      let cause = unsafe Self.cause(handle)
      unsafe mpg123_delete(handle)
      throw GenbaError(.corruptData, "not an MP3 file that can be read", cause: cause)
    }
    self.bytes = bytes
    unsafe self.handle = handle
    let length = unsafe Int(mpg123_length(handle))
    metadata = AudioMetadata(
      lossy: "mp\(frame.layer)", in: "mp3", sampleRate: rate, channelCount: Int(channels),
      sampleCount: length >= 0 ? length : nil, byteCount: bytes.byteCount, backend: .mpg123)
  }

  deinit { unsafe mpg123_delete(handle) }

  func decode() throws(GenbaError) -> Int {
    bytes.beginOperation()
    while true {
      var (number, count, data) = unsafe (0, 0, nil as UnsafeMutablePointer<UInt8>?)
      let status = unsafe mpg123_decode_frame(handle, &number, &data, &count)
      switch status {
      case MPG123_OK.rawValue:
        let samples = count / MemoryLayout<Float>.stride / metadata.channelCount
        // The encoder's delay may be longer than a frame.
        guard samples > 0, let data = unsafe data else { continue }
        unsafe block = UnsafeRawPointer(data).assumingMemoryBound(to: Float.self)
        return samples
      case MPG123_NEW_FORMAT.rawValue:
        try checkFormat()
      case MPG123_DONE.rawValue:
        return 0
      default:
        throw GenbaError(.corruptData, "the sound is damaged", cause: unsafe Self.cause(handle))
      }
    }
  }

  private func checkFormat() throws(GenbaError) {
    var (rate, channels, encoding) = (0, Int32(0), Int32(0))
    guard unsafe mpg123_getformat(handle, &rate, &channels, &encoding) == MPG123_OK.rawValue,
      rate == metadata.sampleRate, Int(channels) == metadata.channelCount
    else { throw GenbaError(.unsupportedFormat, "the sound changes its rate or its channels on the way") }
  }

  @unsafe
  func write(_ part: Range<Int>, to rows: SampleRows, at position: Int) {
    guard let block = unsafe block else { return }
    unsafe rows.write(
      interleaved: block + part.lowerBound * metadata.channelCount, count: part.count, at: position)
  }

  @unsafe
  private static func cause(_ handle: OpaquePointer) -> String? {
    unsafe mpg123_strerror(handle).map { words in unsafe "libmpg123: \(String(cString: words))" }
  }
}
