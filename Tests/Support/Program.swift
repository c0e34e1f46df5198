import Foundation

/// A run of a built program, as a user would run it.
public struct Program {
  /// The exit code; below 0 the number of the signal that ended the program.
  public var status: Int32
  /// What it wrote to stdout.
  public var output: String
  /// What it wrote to stderr.
  public var errors: String

  /// Runs a program of this package with these arguments and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: What stands behind the program's name.
  ///   - name: The program in the build folder, or the path of any other.
  ///   - input: What it reads from stdin.
  public init(_ arguments: [String], of name: String = "genba", input: String = "") throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: name.hasPrefix("/") ? name : try Self.find(name))
    process.arguments = arguments
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

  /// Where the built program is: it stands beside the test bundle.
  public static func find(_ name: String) throws -> String {
    for argument in CommandLine.arguments {
      var folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
      while folder.path != "/" {
        let program = folder.appendingPathComponent(name)
        let isFile = try? program.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
        if isFile == true, folder.path.contains(".build") { return program.path }
        folder.deleteLastPathComponent()
      }
    }
    throw NotBuilt(name: name, arguments: CommandLine.arguments)
  }

  /// There is no such program in the build folder.
  struct NotBuilt: Error {
    var name: String
    var arguments: [String]
  }
}

/// A folder that goes when the test ends.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes it.
  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/genba-cli-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What lies in the folder, hidden files too, sorted.
  public var contents: [String] { (try? FileManager.default.subpathsOfDirectory(atPath: path))?.sorted() ?? [] }
}
