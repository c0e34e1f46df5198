internal import Glibc

/// Writing to open files, pipes and sockets.
public enum FileWriting {
  /// Writes all of the bytes, in as many pieces as the system wants them.
  ///
  /// - Returns: 0, or the number of the system's error, which ``FileReading/systemMessage(_:)`` puts into words.
  public static func write(_ bytes: RawSpan, to descriptor: Int32) -> Int32 {
    var offset = 0
    while offset < bytes.byteCount {
      let written = unsafe bytes.extracting(offset...).withUnsafeBytes { rest in
        unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if written >= 0 { offset += written } else if errno != EINTR { return errno }
    }
    return 0
  }
}
