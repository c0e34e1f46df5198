import Foundation
import Testing

/// Runs the built program as a user would.
struct Program {
  var status: Int32
  var output: String
  var errors: String

  /// Runs `genba` with these arguments and waits for its end.
  init(_ arguments: [String], input: String = "", folder: String? = nil) throws {
    let process = Process()
    process.executableURL = try Self.executable.get()
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    // Files, not pipes: a pipe that nobody empties would stop the program.
    let scratch = try TemporaryFolder()
    let files = try ["input", "output", "errors"].map { name in
      let url = URL(fileURLWithPath: scratch.path + "/" + name)
      try Data((name == "input" ? input : "").utf8).write(to: url)
      return url
    }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
  }

  /// `genba` stands beside the test bundle in the build folder.
  private static let executable = Result {
    for argument in CommandLine.arguments {
      var folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
      while folder.path != "/" {
        let program = folder.appendingPathComponent("genba")
        let isFile = try? program.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
        if isFile == true, folder.path.contains(".build") { return program }
        folder.deleteLastPathComponent()
      }
    }
    throw NotBuilt(arguments: CommandLine.arguments)
  }

  struct NotBuilt: Error {
    var arguments: [String]
  }
}

/// A folder that goes when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/genba-cli-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What lies in the folder, hidden files too, sorted.
  var contents: [String] { (try? FileManager.default.subpathsOfDirectory(atPath: path))?.sorted() ?? [] }
}
