import GenbaCore
import GenbaTestSupport
import GenbaVision
import Testing

/// Alpha channels against Pillow's `paste` and qwen_vl_utils.
@Suite struct AlphaTests {
  private let golden: Golden
  private let rgba: Image
  private let la: Image

  init() throws {
    golden = try Golden(TestAssets.golden("alpha.safetensors"))
    rgba = Image(pixels: .uint8(try #require(golden.tensor("rgba", as: UInt8.self))), colorModel: .rgba)
    la = Image(pixels: .uint8(try #require(golden.tensor("la", as: UInt8.self))), colorModel: .grayAlpha)
  }

  @Test func compositesEqualPillows() {
    golden.expectMatches("rgba.white", rgba.applyingAlpha(.compositeOnWhite).tensor, within: 0)
    golden.expectMatches("rgba.black", rgba.applyingAlpha(.compositeOnBlack).tensor, within: 0)
    let orange = AlphaRule.composite(red: 1, green: 128 / 255, blue: 0)
    golden.expectMatches("rgba.orange", rgba.applyingAlpha(orange).tensor, within: 0)
    golden.expectMatches("la.white", la.applyingAlpha(.compositeOnWhite).tensor, within: 0)
  }

  @Test func qwenVLUtilsRuleIsItsOwn() {
    golden.expectMatches("rgba.qwen-vl-utils", rgba.convertedToRGBLikeQwenVLUtils().tensor, within: 0)
    golden.expectMatches("la.qwen-vl-utils", la.convertedToRGBLikeQwenVLUtils().tensor, within: 0)
    #expect(rgba.convertedToRGBLikeQwenVLUtils(isPalette: true).pixels == rgba.applyingAlpha(.drop).pixels)
  }

  @Test func keepAndDrop() {
    #expect(rgba.applyingAlpha(.keep) == rgba)
    let dropped = rgba.applyingAlpha(.drop)
    #expect(dropped.colorModel == .rgb && dropped.shape == [31, 29, 3])
    #expect(dropped.applyingAlpha(.compositeOnWhite) == dropped)
  }

  @Test func deepPicturesKeepTheirDepth() {
    let deep = Image(pixels: .uint16(Tensor([1000, 2000, 3000, 32768], shape: [1, 1, 4])), colorModel: .rgba)
    let white = deep.applyingAlpha(.compositeOnWhite)
    #expect(white.pixels == .uint16(Tensor([33267, 33767, 34267], shape: [1, 1, 3])))
    let float = Image(pixels: .float32(Tensor([0.5, 0.25], shape: [1, 1, 2])), colorModel: .grayAlpha)
    #expect(float.applyingAlpha(.compositeOnWhite).pixels == .float32(Tensor([0.875], shape: [1, 1, 1])))
  }
}
