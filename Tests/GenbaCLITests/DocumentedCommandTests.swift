import ArgumentParser
import FoundationEssentials
import GenbaTestSupport
import Testing

@testable import GenbaCLI

/// Every `genba …` line in README and docs is one that the program takes.
@Suite struct DocumentedCommandTests {
  @Test func everyCommandInTheDocumentationParses() throws {
    let commands = try Self.pages().flatMap(Self.commands)
    #expect(commands.count > 30)
    for (page, line) in commands {
      let words = Self.words(line).dropFirst()
      #expect(throws: Never.self, "\(page): \(line)") { try GenbaCommand.parseAsRoot(Array(words)) }
    }
  }

  @Test func aCommandThatIsWrongDoesNotParse() {
    #expect(throws: (any Error).self) { try GenbaCommand.parseAsRoot(["audio", "press.wav", "--no-such-option", "7"]) }
  }

  private static func pages() throws -> [String] {
    let root = TestAssets.root + "/.."
    let docs = try FileManager.default.contentsOfDirectory(atPath: root + "/docs").filter { $0.hasSuffix(".md") }
    return docs.sorted().map { "\(root)/docs/\($0)" } + [root + "/README.md"]
  }

  /// The commands in a page's fenced blocks, without what a shell does around them and without remarks.
  private static func commands(in page: String) throws -> [(page: String, line: String)] {
    let text = try String(contentsOfFile: page, encoding: .utf8)
    let blocks = text.split(separator: "```", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
    return blocks.flatMap { block in
      let lines = block.replacing("\\\n", with: "").split(separator: "\n")
      return lines.compactMap { line -> (page: String, line: String)? in
        var command = line.trimmingPrefix { $0 == " " || $0 == "$" }
        guard command.hasPrefix("genba ") else { return nil }
        // Remarks stand behind # or three spaces.
        for end in [" #", "   ", " | ", " || ", " > ", ";"] {
          if let range = command.firstRange(of: end) { command = command[..<range.lowerBound] }
        }
        return (page, String(command).replacing("$i", with: "0"))
      }
    }
  }

  /// The words of a line as a shell takes it apart: quotes keep spaces and go.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in line {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else if quote == nil, character == " " {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
