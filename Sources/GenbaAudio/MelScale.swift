internal import Glibc

/// How frequencies become mels, the unit of equal steps in pitch.
public enum MelScale: String, Sendable, Hashable, Codable, CaseIterable {
  /// Linear below 1 kHz, logarithmic above: Slaney's Auditory Toolbox, librosa's default, Whisper's scale.
  case slaney
  /// 2595 · log10(1 + f / 700): the HTK toolkit, torchaudio's default.
  case htk

  // Slaney's scale: 200/3 Hz per mel up to 1 kHz, which is mel 15, and from there 27 mels to 6.4 kHz.
  private static let linearStep = 200.0 / 3
  private static let breakHertz = 1000.0
  private static let breakMel = breakHertz / linearStep
  private static let logarithmicStep = log(6.4) / 27

  /// The mels of a frequency in hertz.
  public func mels(fromHertz hertz: Double) -> Double {
    switch self {
    case .htk: 2595 * log10(1 + hertz / 700)
    case .slaney:
      hertz < Self.breakHertz
        ? hertz / Self.linearStep : Self.breakMel + log(hertz / Self.breakHertz) / Self.logarithmicStep
    }
  }

  /// The frequency, in hertz, of mels.
  public func hertz(fromMels mels: Double) -> Double {
    switch self {
    case .htk: 700 * (pow(10, mels / 2595) - 1)
    case .slaney:
      mels < Self.breakMel
        ? mels * Self.linearStep : Self.breakHertz * exp(Self.logarithmicStep * (mels - Self.breakMel))
    }
  }
}
