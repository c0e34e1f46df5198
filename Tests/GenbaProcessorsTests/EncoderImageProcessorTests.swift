import GenbaCore
import GenbaVision
import Testing

@testable import GenbaProcessors

/// What the goldens do not show: batches, refused pictures, limits.
@Suite struct EncoderImageProcessorTests {
  private func picture(_ height: Int, _ width: Int, seed: Int = 0) -> Image {
    Image(
      rgb: Tensor(
        (0..<height * width * 3).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ seed &* 31) }, shape: [height, width, 3]))
  }

  @Test(arguments: [EncoderImageProcessor.Configuration.clip, .vit, .dinov3, .convNext])
  func aBatchIsItsPicturesOneAfterTheOther(configuration: EncoderImageProcessor.Configuration) throws {
    let processor = EncoderImageProcessor(configuration)
    let images = [picture(56, 84), picture(200, 60, seed: 1), picture(300, 300, seed: 2)]
    let batch = try #require(try processor(images).tensor("pixel_values", as: Float.self))
    let side = batch.shape[3]
    #expect(batch.shape == [3, 3, side, side])
    var single: [Float] = []
    for image in images { single += Array(try #require(try processor(image).tensor("pixel_values", as: Float.self))) }
    #expect(Array(batch) == single)
  }

  @Test func aPatchOfNaFlexIsItsPixels() throws {
    var processor = Siglip2ImageProcessor()
    processor.doResize = false
    processor.normalization = Normalization(
      doRescale: false, doNormalize: false, imageMean: [0, 0, 0], imageStd: [1, 1, 1])
    let image = picture(33, 49)
    let tensors = try processor([image, picture(16, 16)])
    let values = try #require(tensors.tensor("pixel_values", as: Float.self))
    #expect(values.shape == [2, 256, 768])
    // Patch 4 is the second of the second row; its pixel (3, 5), green.
    #expect(values[0, 4, 3 * 48 + 5 * 3 + 1] == Float(image.rgbPixels[19, 21, 1]))
    #expect(values[0, 6, 0] == 0 && values[1, 1, 0] == 0)
    #expect(tensors.tensor("spatial_shapes", as: Int64.self).map { Array($0) } == [2, 3, 1, 1])
    let mask = try #require(tensors.tensor("pixel_attention_mask", as: Int32.self))
    #expect((0..<256).map { mask[0, $0] } == (0..<256).map { $0 < 6 ? 1 : 0 })
    #expect(throws: GenbaError.self) { try processor(picture(300, 300)) }
    #expect(throws: GenbaError.self) { try processor(picture(15, 300)) }
  }

  @Test func refusedPicturesAreNamed() {
    let empty = #expect(throws: GenbaError.self) {
      try EncoderImageProcessor(.clip)(Image(rgb: Tensor(repeating: 0, shape: [0, 5, 3])))
    }
    #expect(empty?.code == .mismatchedInputs)
    #expect(throws: GenbaError.self) { try EncoderImageProcessor(.clip)([]) }
    #expect(throws: GenbaError.self) { try Siglip2ImageProcessor()([]) }
    var uncropped = EncoderImageProcessor.Configuration.clip
    uncropped.doCenterCrop = false
    uncropped.rescalesFirst = true
    let unequal = #expect(throws: GenbaError.self) {
      try EncoderImageProcessor(uncropped)([picture(20, 30), picture(20, 31)])
    }
    #expect(unequal?.code == .mismatchedInputs && unequal?.message.hasPrefix("picture 1: ") == true)
    var vanishing = EncoderImageProcessor.Configuration.vit
    vanishing.size = .fit(maxHeight: 10, maxWidth: 10)
    #expect(throws: GenbaError.self) { try EncoderImageProcessor(vanishing)(picture(100, 2)) }
  }

  /// Where a model gives pictures no common size, each is a tensor of its own, as it would be alone.
  @Test func unequalPicturesAreAList() throws {
    var uncropped = EncoderImageProcessor.Configuration.clip
    uncropped.doCenterCrop = false
    let processor = EncoderImageProcessor(uncropped)
    let images = [picture(20, 30), picture(20, 50, seed: 3)]
    let tensors = try processor(images)
    #expect(tensors.names == ["pixel_values.0", "pixel_values.1"])
    for (index, image) in images.enumerated() {
      let alone = try #require(try processor(image).tensor("pixel_values", as: Float.self))
      let listed = try #require(tensors.tensor("pixel_values.\(index)", as: Float.self))
      #expect(Array(listed) == Array(alone) && listed.shape == Array(alone.shape.dropFirst()))
    }
  }

  /// The shortest edge of a line of pixels would make a picture of many gigabytes.
  @Test func picturesThatGrowWithoutBoundAreRefused() {
    let error = #expect(throws: GenbaError.self) {
      try EncoderImageProcessor(.clip)(Image(rgb: Tensor(repeating: 0, shape: [1, 5000, 3])))
    }
    #expect(error?.code == .limitExceeded)
  }

  /// Sizes by the functions of transformers, at the points where they round.
  @Test func sizesAreRoundedAsInTransformers() throws {
    func size(
      _ size: EncoderImageProcessor.Configuration.Size, _ height: Int, _ width: Int
    ) -> [Int] {
      let resized = size.resized(height: height, width: width)
      return [resized.height, resized.width]
    }
    #expect(size(.shortestEdge(224), 480, 640) == [224, 298])
    #expect(size(.shortestEdge(224), 641, 481) == [298, 224])
    #expect(size(.shortestEdge(800, longest: 1333), 480, 640) == [800, 1066])
    #expect(size(.shortestEdge(800, longest: 1333), 300, 1000) == [400, 1333])
    #expect(size(.fit(maxHeight: 50, maxWidth: 50), 100, 200) == [25, 50])
    #expect(size(.fit(maxHeight: 200, maxWidth: 500), 100, 200) == [200, 400])
  }
}
