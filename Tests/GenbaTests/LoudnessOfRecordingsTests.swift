import Genba
import GenbaTestSupport
import Testing

/// Recordings as FFmpeg's ebur128 and silencedetect measure them.
@Suite struct LoudnessOfRecordingsTests {
  static let sounds = ["machine-44k1-stereo.flac", "speech-16k.wav", "long-16k.flac", "s24.wav"]

  @Test(arguments: sounds) func loudnessEqualsFFmpegs(name: String) throws {
    let golden = try Golden(TestAssets.golden("loudness.safetensors"))
    let loudness = try Loudness(AudioDecoder(TestAssets.media(name)).allSamples())
    // FFmpeg prints three digits, and rounds the integrated loudness to 0.01.
    golden.expectMatches("\(name)/momentary", Tensor(loudness.momentary), within: 0.001)
    golden.expectMatches("\(name)/short_term", Tensor(loudness.shortTerm), within: 0.001)
    golden.expectMatches("\(name)/integrated", Tensor([loudness.integrated]), within: 0.011)
  }

  @Test(arguments: sounds) func silenceEqualsFFmpegs(name: String) throws {
    let golden = try Golden(TestAssets.golden("loudness.safetensors"))
    let audio = try AudioDecoder(TestAssets.media(name)).allSamples()
    let silences = SilenceDetector(.init(threshold: -40, minimumSeconds: 0.05))(audio)
    let times = silences.flatMap { [$0.lowerBound, $0.upperBound] }
    // FFmpeg prints six digits.
    golden.expectMatches("\(name)/silence", Tensor(times, shape: [silences.count, 2]), within: 1e-5)
  }
}
