public import GenbaCore
internal import Glibc

/// Power or magnitudes in decibels, as `librosa.power_to_db` and `amplitude_to_db` (0.11) compute them.
///
/// ```swift
/// let power = try STFT().power(audio)
/// let decibels = Decibels(reference: .maximum)(power: power)  // 0 dB is the loudest, -80 dB the softest
/// ```
public struct Decibels: Sendable, Hashable {
  /// What 0 dB is.
  public enum Reference: Sendable, Hashable {
    /// A power (for magnitudes: a magnitude).
    case value(Double)
    /// The largest element.
    case maximum
  }

  public var reference: Reference

  /// What smaller power is raised to (`amin`). Magnitudes are raised to its root.
  public var floor: Double

  /// How far below the loudest element the softest may be. `nil` is no bound.
  public var topDB: Double?

  /// Decibels by librosa's defaults. A floor or a reference that is not above 0 and a negative bound trap.
  public init(reference: Reference = .value(1), floor: Double = 1e-10, topDB: Double? = 80) {
    precondition(floor > 0, "decibels need a floor above 0, not \(floor)")
    if case .value(let value) = reference { precondition(value > 0, "0 dB is a power above 0, not \(value)") }
    if let topDB { precondition(topDB >= 0, "the bound in decibels is not negative, as \(topDB)") }
    self.reference = reference
    self.floor = floor
    self.topDB = topDB
  }

  /// 10 · log10(max(power, floor) / reference), of the same shape.
  public func callAsFunction(power: Tensor<Float>) -> Tensor<Float> {
    convert(power) { $0 }
  }

  /// 20 · log10(max(magnitude, √floor) / reference), of the same shape.
  public func callAsFunction(magnitude: Tensor<Float>) -> Tensor<Float> {
    convert(magnitude) { $0 * $0 }
  }

  @inline(__always)
  private func convert(_ values: Tensor<Float>, toPower: (Double) -> Double) -> Tensor<Float> {
    let source = values.span
    var loudest = -Double.infinity
    for index in 0..<source.count { loudest = max(loudest, toPower(Double(source[index]))) }
    let zero: Double =
      switch reference {
      case .value(let value): toPower(value)
      case .maximum: loudest
      }
    let offset = 10 * log10(max(zero, floor))
    let least = topDB.map { 10 * log10(max(loudest, floor)) - offset - $0 } ?? -.infinity
    return Tensor(shape: values.shape) { output in
      for index in 0..<source.count {
        output.append(Float(max(10 * log10(max(toPower(Double(source[index])), floor)) - offset, least)))
      }
    }
  }
}
