import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

/// The constant-Q transform against librosa's in float64, resampled by the same soxr in float32.
@Suite struct CQTTests {
  private let golden: Golden
  private let sound: AudioSamples

  init() throws {
    golden = try Golden(TestAssets.golden("bands.safetensors"))
    sound = AudioSamples(mono: Array(try #require(golden.tensor("samples", as: Float.self))), sampleRate: 22_050)
  }

  /// Within a millionth of the largest value: 8.6 where bins are scaled, 480 and 7,600 where they are not.
  @Test(arguments: [
    ("cqt", 8e-6), ("cqt-options", 8e-3), ("cqt-odd-hop", 8e-6), ("cqt-early", 8e-6), ("cqt-early-unscaled", 4e-4),
    ("cqt-one-bin", 8e-6),
  ])
  func valuesAreThoseOfLibrosa(name: String, tolerance: Double) throws {
    let json = try #require(golden.metadata["\(name).options"])
    let options = try JSONDecoder().decode(CQT.Options.self, from: Data(json.utf8))
    #expect(try JSONDecoder().decode(CQT.Options.self, from: JSONEncoder().encode(options)) == options)
    let cqt = try CQT(options)
    golden.expectMatches("\(name).complex", try cqt(sound), within: tolerance)
    golden.expectMatches(name, try cqt.magnitude(sound), within: tolerance)
  }

  @Test func soundsOfAnyLength() throws {
    let cqt = try CQT(.init(sampleRate: 22_050, nBins: 60))
    // The lower rate rounds up, so that 511 samples have a second frame, as in librosa.
    for (count, frames) in [(0, 1), (1, 1), (511, 2), (512, 2), (5000, 10)] {
      let part = AudioSamples(mono: Array(Array(sound.samples)[..<count]), sampleRate: 22_050)
      #expect(try cqt.magnitude(part).shape == [60, frames])
    }
    let error = #expect(throws: GenbaError.self) { try cqt(AudioSamples(mono: [0], sampleRate: 16_000)) }
    #expect(error?.code == .mismatchedInputs)
  }

  @Test(arguments: [
    (#"{"n_bins": 120}"#, "half the sample rate"), (#"{"fmin": 0}"#, "fmin"), (#"{"sparsity": 1}"#, "sparsity"),
    (#"{"hop_length": 0}"#, "hop_length"), (#"{"fmin": 0.01, "n_bins": 12}"#, "window"),
    (#"{"filter_scale": 0}"#, "filter_scale"),
  ])
  func optionsOutOfRange(json: String, word: String) throws {
    let options = try JSONDecoder().decode(CQT.Options.self, from: Data(json.utf8))
    #expect { try CQT(options) } throws: {
      ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
    }
  }
}
