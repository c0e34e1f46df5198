import Genba
import GenbaTestSupport
import Testing

@Suite struct ExamplesTests {
  @Test func quickStart() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/out.safetensors"
    let run = try Program(
      [
        TestAssets.media("machine-44k1-stereo.flac"), TestAssets.media("photo-tall.jpg"),
        TestAssets.media("line-h264.mp4"), output,
      ], of: "quick-start")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("float32 [1, 128, 3000]") && run.output.contains("6 frames at [0.0, 0.5"))
    #expect(
      try TensorBundle(contentsOf: output).names.sorted() == [
        "image_grid_thw", "pixel_values", "pixel_values_videos", "second_per_grid_ts", "video_grid_thw",
      ])
  }

  /// `make demo`'s script, with the program of this build.
  @Test func demo() throws {
    let folder = try TemporaryFolder()
    let script = TestAssets.root + "/../Examples/demo/run.sh"
    let run = try Program([script, try Program.find("genba"), folder.path], of: "/bin/sh")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("broken.flac"), "the broken file is named")
    #expect(run.output.contains("input_features") && run.output.contains("pixel_values_videos"))
    #expect(folder.contents.filter { $0.hasSuffix(".png") }.count == 4)
    #expect(run.output.contains("point_map") && run.output.contains("frame_mask"))
    #expect(folder.contents.filter { $0.hasPrefix("tensors/") && $0.hasSuffix(".safetensors") }.count == 4)
  }
}
