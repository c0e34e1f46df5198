import GenbaCore
import GenbaProcessors
import GenbaVision
import Testing

/// What the goldens of recordings do not show: batches, odd clips, inputs that cannot be.
@Suite struct QwenProcessorTests {
  private func picture(_ height: Int, _ width: Int, seed: Int = 0) -> Tensor<UInt8> {
    Tensor(
      (0..<height * width * 3).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ seed &* 31) }, shape: [height, width, 3])
  }

  private func frame(_ index: Int) -> Frame {
    Frame(pixels: picture(60, 80, seed: index), layout: .nhwc, ptsSeconds: Double(index), durationSeconds: 1)
  }

  @Test func aBatchIsItsPicturesOneAfterTheOther() throws {
    let processor = Qwen2VLImageProcessor(.qwen2VLImage)
    let images = [(56, 84), (200, 60), (56, 84)].enumerated().map {
      Image(rgb: picture($1.0, $1.1, seed: $0))
    }
    let batch = try processor(images)
    var pixels: [Float] = []
    var grids: [Int64] = []
    for image in images {
      let one = try processor(image)
      pixels += Array(try #require(one.tensor("pixel_values", as: Float.self)))
      grids += Array(try #require(one.tensor("image_grid_thw", as: Int64.self)))
    }
    #expect(batch.names == ["pixel_values", "image_grid_thw"])
    #expect(batch["image_grid_thw"]?.shape == [3, 3])
    #expect(batch.tensor("pixel_values", as: Float.self).map { Array($0) } == pixels)
    #expect(batch.tensor("image_grid_thw", as: Int64.self).map { Array($0) } == grids)
  }

  @Test func theCallersPictureIsNotWrittenTo() throws {
    let pixels = picture(56, 56)
    let copy = Tensor(Array(pixels), shape: pixels.shape)
    _ = try Qwen2VLImageProcessor(.qwen2VLImage)([Image(rgb: pixels), Image(rgb: picture(100, 100))])
    #expect(pixels == copy)
  }

  @Test func refusedPicturesAreNamed() {
    let processor = Qwen2VLImageProcessor(.qwen2VLImage)
    let none = #expect(throws: GenbaError.self) { try processor([]) }
    #expect(none?.code == .mismatchedInputs)
    let long = #expect(throws: GenbaError.self) {
      try processor([Image(rgb: picture(28, 28)), Image(rgb: picture(1, 300))])
    }
    #expect(long?.code == .mismatchedInputs && long?.message.contains("picture 1") == true)
    let empty = #expect(throws: GenbaError.self) {
      try processor(Image(rgb: Tensor(repeating: 0, shape: [0, 5, 3])))
    }
    #expect(empty?.code == .mismatchedInputs)
  }

  @Test func withoutResizingPatchesMustFit() throws {
    var configuration = QwenVisionConfiguration.qwen2VLImage
    configuration.doResize = false
    let processor = Qwen2VLImageProcessor(configuration)
    #expect(try processor(Image(rgb: picture(28, 56)))["pixel_values"]?.shape == [8, 1176])
    #expect(throws: GenbaError.self) { try processor(Image(rgb: picture(28, 57))) }
  }

  /// An odd clip is the even one with its last frame twice, and frames are asked for once each, in order.
  @Test func anOddClipRepeatsItsLastFrame() throws {
    let processor = Qwen2VLVideoProcessor(.qwen2VLVideo, emitsSecondPerGrid: true)
    let facts = VideoFacts(numFrames: 5, averageFPS: 10, height: 60, width: 80)
    let plan = try processor.plan(for: facts, sampling: .all)
    var asked: [Int] = []
    let odd = try processor(plan) { index throws(GenbaError) in
      asked.append(index)
      return frame(index)
    }
    #expect(asked == [0, 1, 2, 3, 4])
    #expect(odd.tensor("second_per_grid_ts", as: Float.self).map { Array($0) } == [0.2])
    var evenPlan = plan
    evenPlan.frameIndices.append(4)
    let even = try processor(evenPlan) { index throws(GenbaError) in frame(index) }
    #expect(odd["pixel_values_videos"] == even["pixel_values_videos"])
  }

  /// A temporal patch of two equal frames is what a picture gives.
  @Test func aStillClipIsAPicture() throws {
    var configuration = QwenVisionConfiguration.qwen2VLVideo
    (configuration.minPixels, configuration.maxPixels) = (3136, 1_003_520)
    let clip = Qwen2VLVideoProcessor(configuration, emitsSecondPerGrid: false)
    let plan = try clip.plan(
      for: VideoFacts(numFrames: 2, averageFPS: 10, height: 60, width: 80), sampling: .all)
    let video = try clip(plan) { _ throws(GenbaError) in frame(3) }
    let image = try Qwen2VLImageProcessor(.qwen2VLImage)(Image(rgb: picture(60, 80, seed: 3)))
    #expect(video["pixel_values_videos"] == image["pixel_values"])
    #expect(video["video_grid_thw"] == image["image_grid_thw"])
  }

  @Test func refusedFramesAndPlansAreErrors() throws {
    let processor = Qwen3VLVideoProcessor(.qwen3VLVideo)
    let plan = try processor.plan(
      for: VideoFacts(numFrames: 10, averageFPS: 10, height: 60, width: 80), sampling: .hf)
    let failing = #expect(throws: GenbaError.self) {
      try processor(plan) { _ throws(GenbaError) in throw GenbaError(.corruptData, "a broken frame") }
    }
    #expect(failing?.code == .corruptData)
    let planar = Frame(
      pixels: Tensor(repeating: 0, shape: [3, 60, 80]), layout: .nchw, ptsSeconds: 0, durationSeconds: 1)
    let layout = #expect(throws: GenbaError.self) { try processor(plan) { _ throws(GenbaError) in planar } }
    #expect(layout?.code == .mismatchedInputs && layout?.message.contains(".nhwc") == true)
    var wrong = plan
    wrong.gridTHW[0] += 1
    let error = #expect(throws: GenbaError.self) { try processor(wrong) { i throws(GenbaError) in frame(i) } }
    #expect(error?.code == .mismatchedInputs)
  }
}
