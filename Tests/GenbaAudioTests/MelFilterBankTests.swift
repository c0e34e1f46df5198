import FoundationEssentials
import GenbaAudio
import GenbaCore
import GenbaTestSupport
import Testing

@Suite struct MelFilterBankTests {
  /// The options of a golden's bank, under the names that `LogMelSpectrogram.Options` reads.
  private func bank(_ name: String, in golden: Golden) throws -> MelFilterBank {
    let json = try #require(golden.metadata["\(name).options"])
    let options = try JSONDecoder().decode(LogMelSpectrogram.Options.self, from: Data(json.utf8))
    return try MelFilterBank(
      sampleRate: options.sampleRate, nFFT: options.nFFT, nMels: options.nMels, fMin: options.fMin,
      fMax: options.fMax, melScale: options.melScale, norm: options.melNorm)
  }

  @Test(arguments: ["whisper-128", "librosa", "htk", "odd", "empty-bands"])
  func weightsAreThoseOfLibrosa(name: String) throws {
    let golden = try Golden(TestAssets.golden("mel-filter-banks.safetensors"))
    let bank = try bank(name, in: golden)
    golden.expectMatches(name, bank.weights, within: 1e-14)
    // The sums see what the sample does not: weights where there should be none.
    let binCount = bank.weights.shape[1]
    let sums = stride(from: 0, to: bank.weights.count, by: binCount).map { start in
      (start..<start + binCount).reduce(0) { $0 + bank.weights.span[$1] }
    }
    let expected = try #require(golden.tensor("\(name).sums", as: Double.self))
    expectClose(Tensor(sums), expected, within: 1e-12)
    #expect(bank.emptyBands == sums.indices.filter { sums[$0] == 0 })
    #expect(bank.emptyBands.isEmpty == (name != "empty-bands"))
  }

  @Test func slaneyScaleHasItsLandmarks() {
    expectClose([0, 500, 1000, 6400].map(MelScale.slaney.mels(fromHertz:)), [0, 7.5, 15, 42], within: 1e-12)
  }

  @Test func htkScaleHasItsLandmarks() {
    expectClose([0, 1000].map(MelScale.htk.mels(fromHertz:)), [0, 999.9855], within: 1e-4)
  }

  @Test(arguments: MelScale.allCases) func scalesAndTheirInversesAgree(scale: MelScale) {
    let frequencies = stride(from: 0.0, through: 24_000, by: 37).map { $0 }
    let back = frequencies.map { scale.hertz(fromMels: scale.mels(fromHertz: $0)) }
    expectClose(back, frequencies, within: 1e-9)
  }

  @Test func tipsAreTheCentres() throws {
    let bank = try MelFilterBank(sampleRate: 16_000, nFFT: 16_000, nMels: 10, norm: .none)
    for (band, center) in bank.centerFrequencies.enumerated() {
      // A bin each hertz: the one nearest to the tip is all but 1.
      #expect(bank.weights[band, Int(center.rounded())] > 0.99)
    }
  }

  @Test func impossibleBanksAreErrors() {
    let impossible: [() throws -> MelFilterBank] = [
      { try MelFilterBank(sampleRate: 0, nFFT: 400) },
      { try MelFilterBank(sampleRate: 16_000, nFFT: 1) },
      { try MelFilterBank(sampleRate: 16_000, nFFT: 400, nMels: 0) },
      { try MelFilterBank(sampleRate: 16_000, nFFT: 400, fMin: -1) },
      { try MelFilterBank(sampleRate: 16_000, nFFT: 400, fMin: 9000) },
      { try MelFilterBank(sampleRate: 16_000, nFFT: 400, fMin: .nan) },
      { try MelFilterBank(sampleRate: 16_000, nFFT: 400, fMax: .infinity) },
      { try MelFilterBank(sampleRate: 16_000, nFFT: 1 << 18, nMels: 4096) },
    ]
    for make in impossible {
      #expect { try make() } throws: { ($0 as? GenbaError)?.code == .invalidConfiguration }
    }
  }
}
