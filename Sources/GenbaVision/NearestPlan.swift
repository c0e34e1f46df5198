internal import GenbaCore

/// Which pixel of a picture each pixel of the resized one is, without any mixing.
struct NearestPlan: Sendable {
  private let rows: [Int]
  private let columns: [Int]

  init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int,
    arithmetic: ImageResizer.Arithmetic, rows: Range<Int>?, columns: Range<Int>?
  ) {
    precondition(
      [inHeight, inWidth, outHeight, outWidth].allSatisfy { (1...1 << 26).contains($0) },
      "no picture can be resized from \(inWidth)x\(inHeight) to \(outWidth)x\(outHeight)")
    let allRows = Self.places(from: inHeight, to: outHeight, arithmetic)
    let allColumns = Self.places(from: inWidth, to: outWidth, arithmetic)
    self.rows = rows.map { Array(allRows[$0]) } ?? allRows
    self.columns = columns.map { Array(allColumns[$0]) } ?? allColumns
  }

  /// The pixel under the centre of each new one: torch's `nearest-exact` scales in float32, Pillow adds up doubles.
  private static func places(
    from inSize: Int, to outSize: Int, _ arithmetic: ImageResizer.Arithmetic
  ) -> [Int] {
    switch arithmetic {
    case .torchvision, .torchvisionFloat, .openCVArea:
      let scale = Float(inSize) / Float(outSize)
      return (0..<outSize).map { min(Int((Float($0) + 0.5) * scale), inSize - 1) }
    case .pillow, .pillow13:
      let scale = Double(inSize) / Double(outSize)
      var position = scale * 0.5
      return (0..<outSize).map { _ in
        defer { position += scale }
        return min(Int(position), inSize - 1)
      }
    }
  }

  func run<Element: BitwiseCopyable>(
    from source: Span<Element>, inWidth: Int, channels: Int, into output: inout OutputSpan<Element>
  ) {
    for row in rows {
      for column in columns {
        let start = (row * inWidth + column) * channels
        for index in start..<start + channels { output.append(source[index]) }
      }
    }
  }
}
