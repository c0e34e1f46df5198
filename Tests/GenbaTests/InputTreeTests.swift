import FoundationEssentials
import GenbaCore
import GenbaTestSupport
import Testing

@testable import Genba

@Suite struct InputTreeTests {
  let temporary: TemporaryFolder
  var folder: String { temporary.path }

  init() throws {
    temporary = try TemporaryFolder()
    for name in ["a/x.wav", "a/deep/y.FLAC", "a/notes.txt", "a/.hidden.wav", "a/README", "b/x.wav", "b/clip.mp4"] {
      let path = "\(folder)/\(name)"
      let parent = path[..<path.lastIndex(of: "/")!]
      try FileManager.default.createDirectory(atPath: String(parent), withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: path))
    }
  }

  @Test func aFolderIsWalkedAndMirrored() throws {
    let tree = try InputTree(["\(folder)/a"])
    #expect(tree.entries.map(\.relativePath) == ["deep/y.FLAC", "x.wav"])
    #expect(tree.passedOver == 2, "the text files; hidden ones are not counted")
  }

  @Test func severalFoldersKeepTheirNames() throws {
    let tree = try InputTree(["\(folder)/b", "\(folder)/a/"])
    #expect(tree.entries.map(\.relativePath) == ["b/clip.mp4", "b/x.wav", "a/deep/y.FLAC", "a/x.wav"])
  }

  @Test func aNamedFileIsTakenWhateverItsEnding() throws {
    let tree = try InputTree(["\(folder)/a/notes.txt"])
    #expect(tree.entries.map(\.relativePath) == ["notes.txt"])
  }

  @Test func aFileFoundTwiceIsConvertedOnce() throws {
    let tree = try InputTree(["\(folder)/a/x.wav", "\(folder)/a", "\(folder)/b/../a/x.wav"])
    #expect(tree.entries.map(\.relativePath) == ["x.wav", "deep/y.FLAC"])
  }

  @Test func linksToFoldersAreNotFollowed() throws {
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/a/loop", withDestinationPath: "\(folder)/a")
    #expect(try InputTree(["\(folder)/a"]).entries.count == 2)
  }

  @Test func missingAndEmptyInputsAreErrors() throws {
    let missing = #expect(throws: GenbaError.self) { try InputTree([self.folder + "/none"]) }
    #expect(missing?.code == .cannotOpen)
    try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
    let empty = #expect(throws: GenbaError.self) { try InputTree([self.folder + "/empty"]) }
    #expect(empty?.code == .mismatchedInputs)
  }
}
