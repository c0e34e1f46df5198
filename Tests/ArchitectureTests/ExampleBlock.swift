import FoundationEssentials

/// Swift code in a documentation comment or a page of the documentation.
struct ExampleBlock {
  /// Of the file it stands in, below the package's folder.
  var path: String
  /// Of its first line, from 1.
  var line: Int
  var lines: [Substring]

  /// All blocks of a file that are marked as Swift, in their order.
  static func all(in path: String, below root: String) throws -> [ExampleBlock] {
    let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    let isSource = path.hasSuffix(".swift")
    var blocks: [ExampleBlock] = []
    var open: ExampleBlock?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = isSource ? Self.comment(line) : line
      guard let content else {
        open = nil
        continue
      }
      let word = content.trimmingPrefix { $0 == " " }
      if let block = open {
        if word.hasPrefix("```") {
          blocks.append(block)
          open = nil
        } else {
          open?.lines.append(content)
        }
      } else if word == "```swift" {
        open = ExampleBlock(path: path, line: index + 2, lines: [])
      }
    }
    return blocks
  }

  /// What stands in a line of a documentation comment; `nil` for a line of code.
  private static func comment(_ line: Substring) -> Substring? {
    let text = line.trimmingPrefix { $0 == " " }
    return text.hasPrefix("///") ? text.dropFirst(3).trimmingPrefix(" ") : nil
  }

  /// A function that holds the block, whose errors the compiler places where the block stands.
  func function(number: Int) -> String {
    let imports = lines.filter { $0.hasPrefix("import ") }
    let body = lines.map { imports.contains($0) ? "" : $0 }.joined(separator: "\n")
    return """
      func example\(number)(\(ExampleValues.parameters(for: path))) async throws {
      #sourceLocation(file: "\(path)", line: \(line))
      \(body)
      #sourceLocation()
      }

      """
  }
}
