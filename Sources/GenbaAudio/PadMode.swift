internal import GenbaKernels

/// What stands before and behind a sound when frames are centred.
public enum PadMode: String, Sendable, Hashable, Codable, CaseIterable {
  /// Zeros: librosa's default.
  case constant
  /// The signal in a mirror, without the sample at the edge: the default of torch.stft and of Whisper.
  case reflect
  /// The sample at the edge, repeated.
  case edge

  var kernelMode: LogMelPlan.PadMode {
    switch self {
    case .constant: .constant
    case .reflect: .reflect
    case .edge: .edge
    }
  }
}
