import GenbaCore
import GenbaTestSupport
import Testing

@testable import GenbaProcessors

/// Frame indices against a table from the references' own functions: 20 lengths at 12 frame rates, and clips whose
/// indices depend on the last bit of torch's arithmetic.
@Suite struct FrameSamplingTests {
  let golden: Golden

  init() throws { golden = try Golden(TestAssets.golden("frame-sampling.safetensors")) }

  @Test func qwen2VLInTransformers() throws {
    try expectIndices("hf.qwen2_vl") { video throws(GenbaError) in
      var configuration = QwenVisionConfiguration.qwen2VLVideo
      configuration.fps = 2
      return try video.qwen2VLIndices(configuration)
    }
  }

  @Test func qwen3VLInTransformers() throws {
    try expectIndices("hf.qwen3_vl") { video throws(GenbaError) in video.qwen3VLIndices(.qwen3VLVideo) }
  }

  @Test func qwenVLUtils() throws {
    try expectIndices("qwen_vl_utils") { video throws(GenbaError) in try video.qwenVLUtilsIndices(fps: 2) }
  }

  private func expectIndices(
    _ rule: String, sourceLocation: SourceLocation = #_sourceLocation,
    indices: (VideoFacts) throws(GenbaError) -> [Int]
  ) throws {
    let totals = Array(try #require(golden.tensor("total_num_frames", as: Int32.self))).map(Int.init)
    let rates = Array(try #require(golden.tensor("fps", as: Double.self)))
    let offsets = Array(try #require(golden.tensor("\(rule).offsets", as: Int32.self))).map(Int.init)
    let all = Array(try #require(golden.tensor("\(rule).indices", as: Int32.self))).map(Int.init)
    #expect(totals.count > 250)
    for (clip, (total, fps)) in zip(totals, rates).enumerated() {
      var expected: [Int]? = Array(all[offsets[clip]..<offsets[clip + 1]])
      // Where the reference refuses the clip, so must Genba. Where float32 steps take it one frame beyond the end,
      // and it fails while decoding, Genba takes those before.
      if expected == [] { expected = nil }
      if expected?.last == total { expected?.removeLast() }
      let result = try? indices(VideoFacts(numFrames: total, averageFPS: fps, height: 240, width: 320))
      #expect(result == expected, "\(total) frames at \(fps)", sourceLocation: sourceLocation)
    }
  }
}
