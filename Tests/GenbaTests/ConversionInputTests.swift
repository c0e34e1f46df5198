import FoundationEssentials
import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Glibc
import Testing

@testable import Genba

/// Where inputs come from, and what is said of lists that are wrong.
@Suite struct ConversionInputTests {
  let temporary: TemporaryFolder
  var folder: String { temporary.path }

  init() throws {
    temporary = try TemporaryFolder()
    for name in [
      "a/x.wav", "a/deep/y.FLAC", "a/notes.txt", "a/.hidden.wav", "a/README", "b/x.wav", "b/clip.mp4",
      "a/deep/z.tmp.wav",
    ] {
      try write("x", to: name)
    }
  }

  private func write(_ text: String, to name: String) throws {
    let path = "\(folder)/\(name)"
    let parent = path[..<path.lastIndex(of: "/")!]
    try FileManager.default.createDirectory(atPath: String(parent), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  private func list(_ list: InputList) throws -> (paths: [String], passedOver: Int) {
    var paths: [String] = []
    let passedOver = try list.forEach { (found: InputList.Found) throws(GenbaError) in
      paths.append(String(found.input.media[0].paths[0].dropFirst(folder.count + 1)))
    }
    return (paths, passedOver)
  }

  @Test func aFolderIsWalkedInOrder() throws {
    let found = try list(InputList(arguments: ["\(folder)/a"]))
    #expect(found.paths == ["a/deep/y.FLAC", "a/deep/z.tmp.wav", "a/x.wav"])
    #expect(found.passedOver == 2, "the text files; hidden ones are not counted")
  }

  /// A pipe that nobody writes into would hold up the conversion for ever.
  @Test func whatIsNoFileIsPassedOver() throws {
    let (pipe, link) = unsafe (
      mkfifo("\(folder)/a/pipe.wav", 0o600), symlink("\(folder)/b/x.wav", "\(folder)/a/link.wav")
    )
    #expect(pipe == 0 && link == 0)
    let found = try list(InputList(arguments: ["\(folder)/a"]))
    #expect(found.paths == ["a/deep/y.FLAC", "a/deep/z.tmp.wav", "a/link.wav", "a/x.wav"])
    #expect(found.passedOver == 3)
  }

  /// The same for one that is named: a conversion would wait for it, and a retry find nothing in it.
  @Test(arguments: ["a/pipe.wav", "/dev/zero"])
  func whatIsNoFileCannotBeNamed(path: String) throws {
    #expect(unsafe mkfifo("\(folder)/a/pipe.wav", 0o600) == 0)
    let path = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    let error = #expect(throws: GenbaError.self) { try list(InputList(arguments: [path])) }
    #expect(error?.code == .cannotOpen && error?.source.path == path)
    #expect(error?.message.contains(path == "/dev/zero" ? "this is a device" : "this is a pipe") == true)
  }

  @Test func patternsChoose() throws {
    var inputs = InputList(arguments: ["\(folder)/a", "\(folder)/b/clip.mp4"])
    inputs.exclude = ["*.tmp.*"]
    #expect(try list(inputs).paths == ["a/deep/y.FLAC", "a/x.wav", "b/clip.mp4"])
    inputs.include = ["deep/**", "*.txt"]
    #expect(try list(inputs).paths == ["a/deep/y.FLAC", "a/notes.txt", "b/clip.mp4"], "a file that is named is taken")
  }

  @Test(arguments: [
    ("*.wav", "deep/x.wav", true), ("*.wav", "x.wave", false), ("deep/*.wav", "deep/x.wav", true),
    ("deep/*.wav", "deep/er/x.wav", false), ("**/x.wav", "x.wav", true), ("**/x.wav", "a/b/x.wav", true),
    ("a/**", "a/b/c", true), ("cam?.mp4", "cam1.mp4", true), ("cam[0-3].mp4", "cam4.mp4", false),
    ("cam[!0-3].mp4", "cam4.mp4", true), ("*", "", true), ("a*b*c", "aXbYbZc", true), ("[", "[", true),
  ])
  func globs(pattern: String, path: String, fits: Bool) {
    #expect(Glob(pattern).matches(path) == fits, "\(pattern) on \(path)")
  }

  @Test func listsAreRead() throws {
    try write("\(folder)/a/x.wav\r\n\n\(folder)/b/none.wav\n", to: "list.txt")
    #expect(try list(InputList(arguments: ["@\(folder)/list.txt"])).paths == ["a/x.wav", "b/none.wav"])
  }

  /// Spreadsheets and Windows' editors put it in front of everything they write.
  @Test func aByteOrderMarkIsNoPartOfTheFirstRecord() throws {
    try write("\u{FEFF}\(folder)/a/x.wav\r\n\u{FEFF}\n", to: "list.txt")
    #expect(try list(InputList(arguments: ["@\(folder)/list.txt"])).paths.first == "a/x.wav")
    for (name, text) in [
      ("bom.csv", "\u{FEFF}key,audio\r\nk,a/x.wav\r\n"),
      ("bom.jsonl", "\u{FEFF}{\"key\": \"k\", \"audio\": \"a/x.wav\"}\r\n"),
    ] {
      try write(text, to: name)
      let inputs = try rows(name)
      #expect(inputs.map(\.key) == ["k"] && inputs[0].carried.isEmpty, "\(name)")
    }
  }

  /// What `find -print0` writes, read as lines, would be one path that ends at its first zero byte.
  @Test func aListOfTheOtherKindIsToldFromLines() throws {
    try write("\(folder)/a/x.wav\0\(folder)/b/x.wav\0", to: "zeros.txt")
    let error = #expect(throws: GenbaError.self) { try list(InputList(arguments: ["@\(folder)/zeros.txt"])) }
    #expect(error?.message == "line 1 has a zero byte; -0 reads paths with zero bytes between them")
  }

  /// Swift's strings hold UTF-8 alone, so that such a file cannot be named; its error says why.
  @Test func aNameThatIsNotUTF8IsSaidToBe() throws {
    let latin = Array("\(folder)/a/gr".utf8) + [0xFC] + Array("n.wav".utf8) + [0]
    let descriptor = unsafe open(latin.map(CChar.init(bitPattern:)), O_CREAT | O_WRONLY, 0o600)
    #expect(descriptor >= 0)
    close(descriptor)
    let found = try list(InputList(arguments: ["\(folder)/a"])).paths.first { $0.contains("\u{FFFD}") }
    let path = try "\(folder)/" + #require(found)
    let error = #expect(throws: GenbaError.self) { try FileReading.check(path) }
    #expect(error?.message.contains("UTF-8") == true)
  }

  @Test func linksToFoldersAreNotFollowed() throws {
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/a/loop", withDestinationPath: "\(folder)/a")
    #expect(try list(InputList(arguments: ["\(folder)/a"])).paths.count == 3)
  }

  @Test func aMissingInputIsAnError() {
    let error = #expect(throws: GenbaError.self) { try list(InputList(arguments: ["\(folder)/none"])) }
    #expect(error?.code == .cannotOpen)
  }

  private func rows(_ manifest: String, map: [String: String] = [:]) throws -> [ConversionInput] {
    var inputs = InputList()
    inputs.manifest = "\(folder)/\(manifest)"
    inputs.map = map
    var rows: [ConversionInput] = []
    try inputs.forEach { (found: InputList.Found) throws(GenbaError) in rows.append(found.input) }
    return rows
  }

  @Test func aManifestHasColumns() throws {
    try write(
      #"""
      {"key": "one", "audio": "a/x.wav", "video": "/abs/clip.mp4", "start": 1.5, "end": 3, "text": "hum", "n": 1.50}

      {"key": 7, "image": ["b/1.png", "b/2.png"], "depth": null, "messages": [{"role": "user"}]}
      """#, to: "rows.jsonl")
    let rows = try rows("rows.jsonl")
    #expect(rows.count == 2 && rows[0].key == "one" && rows[1].key == "7")
    #expect(
      rows[0].media == [
        .init(column: "audio", kind: .audio, paths: ["\(folder)/a/x.wav"]),
        .init(column: "video", kind: .video, paths: ["/abs/clip.mp4"]),
      ], "paths are below the manifest's folder")
    #expect(rows[0].range == 1.5..<3 && rows[0].carried.map(\.key) == ["text", "n"])
    #expect(rows[0].carried[1].value.text == "1.50", "as it stands")
    #expect(rows[1].media[0].paths.count == 2 && rows[1].media.count == 1)
    for row in rows { #expect(ConversionInput(json: try JSON.parse(Array(row.json.text.utf8))) == row) }
  }

  @Test func csvHasQuotesAndEmptyFields() throws {
    try write("key,sound,note,start\r\na,x.wav,\"one, \"\"two\"\"\nthree\",\r\n\r\nb,y.wav,,2\r\n", to: "rows.csv")
    let rows = try rows("rows.csv", map: ["sound": "audio"])
    #expect(rows.count == 2 && rows[0].media[0].kind == .audio && rows[0].media[0].column == "sound")
    #expect(rows[0].carried == [JSON.Member("note", "one, \"two\"\nthree")] && rows[0].start == nil)
    #expect(rows[1].carried.isEmpty && rows[1].start == 2)
  }

  @Test(arguments: [
    ("bad.jsonl", "{\"audio\": \"x\"}\n{\"audio\": }\n", "line 2: column 11"),
    ("bad.jsonl", "{\"audio\": \"x\"}\n\n[1]\n", "line 3: a row is a JSON object"),
    ("bad.jsonl", "{\"text\": \"x\"}\n", "line 1: the row names no recording, only \"text\""),
    ("bad.jsonl", "{\"audio\": \"x\", \"start\": 3, \"end\": 2}\n", "line 1: the sample ends"),
    ("bad.jsonl", "{\"audio\": 5}\n", "line 1: \"audio\" is a path"),
    ("bad.jsonl", "{\"audio\": \"x\", \"start\": -1}\n", "line 1: \"start\" is a time"),
    ("bad.csv", "key,audio\na,b\nc\n", "line 3: 1 field,"),
    ("bad.csv", "key,audio\na,\"b\nc,d\ne,f\n", "line 2: a quote of this row is not closed"),
    ("bad.csv", "key;audio\na;b.wav\n", "line 2: the row names no recording, only \"key;audio\""),
    ("bad.csv", "key,audio\na\n", "line 2: 1 field, where the head line has 2"),
    ("bad.tsv", "key\taudio\na\tb.wav\n", "or CSV in a file whose name ends in .csv"),
    ("bad.csv", "key,audio\na,\"b\n", "line 2: a quote of this row is not closed"),
    ("bad.csv", "key,audio\na,\"b\"c\n", "line 2: field 2"),
    ("bad.csv", "", "empty"), ("bad.csv", "audio,audio\na,b\n", "two columns \"audio\""),
    ("bad.jsonl", "{\"audio\": \"x\", \"audio\": \"y\"}\n", "line 1: the row has \"audio\" twice"),
    ("bad.jsonl", "{\"audio\": \"x\\u0000y\"}\n", "line 1: the path in \"audio\" has a zero byte"),
  ])
  func aBadRowIsNamedByItsLine(name: String, text: String, expected: String) throws {
    try write(text, to: name)
    let error = #expect(throws: GenbaError.self) { try rows(name) }
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "none")")
    #expect(error?.source.path == "\(folder)/\(name)")
  }

  @Test func aMapNamesWhatThereIs() throws {
    try write("key,sound\na,x.wav\n", to: "rows.csv")
    let column = #expect(throws: GenbaError.self) { try rows("rows.csv", map: ["noise": "audio"]) }
    #expect(column?.message.contains("no column \"noise\"") == true)
    let meaning = #expect(throws: GenbaError.self) { try rows("rows.csv", map: ["sound": "smell"]) }
    #expect(meaning?.message.contains("smell") == true)
  }
}
