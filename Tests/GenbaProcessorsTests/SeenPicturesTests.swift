import GenbaCore
import GenbaVision
import Testing

@testable import GenbaProcessors

/// From pixels to a model's input and back: what was resized to its own size must come back bit for bit.
@Suite struct SeenPicturesTests {
  private func picture(_ height: Int, _ width: Int) -> Image {
    Image(
      rgb: Tensor((0..<height * width * 3).map { UInt8(truncatingIfNeeded: $0 &* 41) }, shape: [height, width, 3]))
  }

  @Test(arguments: PixelDType.allCases)
  func patchesBecomeThePictures(dtype: PixelDType) throws {
    let processor = Qwen2VLImageProcessor(.qwen2VLImage)
    let images = [picture(112, 84), picture(56, 140)]
    let seen = try #require(SeenPictures(try processor(images, dtype: dtype)))
    #expect(seen.pictures.map(\.shape) == [[112, 84, 3], [56, 140, 3]])
    for (pixels, image) in zip(seen.pictures, images) {
      let difference = zip(Array(pixels), Array(image.rgbPixels)).map { abs(Int($0) - Int($1)) }.max()
      // bfloat16 has 8 bits, and values go up to 2.1: a step is up to two levels.
      #expect(try #require(difference) <= (dtype == .bfloat16 ? 2 : 0))
    }
    #expect(seen.labels == ["0: 6x8 patches of 14", "1: 10x4 patches of 14"])
  }

  @Test func naFlexBecomesThePicture() throws {
    let image = picture(256, 256)
    let seen = try #require(SeenPictures(try Siglip2ImageProcessor()(image)))
    #expect(seen.pictures == [image.rgbPixels])
  }

  @Test func planesBecomeThePictures() throws {
    let image = picture(224, 224)
    let clip = try EncoderImageProcessor(.clip)([image, image])
    let seen = try #require(SeenPictures(clip))
    #expect(seen.pictures == [image.rgbPixels, image.rgbPixels] && seen.labels == ["0: 224x224", "1: 224x224"])
    // A file from elsewhere does not say how it was normalised; the values fit CLIP's range and not SigLIP's.
    var bare = clip
    bare.metadata = [:]
    #expect(SeenPictures(bare)?.pictures == seen.pictures)
  }

  /// Tiles come in their order; what fills a batch up is left out.
  @Test func tilesAreSeenOneByOne() throws {
    let tensors = try LlavaOnevisionImageProcessor()([picture(384, 384), picture(384, 768)])
    let seen = try #require(SeenPictures(tensors))
    #expect(tensors["pixel_values"]?.shape == [2, 3, 3, 384, 384] && seen.pictures.count == 5)
    #expect(seen.pictures[1] == picture(384, 384).rgbPixels)
    let smolVLM = try #require(SeenPictures(try SmolVLMImageProcessor()(picture(300, 600))))
    #expect(smolVLM.columns == 4 && smolVLM.pictures.count == 9)
  }

  @Test func otherTensorsAreNoPictures() {
    var bundle = TensorBundle()
    #expect(SeenPictures(bundle) == nil)
    bundle.set("input_features", to: Tensor<Float>(repeating: 0, shape: [1, 3, 80, 80]))
    #expect(SeenPictures(bundle) == nil)
    // Patches whose grid is missing, or claims more than there are.
    bundle.set("pixel_values", to: Tensor<Float>(repeating: 0, shape: [4, 1176]))
    #expect(SeenPictures(bundle) == nil)
    bundle.set("image_grid_thw", to: Tensor<Int64>([1, 2, 1 << 62], shape: [1, 3]))
    #expect(SeenPictures(bundle) == nil)
    bundle.set("image_grid_thw", to: Tensor<Int64>([1, 4, 4], shape: [1, 3]))
    #expect(SeenPictures(bundle) == nil)
  }
}
