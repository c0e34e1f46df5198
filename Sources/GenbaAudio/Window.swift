internal import Glibc

/// The shape of an analysis window.
///
/// As text, in JSON and on the command line, it is its name, and `kaiser:14` for a Kaiser window with a beta of 14.
public enum Window: Sendable, Hashable {
  /// 0.5 - 0.5 · cos
  case hann
  /// 0.54 - 0.46 · cos
  case hamming
  /// 0.42 - 0.5 · cos + 0.08 · cos of the double angle
  case blackman
  /// hann to the power of 0.85: Kaldi's own, which goes to zero at its ends
  case povey
  /// Narrow beams for a low beta, soft side lobes for a high one; 0 is `boxcar`.
  case kaiser(beta: Double)
  /// Ones; also called rectangular.
  case boxcar
  /// Half a period of a sine, which goes to zero at its ends: one of Kaldi's.
  case sine

  /// The window's factors, as `scipy.signal.get_window`, `torch.hann_window` and Kaldi (povey) give them.
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
      let angle = 2 * .pi * Double(index) / period
      return switch self {
      case .hann: 0.5 - 0.5 * cos(angle)
      case .hamming: 0.54 - 0.46 * cos(angle)
      case .blackman: 0.42 - 0.5 * cos(angle) + 0.08 * cos(2 * angle)
      case .povey: pow(0.5 - 0.5 * cos(angle), 0.85)
      case .kaiser(let beta):
        besselI0(beta * max(0, 1 - pow(2 * Double(index) / period - 1, 2)).squareRoot()) / besselI0(beta)
      case .boxcar: 1
      case .sine: sin(angle / 2)
      }
    }
  }
}

/// The modified Bessel function of the first kind and order 0.
private func besselI0(_ x: Double) -> Double {
  let quarter = x * x / 4
  var (sum, term, k) = (1.0, 1.0, 1.0)
  while term > sum * 1e-17 {
    term *= quarter / (k * k)
    sum += term
    k += 1
  }
  return sum
}

extension Window: LosslessStringConvertible {
  /// A window by its name: hann (or hanning), hamming, blackman, povey, boxcar (or rectangular), sine, kaiser:BETA with a beta
  /// of 0 … 700. `nil` for anything else.
  public init?(_ description: String) {
    switch description {
    case "hann", "hanning": self = .hann
    case "hamming": self = .hamming
    case "blackman": self = .blackman
    case "povey": self = .povey
    case "boxcar", "rectangular": self = .boxcar
    case "sine": self = .sine
    default:
      let parts = description.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "kaiser", let beta = Double(parts[1]), (0...700).contains(beta) else {
        return nil
      }
      self = .kaiser(beta: beta)
    }
  }

  public var description: String {
    switch self {
    case .hann: "hann"
    case .hamming: "hamming"
    case .blackman: "blackman"
    case .povey: "povey"
    case .kaiser(let beta): "kaiser:\(beta)"
    case .boxcar: "boxcar"
    case .sine: "sine"
    }
  }
}

extension Window: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let window = Window(name) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "\"\(name)\" is no window; there are hann, hamming, blackman, povey, boxcar, sine and kaiser:BETA")
    }
    self = window
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
