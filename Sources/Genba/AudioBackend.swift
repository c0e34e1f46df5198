/// Whose rule turns a recording into one channel at a model's rate: the two backends of transformers' `load_audio`,
/// which are 0.46 apart in log-mel on a stereo recording of 44.1 kHz.
public enum AudioBackend: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mean of the channels, then soxr_hq: `load_audio(backend="soundfile")`, and librosa.
  case soundfile
  /// libswresample's matrix (0.7071 of left + right) and its own resampler: `load_audio(backend="torchcodec")`.
  case torchcodec
}
