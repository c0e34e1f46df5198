import FoundationEssentials
import GenbaAudio
import GenbaCore
import Testing

@Suite struct LogMelOptionsTests {
  private func decode(_ json: String) throws -> LogMelSpectrogram.Options {
    try JSONDecoder().decode(LogMelSpectrogram.Options.self, from: Data(json.utf8))
  }

  @Test func anEmptyObjectIsTheDefaults() throws {
    #expect(try decode("{}") == LogMelSpectrogram.Options())
  }

  @Test func theHopFollowsTheWindow() throws {
    #expect(try decode(#"{"n_fft": 1024}"#).hopLength == 256)
    #expect(try decode(#"{"n_fft": 1024, "win_length": 400}"#).hopLength == 100)
    #expect(try decode(#"{"n_fft": 1024, "hop_length": 7}"#).hopLength == 7)
  }

  @Test func optionsComeBackFromJSON() throws {
    let options = LogMelSpectrogram.Options(
      sampleRate: 48_000, nFFT: 512, winLength: 400, hopLength: 160, window: .hamming, center: false,
      padMode: .reflect, power: 1, nMels: 64, fMin: 20, fMax: 7600, melScale: .htk, melNorm: .none, log: .ln,
      floor: 1e-5, topDB: nil)
    let json = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(LogMelSpectrogram.Options.self, from: json) == options)
  }

  @Test func optionsOutOfRangeAreErrorsThatNameThem() {
    let invalid: [(LogMelSpectrogram.Options, word: String)] = [
      (.init(nFFT: 0), "n_fft"),
      (.init(nFFT: 1), "n_fft"),
      (.init(nFFT: -400), "n_fft"),
      (.init(nFFT: .max), "n_fft"),
      (.init(nFFT: 400, winLength: 401), "win_length"),
      (.init(nFFT: 400, winLength: 0), "win_length"),
      (.init(hopLength: 0), "hop_length"),
      (.init(hopLength: .max), "hop_length"),
      (.init(power: 3), "power"),
      (.init(nMels: 0), "n_mels"),
      (.init(floor: 0), "floor"),
      (.init(floor: 1e-40), "floor"),
      (.init(floor: .nan), "floor"),
      (.init(floor: .infinity), "floor"),
      (.init(topDB: -1), "top_db"),
      (.init(topDB: .nan), "top_db"),
      (.init(sampleRate: 0), "sample_rate"),
      (.init(fMin: 100, fMax: 50), "f_min"),
    ]
    for (options, word) in invalid {
      #expect("\(word)") {
        _ = try LogMelSpectrogram(options)
      } throws: {
        ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
      }
    }
  }
}
