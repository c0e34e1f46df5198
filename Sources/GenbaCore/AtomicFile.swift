internal import Glibc

/// A file that appears under its name complete, or not at all.
///
/// Bytes go to a temporary file in the same folder, which ``commit()`` syncs to the disk and renames. Without a
/// commit, after an error for example, the temporary file is removed and what was there before stays.
///
/// ```swift
/// var file = try AtomicFile(path: "out.npy")
/// try file.write(header)
/// try file.commit()
/// ```
@safe
public struct AtomicFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isCommitted = false

  /// Creates the temporary file.
  ///
  /// - Throws: `.ioFailed` if the folder is missing or may not be written to.
  public init(path: String) throws(GenbaError) {
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw GenbaError(.ioFailed, "this is a folder; name a file to write to", source: .init(path: path))
    }
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    // A file name may have 255 bytes; a very long one is not repeated in the temporary name.
    let stem = name.utf8.count > 200 ? "genba" : name
    let temporaryPath = "\(folder).\(stem).\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
    let descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let number = errno
      throw GenbaError(
        .ioFailed, number == ENOENT ? "the folder to write to does not exist" : "this cannot be written",
        source: .init(path: path), cause: FileReading.systemMessage(number))
    }
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  /// Appends bytes.
  ///
  /// - Throws: `.ioFailed` if the disk is full or the device fails.
  public mutating func write(_ bytes: [UInt8]) throws(GenbaError) {
    try unsafe write(bytes.span.bytes)
  }

  /// Appends bytes: `try file.write(tensor.bytes)`.
  ///
  /// - Throws: `.ioFailed` if the disk is full or the device fails.
  public mutating func write(_ bytes: RawSpan) throws(GenbaError) {
    let failure = FileWriting.write(bytes, to: descriptor)
    if failure != 0 { throw failed("writing failed", failure) }
  }

  /// Puts the file in its place.
  ///
  /// - Throws: `.ioFailed` if the disk refuses; the temporary file is removed.
  public consuming func commit() throws(GenbaError) {
    guard fsync(descriptor) == 0 else { throw failed("writing failed", errno) }
    guard unsafe rename(temporaryPath, path) == 0 else { throw failed("this cannot be written", errno) }
    isCommitted = true
  }

  private func failed(_ message: String, _ number: Int32) -> GenbaError {
    GenbaError(.ioFailed, message, source: .init(path: path), cause: FileReading.systemMessage(number))
  }

  deinit {
    close(descriptor)
    if !isCommitted { _ = unsafe unlink(temporaryPath) }
  }
}
