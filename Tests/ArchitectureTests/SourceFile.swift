import FoundationEssentials

/// A source file's imports and length.
struct SourceFile {
  var path: String
  var imports: [String]
  var lineCount: Int

  static func all(in folder: String) throws -> [SourceFile] {
    try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { name in [".swift", ".c", ".h", ".inc"].contains { name.hasSuffix($0) } }
      .map { try SourceFile(path: "\(folder)/\($0)") }
  }

  init(path: String) throws {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    self.path = path
    lineCount = lines.count
    imports = lines.compactMap { line in
      // `@_exported public import Module`, `internal import Module`, `import struct Module.Type`
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index < 3, let last = words.last, words.count > index + 1 else {
        return nil
      }
      return last.split(separator: ".").first.map(String.init)
    }
  }
}
