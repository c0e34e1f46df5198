import FoundationEssentials
import Genba
import GenbaTestSupport

/// A folder with small inputs and outputs, and `genba` run on them.
struct ConversionFolder {
  private let folder: TemporaryFolder
  var path: String { folder.path }

  init() throws { folder = try TemporaryFolder() }

  /// Copies an asset in.
  func copy(_ asset: String, to name: String) throws {
    try makeParent(of: name)
    try FileManager.default.copyItem(atPath: "\(TestAssets.root)/\(asset)", toPath: "\(path)/\(name)")
  }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try makeParent(of: name)
    try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
  }

  private func makeParent(of name: String) throws {
    let target = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: String(target[..<target.lastIndex(of: "/")!]), withIntermediateDirectories: true)
  }

  /// So many sounds of 1 to 7 samples, each of its own content.
  func writeSounds(_ count: Int, to name: String = "in") throws {
    for index in 0..<count {
      let samples = (0...index % 7).flatMap { [UInt8(truncatingIfNeeded: index + $0), UInt8($0)] }
      try write(Self.wav(samples), to: "\(name)/\(index / 100)/sound-\(index).wav")
    }
  }

  /// A WAV file of 16-bit samples, one channel, 8 kHz.
  static func wav(_ samples: [UInt8], claiming count: Int? = nil) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let size = count ?? samples.count
    return Array("RIFF".utf8) + number(36 + size, 4) + Array("WAVEfmt ".utf8) + number(16, 4) + number(1, 2)
      + number(1, 2) + number(8000, 4) + number(16_000, 4) + number(2, 2) + number(16, 2) + Array("data".utf8)
      + number(size, 4) + samples
  }

  /// Runs `genba` in the folder.
  func genba(_ arguments: String..., input: String = "") throws -> Program {
    try sh("exec '\(Program.find("genba"))' \(arguments.joined(separator: " "))", input: input)
  }

  func sh(_ script: String, input: String = "") throws -> Program {
    try Program(["-c", "cd '\(path)'; \(script)"], of: "/bin/sh", input: input)
  }

  static let samples = #"--recipe '{"audio":{"feature":"samples"}}'"#

  /// Every file of an output that a run must give again byte for byte: all but how long things took.
  func outputs(_ name: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(name)")
    where !file.hasSuffix(".times.jsonl") {
      var isFolder = false
      _ = FileManager.default.fileExists(atPath: "\(path)/\(name)/\(file)", isDirectory: &isFolder)
      if !isFolder { files[file] = try FileReading.content(of: "\(path)/\(name)/\(file)") }
    }
    return files
  }

  func lines(_ name: String) throws -> [JSON] {
    try FileReading.content(of: "\(path)/\(name)").split(separator: 0x0A).map { try JSON.parse(Array($0)) }
  }
}
