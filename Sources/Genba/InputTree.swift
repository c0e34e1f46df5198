internal import FoundationEssentials
public import GenbaCore

/// The files that a batch is made of, and where each one's output goes.
///
/// Folders are walked; in them, hidden files and files without a media ending are passed over and counted. A file that
/// is named itself is always taken. Outputs mirror the tree below the deepest folder that holds all inputs.
public struct InputTree: Sendable, Equatable {
  /// One file to convert.
  public struct Entry: Sendable, Hashable {
    /// The file, as it can be opened.
    public var path: String
    /// The path below the inputs' common folder, which the output mirrors.
    public var relativePath: String
  }

  /// The files, in the order of the inputs; those of a folder sorted by path.
  public private(set) var entries: [Entry] = []

  /// Files in folders that were passed over.
  public private(set) var passedOver = 0

  /// Endings of the files that are taken from folders, lower case.
  public static let mediaEndings: Set<String> = [
    "wav", "flac", "mp3", "ogg", "oga", "opus", "aif", "aiff", "aifc", "au", "caf", "w64", "rf64", "m4a", "aac", "ac3",
    "wma", "amr", "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "pgm", "ppm", "pbm", "pnm", "jp2", "avif",
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "wmv", "flv", "3gp", "ogv",
  ]

  /// Collects the files.
  ///
  /// - Parameter inputs: Files and folders.
  /// - Throws: `.cannotOpen` for an input that is not there, or a folder that cannot be read;
  ///   `.mismatchedInputs` if there is no file at all.
  public init(_ inputs: [String]) throws(GenbaError) {
    var files: [String] = []
    var roots: [[Substring]] = []
    for input in inputs {
      var isFolder = false
      guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) else {
        throw GenbaError(.cannotOpen, "there is no such file or folder", source: .init(path: input))
      }
      let components = Self.components(of: input)
      if isFolder {
        roots.append(components)
        files += try walk(input)
      } else {
        roots.append(Array(components.dropLast()))
        files.append(input)
      }
    }
    guard !files.isEmpty else {
      throw GenbaError(
        .mismatchedInputs,
        passedOver == 0
          ? "there are no files to convert"
          : "none of the \(passedOver) files in these folders has a media ending; name files themselves to convert them"
      )
    }
    var common = roots[0][...]
    for root in roots { while !root.starts(with: common) { common = common.dropLast() } }
    var seen: Set<String> = []
    for file in files {
      let relative = Self.components(of: file).dropFirst(common.count).joined(separator: "/")
      // The same file named twice, or found again in a folder, is converted once.
      if seen.insert(relative).inserted { entries.append(Entry(path: file, relativePath: relative)) }
    }
  }

  private mutating func walk(_ folder: String) throws(GenbaError) -> [String] {
    var found: [String] = []
    do {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where !name.hasPrefix(".") {
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        var isFolder = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
        if isFolder {
          // Links to folders can lead in circles; `find` does not follow them either.
          if !isLink { found += try walk(path) }
        } else if let ending = name.split(separator: ".").last, name.contains("."),
          Self.mediaEndings.contains(ending.lowercased())
        {
          found.append(path)
        } else {
          passedOver += 1
        }
      }
    } catch let error as GenbaError {
      throw error
    } catch {
      throw GenbaError(.cannotOpen, "this folder cannot be read", source: .init(path: folder), cause: "\(error)")
    }
    return found
  }

  /// The path's parts from the root, without `.` and with `..` resolved by name.
  private static func components(of path: String) -> [Substring] {
    let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var parts: [Substring] = []
    for part in absolute.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts
  }
}
