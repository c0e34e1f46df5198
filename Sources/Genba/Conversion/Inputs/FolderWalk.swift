internal import FoundationEssentials
internal import GenbaCore

/// The files below a folder, one after another, sorted by path; in memory is one listing for each level.
///
/// Hidden files and folders are passed over, links to folders not followed: they can lead in circles.
struct FolderWalk {
  /// Which files are taken.
  struct Filter: Sendable {
    /// Where there are any, a file must fit one of them; they stand in for the media endings.
    var include: [Glob] = []
    /// A file that fits one of them is passed over.
    var exclude: [Glob] = []

    func takes(_ relativePath: String) -> Bool {
      if exclude.contains(where: { $0.matches(relativePath) }) { return false }
      if !include.isEmpty { return include.contains { $0.matches(relativePath) } }
      let name = relativePath.split(separator: "/").last ?? ""
      guard let dot = name.lastIndex(of: ".") else { return false }
      return MediaEndings.all.contains(name[name.index(after: dot)...].lowercased())
    }
  }

  private let root: String
  private let filter: Filter
  private let isCancelled: () -> Bool
  /// Names still to come, last first, in each open folder.
  private var open: [(path: String, names: [String])] = []

  /// Files that were passed over so far.
  private(set) var passedOver = 0

  /// - Parameter isCancelled: Asked for each file; ``next()`` throws `.cancelled` then.
  init(_ root: String, filter: Filter, isCancelled: @escaping () -> Bool = { false }) throws(GenbaError) {
    self.root = root
    self.filter = filter
    self.isCancelled = isCancelled
    try enter("")
  }

  /// The next file.
  mutating func next() throws(GenbaError) -> String? {
    while let folder = open.last {
      if isCancelled() { throw GenbaError(.cancelled, "the walk was called off", source: .init(path: root)) }
      guard let name = folder.names.last else {
        open.removeLast()
        continue
      }
      open[open.count - 1].names.removeLast()
      let relative = folder.path.isEmpty ? name : "\(folder.path)/\(name)"
      let path = join(relative)
      switch FileKind(path) {
      case .folder:
        let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
        if !isLink { try enter(relative) }
      // What has vanished or leads nowhere counts as a file, which is missed by name when it is opened; a pipe, a socket
      // or a device may never end.
      case .file, .missing:
        if filter.takes(relative) { return path }
        passedOver += 1
      case .special: passedOver += 1
      }
    }
    return nil
  }

  private func join(_ relative: String) -> String {
    relative.isEmpty ? root : root.hasSuffix("/") ? root + relative : "\(root)/\(relative)"
  }

  private mutating func enter(_ relative: String) throws(GenbaError) {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: join(relative))
      open.append((relative, names.filter { !$0.hasPrefix(".") }.sorted(by: >)))
    } catch {
      throw GenbaError(
        .cannotOpen, "this folder cannot be read", source: .init(path: join(relative)), cause: "\(error)")
    }
  }
}

/// Endings by which media are told in folders, lower case.
public enum MediaEndings {
  /// All of them.
  public static let all: Set<String> = [
    "wav", "flac", "mp3", "ogg", "oga", "opus", "aif", "aiff", "aifc", "au", "caf", "w64", "rf64", "m4a", "aac", "ac3",
    "wma", "amr", "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "pgm", "ppm", "pbm", "pnm", "jp2", "avif",
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "wmv", "flv", "3gp", "ogv",
  ]
}
