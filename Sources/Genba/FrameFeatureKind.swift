internal import FoundationEssentials
internal import GenbaAudio
internal import GenbaCore

/// Which feature of frames, by the name that `genba audio --feature` has for it; its options come as JSON with the names of
/// its reference.
public enum FrameFeatureKind: String, Sendable, CaseIterable {
  case stft
  case stftMagnitude = "stft-magnitude"
  case stftPower = "stft-power"
  case mel
  case logMel = "log-mel"
  case mfcc
  case pcen
  case chroma
  case cqt
  case cqtComplex = "cqt-complex"
  case kaldiFbank = "kaldi-fbank"
  case spectralShape = "spectral-shape"
  case spectralFlux = "spectral-flux"
  case onsetStrength = "onset-strength"
  case rms
  case zeroCrossingRate = "zero-crossing-rate"

  /// A feature that is ready to be computed of sounds of one rate.
  package struct Computation: Sendable {
    /// From one frame to the next, in samples.
    package var hopLength: Int
    package var bands = Bands.none
    /// Of complex spectra, for the way back.
    var stft: STFT.Options?
    package var compute: @Sendable (AudioSamples) throws(GenbaError) -> AnyTensor
  }

  /// What the rows of [rows, frames] are, for a picture.
  package enum Bands: Sendable {
    case none
    /// In hertz, and what makes decibels of the values, if that shows more of them.
    case frequencies([Double], Strength)
    /// Pitch classes.
    case classes(Int)
    /// Coefficients; the first is that of loudness, whose values are far from the others'.
    case coefficients(Int)
    /// Kaldi's bands, in the columns of [frames, bands].
    case columns(Int, unit: String)
  }

  /// What values are.
  package enum Strength: Sendable { case power, magnitude, logarithmic(unit: String) }

  /// The rate for which options are tried before it is known: a high one, at which no band is too high.
  package var largestRate: Int { self == .cqt || self == .cqtComplex ? 96_000 : 1_000_000 }

  /// The feature of a sound of that rate. The rate in the options is that of the sound.
  package func computation(_ json: String?, sampleRate: Int) throws(GenbaError) -> Computation {
    switch self {
    case .stft, .stftMagnitude, .stftPower: return try spectrum(json, sampleRate: sampleRate)
    case .mel, .logMel, .mfcc, .pcen, .onsetStrength: return try bands(json, sampleRate: sampleRate)
    case .chroma:
      var options = try options(json, or: Chroma.Options())
      options.sampleRate = sampleRate
      let chroma = try Chroma(options)
      return Computation(hopLength: options.stft.hopLength, bands: .classes(options.nChroma)) {
        audio throws(GenbaError) in AnyTensor(try chroma(audio))
      }
    case .cqt, .cqtComplex:
      var options = try options(json, or: CQT.Options())
      options.sampleRate = sampleRate
      let cqt = try CQT(options)
      let bands = self == .cqt ? Bands.frequencies(cqt.frequencies, .magnitude) : .none
      return Computation(hopLength: options.hopLength, bands: bands) { audio throws(GenbaError) in
        AnyTensor(self == .cqt ? try cqt.magnitude(audio) : try cqt(audio))
      }
    case .kaldiFbank:
      var options = try options(json, or: KaldiFbank.Options())
      options.sampleRate = sampleRate
      let fbank = try KaldiFbank(options)
      let bands = Bands.columns(
        fbank.columnCount, unit: options.useLog ? "ln" : options.usePower ? "power" : "magnitude")
      return Computation(hopLength: options.frameShift, bands: bands) { audio throws(GenbaError) in
        AnyTensor(try fbank(audio))
      }
    case .spectralShape:
      let features = try SpectralFeatures(options(json, or: SpectralFeatures.Options()))
      return Computation(hopLength: features.options.stft.hopLength) { audio throws(GenbaError) in
        AnyTensor(try features.frames(of: audio))
      }
    case .spectralFlux:
      let flux = try SpectralFlux(options(json, or: SpectralFlux.Options()))
      return Computation(hopLength: flux.options.stft.hopLength) { audio throws(GenbaError) in
        AnyTensor(try flux(audio))
      }
    case .rms, .zeroCrossingRate:
      let statistics = try FrameStatistics(options(json, or: FrameStatistics.Options()))
      return Computation(hopLength: statistics.options.hopLength) { audio throws(GenbaError) in
        AnyTensor(self == .rms ? try statistics.rms(audio) : try statistics.zeroCrossingRate(audio))
      }
    }
  }

