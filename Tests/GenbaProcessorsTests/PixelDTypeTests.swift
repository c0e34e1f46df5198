import GenbaCore
import GenbaMedia
import GenbaTestSupport
import GenbaVision
import Testing

@testable import GenbaProcessors

/// 16-bit pixel values are the float32 ones rounded, for every processor that there is.
@Suite struct PixelDTypeTests {
  private static let presets = Preset.all.filter { AutoProcessor($0).imageProcessor != nil }.map(\.name)

  @Test(arguments: presets)
  func sixteenBitsAreTheRoundedFloats(name: String) throws {
    let preset = try #require(Preset.named(name))
    let processor = try #require(AutoProcessor(preset).imageProcessor)
    let images = try ["photo-street.jpg", "photo-board.jpg"].map { try ImageDecoder.decode(TestAssets.media($0)) }
    let exact = try processor(images)
    let half = try processor(images, dtype: .float16)
    let brain = try processor(images, dtype: .bfloat16)
    #expect(half.names == exact.names && brain.names == exact.names)
    for (key, tensor) in exact {
      guard key.contains("pixel_values") || key == "images" else {
        #expect(half[key] == tensor && brain[key] == tensor, "\(key)")
        continue
      }
      let floats = try #require(tensor.as(Float.self))
      let halves = try #require(half.tensor(key, as: Float16.self))
      let brains = try #require(brain.tensor(key, as: BFloat16.self))
      #expect(halves.shape == floats.shape && brains.shape == floats.shape)
      let (source, halfSpan, brainSpan) = (floats.span, halves.span, brains.span)
      var wrong = 0
      for index in stride(from: 0, to: floats.count, by: 13) {
        if halfSpan[index] != Float16(source[index]) || brainSpan[index] != BFloat16(source[index]) { wrong += 1 }
      }
      #expect(wrong == 0, "\(key)")
    }
  }

  /// Bits of torch 2.11's `to(torch.float16)` and `to(torch.bfloat16)` of CLIP's red at 0, 1, 100 and 255.
  @Test func tablesRoundAsTorchDoes() {
    let half = Normalization.clip.table(of: Float16.self)
    #expect([0, 1, 100, 255].map { half[0, $0].bitPattern } == [0xBF2B, 0xBF1C, 0xB552, 0x3FB9])
    let brain = Normalization.clip.table(of: BFloat16.self)
    #expect([0, 1, 100, 255].map { brain[0, $0].bitPattern } == [0xBFE5, 0xBFE4, 0xBEAA, 0x3FF7])
  }
}
