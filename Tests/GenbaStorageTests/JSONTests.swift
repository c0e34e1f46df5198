import GenbaCore
import GenbaStorage
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"b":1.50,"a":[true,false,null,-0,1e-7,"x"],"":{}}"#, "[]", "\"\"", "12345678901234567890", "0.1",
    #""quote \" backslash \\ tab \t line \n bell \u0007 snow ☃""#,
  ])
  func whatIsReadIsWrittenTheSame(text: String) throws {
    #expect(try JSON.parse(Array(text.utf8)).text == text)
  }

  @Test func escapesAreRead() throws {
    let value = try JSON.parse(Array(#" "\u00e9\ud83d\ude00\/\b\f" "#.utf8))
    #expect(value == .string("é😀/\u{8}\u{C}"))
  }

  @Test(arguments: [
    ("{\"a\":1,}", "column 8"), ("[1 2]", "column 4"), ("{\"a\" 1}", "column 6"), ("[1", "ends"), ("\"abc", "ends"),
    ("01", "column 1"), ("1.", "column 1"), ("tru", "column 1"), ("{} x", "column 4"), ("", "ends"),
    ("\"\\ud800\"", "surrogate"), ("\"\\x\"", "column 3"), ("\"a\u{1}b\"", "column 3"), ("nan", "column 1"),
  ])
  func whatIsWrongIsNamed(text: String, place: String) {
    let error = #expect(throws: GenbaError.self) { try JSON.parse(Array(text.utf8)) }
    #expect(error?.code == .corruptData && error?.message.contains(place) == true, "\(text): \(error?.message ?? "")")
  }

  @Test func depthIsBounded() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: GenbaError.self) { try JSON.parse(Array(deep.utf8)) }
  }

  @Test func equalValuesHaveEqualCanonicalTexts() throws {
    let left = try JSON.parse(Array(#"{"b":{"y":1,"x":2},"a":3}"#.utf8))
    let right = try JSON.parse(Array(#"{"a":3,"b":{"x":2,"y":1}}"#.utf8))
    #expect(left.canonical.text == right.canonical.text && left != right)
  }

  @Test func numbersKeepTheirValue() {
    #expect(JSON.number(0.1).text == "0.1" && JSON.number(3.0).text == "3" && JSON.number(.infinity) == .null)
    #expect(JSON.number("1e3").int == 1000 && JSON.number("1.5").int == nil && JSON.number("1.5").double == 1.5)
  }
}
