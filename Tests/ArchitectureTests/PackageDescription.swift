import FoundationEssentials
import Glibc
import Testing

/// What `swift package describe` says of this package.
struct PackageDescription: Decodable {
  struct Target: Decodable {
    var name: String
    var type: String
    var path: String
    private var target_dependencies: [String]?

    var targetDependencies: [String] { target_dependencies ?? [] }
    var isTestOrExample: Bool { type == "test" || path.hasPrefix("Examples/") }
  }

  struct Product: Decodable {
    var name: String
    var targets: [String]
  }

  var targets: [Target]
  var products: [Product]

  /// Asks the package manager, once. It has a scratch path of its own: with the common one it would wait for ever
  /// for the lock that the test run holds.
  static func describe() throws -> PackageDescription {
    try cached.get()
  }

  private static let cached = Result { try run(root: LayerTests.root) }

  private static func run(root: String) throws -> PackageDescription {
    let command = "swift package --package-path '\(root)' --scratch-path '\(root)/.build-describe' describe --type json"
    guard let pipe = unsafe popen(command + " 2>/dev/null", "r") else { throw DescribeFailed(output: "popen failed") }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = unsafe fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    let status = unsafe pclose(pipe)
    // Resolving may print a line before the JSON.
    guard status == 0, let start = bytes.firstIndex(of: UInt8(ascii: "{")) else {
      throw DescribeFailed(output: String(decoding: bytes, as: UTF8.self))
    }
    return try JSONDecoder().decode(PackageDescription.self, from: Data(bytes[start...]))
  }

  struct DescribeFailed: Error {
    var output: String
  }
}
