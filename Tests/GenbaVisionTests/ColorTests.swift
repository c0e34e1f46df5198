import GenbaCore
import GenbaStorage
import GenbaTestSupport
import GenbaVision
import Testing

/// Gray, HSV and Lab against OpenCV and Pillow.
@Suite struct ColorTests {
  private let golden: Golden
  private let pixels: Tensor<UInt8>
  private let values: Tensor<Float>

  init() throws {
    golden = try Golden(TestAssets.golden("color.safetensors"))
    pixels = try #require(golden.tensor("pixels", as: UInt8.self))
    values = try #require(golden.tensor("values", as: Float.self))
  }

  @Test func eightBitsEqualOpenCVs() {
    golden.expectMatches("hsv8", pixels.convertedToHSV(), within: 0)
    golden.expectMatches("lab8", pixels.convertedToLab(), within: 0)
  }

  /// All colours of 8 bits, but for red only every third level.
  @Test func everyColourEqualsOpenCVs() {
    let every = Tensor<UInt8>(shape: [86 * 256, 256, 3]) { output in
      for red in stride(from: UInt8(0), through: 255, by: 3) {
        for green in UInt8.min...UInt8.max {
          for blue in UInt8.min...UInt8.max {
            output.append(red)
            output.append(green)
            output.append(blue)
          }
        }
      }
    }
    for (name, converted) in [("hsv8", every.convertedToHSV()), ("lab8", every.convertedToLab())] {
      var checksum = CRC32()
      checksum.update(AnyTensor(converted).bytes)
      golden.expectMatches("all.\(name).crc32", Tensor([Int64(checksum.value)]), within: 0)
    }
  }

  @Test func floatsAreNearOpenCVsAndTheDefinition() {
    golden.expectMatches("hsv32", values.convertedToHSV(), within: 1e-4)
    golden.expectMatches("lab64", values.convertedToLab(), within: 2e-5)
    golden.expectMatches("lab32", values.convertedToLab(), within: 0.7)
  }

  @Test func grayIsAsTheRuleSays() throws {
    let image = Image(rgb: pixels)
    for rule in GrayRule.allCases {
      golden.expectMatches("gray8.\(rule)", image.convertedToGray(rule).tensor, within: 0)
    }
    let wide = Array(try #require(golden.tensor("wide", as: Int64.self))).map { UInt16($0) }
    let deep = Image(pixels: .uint16(Tensor(wide, shape: [9, 11, 3])), colorModel: .rgb).convertedToGray()
    guard case .uint16(let gray) = deep.pixels else { return #expect(Bool(false), "16 bits stay") }
    golden.expectMatches("gray16", Tensor(Array(gray).map { Int64($0) }, shape: gray.shape), within: 0)
    golden.expectMatches(
      "gray32", Image(pixels: .float32(values), colorModel: .rgb).convertedToGray().tensor, within: 2e-7)
  }

  @Test func grayKeepsAlphaAndItself() {
    let rgba = Image(pixels: .uint8(Tensor([255, 255, 255, 7], shape: [1, 1, 4])), colorModel: .rgba)
    #expect(rgba.convertedToGray().pixels == .uint8(Tensor([255, 7], shape: [1, 1, 2])))
    let gray = Image(pixels: .uint8(Tensor([3], shape: [1, 1, 1])), colorModel: .gray)
    #expect(gray.convertedToGray() == gray)
    let inks = Image(pixels: .uint8(Tensor([0, 0, 0, 255], shape: [1, 1, 4])), colorModel: .cmyk)
    #expect(inks.convertedToGray().pixels == .uint8(Tensor([0], shape: [1, 1, 1])))
  }
}
