import Genba
import Testing

@testable import GenbaCLI

@Suite struct TensorTableTests {
  @Test(
    arguments: [
      (0, "0"), (3000, "3000"), (-1.5, "-1.5000"), (0.123456, "0.12346"), (12.3456789, "12.346"), (123456.78, "123457"),
      (99999.96, "100000"), (1.00004, "1.0000"), (1e-9, "1.0e-9"), (-2.5e20, "-2.5e20"), (0.99999999, "1.00000"),
    ] as [(Double, String)])
  func figuresHaveFiveDigits(value: Double, text: String) {
    #expect(TensorTable.figure(value) == text)
  }

  @Test func columnsAreAligned() {
    var bundle = TensorBundle()
    bundle.set("image_grid_thw", to: Tensor<Int64>([1, 22, 32], shape: [1, 3]))
    bundle.set("x", to: Tensor<Float>([-1, 0.5, .nan]))
    bundle.metadata["sample_rate"] = "16000"
    #expect(
      TensorTable(bundle).text == """
        name            dtype    shape   min      mean      max
        image_grid_thw  int64    [1, 3]    1    18.333       32
        x               float32  [3]      -1  -0.25000  0.50000  1 NaN
        sample_rate: 16000

        """)
  }

  @Test func namesMoveNoCursorAndForgeNoLines() throws {
    var bundle = TensorBundle()
    bundle.set("a\nb\u{1B}[31m\u{9B}é 現場", to: Tensor<UInt8>([1]))
    bundle.metadata["key\r"] = "value\u{2028}\t\u{7F}"
    let table = TensorTable(bundle)
    #expect(
      table.text == #"""
        name                        dtype  shape  min  mean  max
        a\nb\u{1B}[31m\u{009B}é 現場  uint8  [1]      1     1    1
        key\r: value\u{2028}\t\u{7F}

        """#)
    #expect(try table.jsonLines[0].contains(#""name":"a\nb\u001b[31m"#), "JSON has an escape of its own")
  }

  @Test func rowsAreJSONLines() throws {
    var bundle = TensorBundle()
    bundle.set("a/b", to: Tensor<UInt8>([1, 3]))
    #expect(
      try TensorTable(bundle).jsonLines == [#"{"dtype":"uint8","max":3,"mean":2,"min":1,"name":"a/b","shape":[2]}"#])
  }
}
