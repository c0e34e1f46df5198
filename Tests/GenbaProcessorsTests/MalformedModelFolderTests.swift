import FoundationEssentials
import GenbaCore
import GenbaProcessors
import GenbaTestSupport
import Testing

/// Model folders that no processor can be made from: each an error that names the place, none a trap.
@Suite struct MalformedModelFolderTests {
  static let root = TestAssets.corrupt("configs-malformed")
  static let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []

  @Test(arguments: folders)
  func isAnErrorThatNamesThePlace(folder: String) throws {
    let error = try #require(throws: GenbaError.self) { try AutoProcessor(contentsOf: "\(Self.root)/\(folder)") }
    #expect(error.code == .invalidConfiguration || folder == "empty-file" && error.code == .truncated)
    #expect(error.source.path?.hasPrefix("\(Self.root)/\(folder)") == true, "\(error)")
  }

  /// The key at fault is in the message.
  @Test(arguments: [("wrong-types", "patch_size"), ("zero-patch", "patch_size"), ("zero-std", "image_std")])
  func namesTheKey(folder: String, key: String) throws {
    let error = try #require(throws: GenbaError.self) { try AutoProcessor(contentsOf: "\(Self.root)/\(folder)") }
    #expect(error.message.contains(key))
  }

  @Test func thereAreFolders() { #expect(Self.folders.count >= 9) }

  @Test(arguments: ["no-such-folder", "media/photo-aloe.jpg"])
  func whatIsNoFolderIsAnError(path: String) throws {
    let error = try #require(throws: GenbaError.self) {
      try AutoProcessor(contentsOf: "\(TestAssets.root)/\(path)")
    }
    #expect("\(error)".contains(path))
  }
}
