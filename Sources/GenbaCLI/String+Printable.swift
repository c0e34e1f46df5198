extension String {
  /// The text with control characters and line separators escaped as Swift writes them (`\n`, `\u{1b}`).
  ///
  /// Names come from files: on a terminal, one could forge lines, or move the cursor and change colours.
  var printable: String {
    guard unicodeScalars.contains(where: Self.isControl) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      text += Self.isControl(scalar) ? scalar.escaped(asASCII: true) : String(scalar)
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }
}
