import GenbaTestSupport
import Testing

@testable import Genba
@testable import GenbaCLI

/// What a report shows of tensors that are made for a model and not for the eye.
@Suite struct ReportThumbnailTests {
  /// Put together, the patches are the picture that the model's processor cut up: the resized one, normalised.
  @Test func patchesBecomeThePictureAgain() throws {
    let image = try ImageDecoder.decode(TestAssets.media("photo-board.jpg"))
    let preset = try #require(Preset.named("qwen2.5-vl"))
    let processor = try #require(AutoProcessor(preset).imageProcessor)
    let bundle = try processor([image])
    let counts = try #require(bundle.tensor("image_grid_thw", as: Int64.self))
    let grid = Array(counts).map(Int.init)
    let values = try #require(bundle["pixel_values"])
    let shown = try #require(values.assembled(name: "pixel_values", in: bundle)?.as(Float.self))
    #expect(shown.shape == [1, 3, 14 * grid[1], 14 * grid[2]])
    let half = try OutputDType.float16.cast(values)
    #expect(half.assembled(name: "pixel_values", in: bundle)?.shape == shown.shape)

    let resized = PictureResize(width: shown.shape[3], height: shown.shape[2])(image.convertedToRGB())
    let (mean, deviation): ([Float], [Float]) = (
      [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
    )
    var worst: Float = 0
    for channel in 0..<3 {
      for pixel in 0..<resized.shape[0] * resized.shape[1] {
        let expected = (Float(resized.span[3 * pixel + channel]) / 255 - mean[channel]) / deviation[channel]
        worst = max(worst, abs(shown.span[channel * resized.shape[0] * resized.shape[1] + pixel] - expected))
      }
    }
    #expect(worst < 1e-5)
    #expect(values.assembled(name: "pixel_values", in: TensorBundle()) == nil)
  }

  @Test func paddingIsLeftAway() {
    func row(_ values: [Float]) -> AnyTensor {
      AnyTensor(
        Tensor<Float>(shape: [1, 2, values.count]) { out in for _ in 0..<2 { for v in values { out.append(v) } } })
    }
    #expect(row([1, 2, 3, 0, 0, 0]).withoutPadding == row([1, 2, 3]))
    #expect(row([1, 2, 0, 3]).withoutPadding == row([1, 2, 0, 3]))
    #expect(row([0, 0, 0, 0]).withoutPadding == row([0, 0, 0, 0]), "silence is shown as it is")
    #expect(row([.nan, .nan]).withoutPadding.shape == [1, 2, 2])
  }
}
