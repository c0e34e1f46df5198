internal import CSndfile
internal import GenbaCore
internal import Glibc

/// An open libsndfile handle.
@safe
final class SndfileFile {
  /// What the header says.
  let info: SF_INFO
  private let handle: OpaquePointer
  /// What libsndfile reads where the source is memory; it must live as long as the handle.
  private let memory: SndfileMemory?

  /// Opens a source at its beginning.
  ///
  /// - Throws: `.unsupportedFormat` or `.corruptData`, with libsndfile's words.
  init(_ source: MediaSource) throws(GenbaError) {
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
    self.info = info
  }

  deinit { unsafe sf_close(handle) }

  /// Reads interleaved samples, at most `count` of each channel and as many as there is room for, and says how many of
  /// each came.
  func read(into room: inout [Float], atMost count: Int) -> Int {
    let count = min(count, room.count / Int(info.channels))
    return unsafe room.withUnsafeMutableBufferPointer { room in
      unsafe Int(max(sf_readf_float(handle, room.baseAddress, sf_count_t(count)), 0))
    }
  }

  /// The same for integers of 16 bits, as they stand in the file.
  func read(into room: inout [Int16], atMost count: Int) -> Int {
    let count = min(count, room.count / Int(info.channels))
    return unsafe room.withUnsafeMutableBufferPointer { room in
      unsafe Int(max(sf_readf_short(handle, room.baseAddress, sf_count_t(count)), 0))
    }
  }

  /// Goes to a sample, if it is there.
  func seek(_ frame: Int) -> Bool {
    unsafe sf_seek(handle, sf_count_t(frame), SEEK_SET) == sf_count_t(frame)
  }

  /// Whether something has gone wrong.
  var hasFailed: Bool { unsafe sf_error(handle) != 0 }

  /// What libsndfile says about it.
  var cause: String? {
    guard hasFailed, let words = unsafe sf_strerror(handle) else { return nil }
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
