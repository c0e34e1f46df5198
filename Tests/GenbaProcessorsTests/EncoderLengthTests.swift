import GenbaCore
import GenbaProcessors
import GenbaTestSupport
import Testing

/// How many positions encoders make of a sound, as transformers' models count them.
@Suite struct EncoderLengthTests {
  @Test(arguments: [
    ("wav2Vec2", EncoderLength.wav2Vec2), ("hubert", .wav2Vec2), ("moonshine", .moonshine), ("whisper", .whisper),
    ("speech2Text", .speech2Text), ("parakeet", .parakeet), ("seamlessM4T", .seamlessM4T),
  ])
  func lengthsAreThoseOfTransformers(name: String, length: EncoderLength) throws {
    let golden = try Golden(TestAssets.golden("encoder-lengths.safetensors"))
    let pairs = Array(try #require(golden.tensor(name, as: Int64.self))).map { Int($0) }
    #expect(pairs.count > 10)
    for index in stride(from: 0, to: pairs.count, by: 2) {
      #expect(length(pairs[index]) == pairs[index + 1], "\(name) of \(pairs[index])")
    }
    #expect(length(0) == 0 && length(-5) == 0)
  }

  @Test func tooFewSamplesMakeNone() {
    #expect(EncoderLength.wav2Vec2(399) == 0 && EncoderLength.wav2Vec2(400) == 1)
    #expect(EncoderLength.moonshine(100) == 0)
  }
}