  private func spectrum(_ json: String?, sampleRate: Int) throws(GenbaError) -> Computation {
    let typed = try options(json, or: TypedSTFTOptions())
    let output: STFT.Output = self == .stft ? .complex : self == .stftMagnitude ? .magnitude : .power
    let hertz = (0...typed.stft.nFFT / 2).map { Double($0) * Double(sampleRate) / Double(typed.stft.nFFT) }
    let bands: Bands =
      self == .stft ? .none : .frequencies(hertz, self == .stftMagnitude ? .magnitude : .power)
    let complex = self == .stft ? typed.stft : nil
    if typed.dtype == .float64 {
      let stft = try DoubleSTFT(typed.stft, output: output)
      return Computation(hopLength: typed.stft.hopLength, bands: bands, stft: complex) { audio throws(GenbaError) in
        AnyTensor(try stft(audio))
      }
    }
    let stft = try STFT(typed.stft, output: output)
    return Computation(hopLength: typed.stft.hopLength, bands: bands, stft: complex) { audio throws(GenbaError) in
      AnyTensor(try stft.frames(of: audio))
    }
  }

  private func bands(_ json: String?, sampleRate: Int) throws(GenbaError) -> Computation {
    switch self {
    case .mel:
      var options = try options(json, or: MelSpectrogram.Options())
      options.sampleRate = sampleRate
      let mel = try MelSpectrogram(options)
      return Computation(
        hopLength: options.hopLength,
        bands: .frequencies(mel.melFilterBank.centerFrequencies, options.power == 1 ? .magnitude : .power)
      ) { audio throws(GenbaError) in AnyTensor(try mel(audio)) }
    case .mfcc:
      var options = try options(json, or: MFCC.Options())
      options.mel.sampleRate = sampleRate
      let mfcc = try MFCC(options)
      return Computation(hopLength: options.mel.hopLength, bands: .coefficients(options.nMFCC)) {
        audio throws(GenbaError) in AnyTensor(try mfcc(audio))
      }
    case .pcen:
      var options = try options(json, or: PCEN.Options())
      options.mel.sampleRate = sampleRate
      let pcen = try PCEN(options)
      let mel = try MelSpectrogram(options.mel)
      return Computation(
        hopLength: options.mel.hopLength,
        bands: .frequencies(mel.melFilterBank.centerFrequencies, .logarithmic(unit: "PCEN"))
      ) { audio throws(GenbaError) in AnyTensor(try pcen(audio)) }
    default:
      var options = try options(json, or: LogMelSpectrogram.Options())
      options.sampleRate = sampleRate
      if self == .onsetStrength {
        let strength = try OnsetStrength(options)
        return Computation(hopLength: options.hopLength) { audio throws(GenbaError) in
          AnyTensor(try strength(audio))
        }
      }
      let logMel = try LogMelSpectrogram(options)
      let unit = options.log == .decibels ? "dB" : options.log == .none ? "" : options.log.rawValue
      return Computation(
        hopLength: options.hopLength,
        bands: .frequencies(logMel.melFilterBank.centerFrequencies, .logarithmic(unit: unit))
      ) { audio throws(GenbaError) in AnyTensor(try logMel(audio)) }
    }
  }

  private func options<Options: Codable>(_ json: String?, or standard: Options) throws(GenbaError) -> Options {
    try FeatureOptions(feature: rawValue).read(json, or: standard)
  }
}

/// Options of an STFT, and in which precision it is computed.
private struct TypedSTFTOptions: Codable {
  var stft = STFT.Options()
  var dtype = Precision.float32

  private enum CodingKeys: String, CodingKey { case dtype }

  init() {}

  init(from decoder: any Decoder) throws {
    stft = try STFT.Options(from: decoder)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    dtype = try values.decodeIfPresent(Precision.self, forKey: .dtype) ?? .float32
  }

  func encode(to encoder: any Encoder) throws {
    try stft.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(dtype, forKey: .dtype)
  }
}
