package import GenbaKernels

/// What a feature is computed in. Its values are float32 in either case.
///
/// In `float32`, bands more than about 120 dB below the loudest bin of their frame are rounding errors, and those somewhat
/// louder are inexact. In `float64` they are exact, as in references that compute in numpy's float64; that takes about twice
/// as long.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  case float32, float64

  package var kernelPrecision: SpectrumPrecision { self == .float32 ? .single : .double }
}
