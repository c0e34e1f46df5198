internal import Glibc

/// Reading whole files, with errors that name the file and the reason.
public enum FileReading {
  /// Throws if `path` is not a file that can be read and has content: what every decoder asks first, since C
  /// libraries say little more than "could not open".
  ///
  /// Pipes and devices pass; their size cannot be known.
  ///
  /// - Returns: The size in bytes, or `nil` where there is none.
  /// - Throws: `.cannotOpen` if the file is missing, forbidden or a folder, `.truncated` if it is empty.
  @discardableResult
  public static func check(_ path: String) throws(GenbaError) -> Int? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw cannotOpen(path, errno) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR {
      throw GenbaError(.cannotOpen, "this is a folder, not a file", source: .init(path: path))
    }
    guard unsafe access(path, R_OK) == 0 else { throw cannotOpen(path, errno) }
    guard kind == S_IFREG else { return nil }
    if status.st_size == 0 { throw GenbaError(.truncated, "the file is empty", source: .init(path: path)) }
    return Int(status.st_size)
  }

  /// The whole content of a file.
  ///
  /// - Parameters:
  ///   - path: The file; pipes and devices can be read too.
  ///   - limit: The most bytes that are accepted.
  /// - Throws: As ``check(_:)``, `.limitExceeded` for a larger file, and `.ioFailed` if reading breaks off.
  public static func bytes(of path: String, limit: Int = DecodeLimits().fileBytes) throws(GenbaError) -> [UInt8] {
    let size = try check(path)
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotOpen(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      // One byte more than the rest, so that the last read sees the end of the file.
      let room = max((size ?? 0) + 1 - bytes.count, 64 << 10)
      var failure: Int32 = 0
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        let received = unsafe read(descriptor, buffer.baseAddress, room)
        failure = received < 0 ? errno : 0
        count = max(received, 0)
      }
      if failure == EINTR { continue }
      if failure != 0 {
        throw GenbaError(
          .ioFailed, "reading broke off after \(bytes.count) bytes", source: .init(path: path),
          cause: systemMessage(failure))
      }
      if chunk.isEmpty { return bytes }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      if bytes.count > limit {
        throw GenbaError(
          .limitExceeded, "the file is larger than the limit of \(limit) bytes; raise DecodeLimits.fileBytes",
          source: .init(path: path))
      }
    }
  }

  /// What a failed `open` means, by its error number.
  package static func cannotOpen(_ path: String, _ number: Int32) -> GenbaError {
    let message =
      switch number {
      case ENOENT where path.contains("\u{FFFD}"): "there is no such file; names must be UTF-8, which this one is not"
      case ENOENT: "there is no such file"
      case ENOTDIR: "a part of this path is not a folder"
      case EACCES, EPERM: "this may not be read; check its permissions"
      case ENAMETOOLONG: "the path is too long"
      default: "this cannot be opened"
      }
    return GenbaError(.cannotOpen, message, source: .init(path: path), cause: systemMessage(number))
  }

  /// The system's words for an error number.
  package static func systemMessage(_ number: Int32) -> String {
    unsafe String(cString: strerror(number))
  }
}
