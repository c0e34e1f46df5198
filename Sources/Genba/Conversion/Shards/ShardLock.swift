internal import FoundationEssentials
internal import GenbaCore
internal import Glibc

/// The right to write one shard, which one process at a time has. It ends with the process, however that ends.
@safe
final class ShardLock {
  private let path: String
  private let descriptor: Int32
  /// What the shard's partial files are called: this, a number, and nothing else.
  let prefix: String

  /// Takes the lock, and removes what a process that was killed has left of the shard.
  ///
  /// - Throws: `.ioFailed` if another process works on it, or the folder cannot be written to.
  init(folder: OutputFolder, shard: Int) throws(GenbaError) {
    let name = padded(shard, to: 6)
    try makeFolder(folder.partial)
    path = "\(folder.partial)/\(name).lock"
    prefix = "\(folder.partial)/\(name)-"
    var descriptor: Int32 = -1
    while true {
      descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw GenbaError(
          .ioFailed, "this cannot be written", source: .init(path: path), cause: FileReading.systemMessage(errno))
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw GenbaError(
          .ioFailed, "another process is working on shard \(shard); wait for it, or stop it",
          source: .init(path: folder.path))
      }
      // Whoever had the lock before removes the file; then this one is nobody's any more.
      var (held, named) = (stat(), stat())
      if unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &named) == 0, held.st_ino == named.st_ino { break }
      close(descriptor)
    }
    self.descriptor = descriptor
    for left in (try? FileManager.default.contentsOfDirectory(atPath: folder.partial)) ?? []
    where left.hasPrefix("\(name)-") {
      _ = unsafe unlink("\(folder.partial)/\(left)")
    }
  }

  /// Removes the file of a lock that nobody holds, left by a process that was killed when its shard was done.
  ///
  /// - Returns: Whether nobody held it.
  static func removeIfFree(_ path: String) -> Bool {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == ENOENT }
    defer { close(descriptor) }
    // Removed while it is held: whoever waits for it looks whether its name is still there.
    return unsafe flock(descriptor, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0
  }

  deinit {
    _ = unsafe unlink(path)
    close(descriptor)
  }
}
