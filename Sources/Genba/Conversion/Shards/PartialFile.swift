internal import GenbaCore
internal import GenbaStorage
internal import Glibc

/// A file that is written in the output's folder `.partial`, hashed on the way, and then moved to its place.
///
/// Until then nothing is seen of it where outputs are. What a killed process leaves there is removed by the next one that
/// works on the shard.
final class PartialFile {
  private let path: String
  private let writer: BlockWriter
  private var isMoved = false

  var byteCount: Int { writer.byteCount }

  /// Creates the file.
  ///
  /// - Parameter hash: `nil` for what is read again at once and never moved.
  /// - Throws: `.ioFailed`.
  init(path: String, hash: ConversionRecipe.ShardHash? = .sha256) throws(GenbaError) {
    self.path = path
    writer = try BlockWriter(path: path, hash: hash)
  }

  /// Appends a piece of a sample, and takes it into the sample's checksum.
  func write(_ chunk: EncodedSample.Chunk, _ checksum: inout XXH64) throws(GenbaError) {
    switch chunk {
    case .bytes(let bytes): try writer.write(unsafe bytes.span.bytes) { checksum.update($0) }
    case .tensor(let tensor): try writer.write(tensor.bytes) { checksum.update($0) }
    }
  }

  /// Appends bytes.
  func write(_ bytes: RawSpan) throws(GenbaError) { try writer.write(bytes) }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws(GenbaError) { try writer.write(unsafe bytes.span.bytes) }

  /// Reads back what was written, from the beginning, in pieces; nothing can be written then.
  func forEachPiece(_ body: (RawSpan) throws(GenbaError) -> Void) throws(GenbaError) {
    try writer.finish()
    try writer.forEachPiece(body)
  }

  /// Syncs the file to the disk and moves it to its place; its hash.
  func commit(to target: String) throws(GenbaError) -> String {
    try writer.finish()
    let hash = try writer.sync()
    guard unsafe rename(path, target) == 0 else { throw BlockWriter.failed("this cannot be written", target) }
    isMoved = true
    return hash
  }

  deinit {
    if !isMoved { _ = unsafe unlink(path) }
  }
}

/// Syncs a folder, so that the names in it outlast a power failure.
func syncFolder(_ path: String) {
  let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// Makes a folder and those above it.
func makeFolder(_ path: String) throws(GenbaError) {
  if isFolder(path) { return }
  if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
  guard unsafe mkdir(path, 0o777) != 0 else { return }
  let number = errno
  // Another process may have made it meanwhile.
  guard number == EEXIST, isFolder(path) else {
    throw GenbaError(
      .ioFailed, "this folder cannot be made", source: .init(path: path),
      cause: number == EEXIST ? "there is a file of that name" : FileReading.systemMessage(number))
  }
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
