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

  /// The same frames, bit for bit, whatever the blocks, and in memory that does not grow.
  @Test(arguments: ["cqt", "cqt-options", "cqt-odd-hop", "cqt-early", "cqt-early-unscaled"])
  func blocksOfAnySize(name: String) throws {
    let json = try #require(golden.metadata["\(name).options"])
    let options = try JSONDecoder().decode(CQT.Options.self, from: Data(json.utf8))
    let values = Array(sound.samples)
    for (output, most) in [(STFT.Output.complex, 20_000), (.magnitude, 700), (.power, 5000)] {
      let cqt = try CQT(options, output: output)
      let whole = try cqt.frames(of: sound)
      var random = SeededRandom(state: 3)
      var stream = FeatureStream(cqt)
      var (parts, start) = ([Tensor<Float>](), 0)
      while start < values.count {
        let end = min(start + Int.random(in: 0...most, using: &random), values.count)
        parts.append(try stream.push(AudioSamples(mono: Array(values[start..<end]), sampleRate: 22_050)))
        start = end
      }
      parts.append(try stream.finish())
      #expect(parts.dropLast().contains { $0.shape[1] > 0 } || values.count < 60_000)
      let rows = (0..<cqt.options.nBins).flatMap { row in
        parts.flatMap { part -> ArraySlice<Float> in
          let width = part.count / cqt.options.nBins
          return Array(part)[row * width..<(row + 1) * width]
        }
      }
      #expect(rows == Array(whole), "\(output)")
    }
    #expect(try CQT(options, output: .magnitude).frames(of: sound) == CQT(options).magnitude(sound))
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
