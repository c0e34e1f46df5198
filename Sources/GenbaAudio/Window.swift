internal import Glibc

/// The shape of an analysis window.
public enum Window: String, Sendable, Hashable, Codable, CaseIterable {
  /// 0.5 - 0.5 · cos
  case hann
  /// 0.54 - 0.46 · cos
  case hamming
  /// Ones.
  case boxcar

  /// The window's factors, as `scipy.signal.get_window` and `torch.hann_window` give them.
  ///
  /// ```swift
  /// Window.hann.factors(count: 4)  // [0, 0.5, 1, 0.5]
  /// ```
  ///
  /// - Parameters:
  ///   - count: How many; below 0 traps.
  ///   - periodic: Whether the window is one period of a cosine, made for spectra (`fftbins=True`), or ends with the
  ///     same factor as it starts.
  public func factors(count: Int, periodic: Bool = true) -> [Double] {
    precondition(count >= 0, "a window has no negative length, as \(count)")
    if count == 1 { return [1] }
    let period = Double(periodic ? count : count - 1)
    return (0..<count).map { index in
      let cosine = cos(2 * .pi * Double(index) / period)
      return switch self {
      case .hann: 0.5 - 0.5 * cosine
      case .hamming: 0.54 - 0.46 * cosine
      case .boxcar: 1
      }
    }
  }
}
