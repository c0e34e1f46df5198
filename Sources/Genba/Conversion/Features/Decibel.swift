internal import Glibc

/// The logarithm of decibels.
enum Decibel {
  static func log10(_ value: Double) -> Double { Glibc.log10(value) }
}
