internal import GenbaCore
internal import Glibc

/// What a path leads to, behind links.
enum FileKind: Equatable {
  case file, folder
  /// Nothing, or nothing that may be looked at; with the system's error number.
  case missing(Int32)
  /// A pipe, a device or a socket, in words.
  case special(String)

  init(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      self = .missing(errno)
      return
    }
    self =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFIFO: .special("a pipe")
      case S_IFSOCK: .special("a socket")
      default: .special("a device")
      }
  }

  /// Throws `.cannotOpen` for what is no file to convert: it may never end, and whatever it gives it gives once, so that
  /// neither a retry nor another machine would find it again.
  ///
  /// What is missing passes; whoever opens it says so better.
  static func check(_ path: String) throws(GenbaError) {
    if case .special(let what) = FileKind(path) {
      throw GenbaError(
        .cannotOpen, "this is \(what), and only files can be converted; write what it gives to a file first",
        source: .init(path: path))
    }
  }
}
