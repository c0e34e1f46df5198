internal import CGenbaKernels
internal import Glibc

extension LogMelPlan {
  /// The logarithm of a band.
  public struct Logarithm: Sendable, Hashable {
    /// What smaller values are raised to: a normal number above 0.
    public var floor: Float
    /// Units of the result for a factor of e: 1 for ln, 1 / ln 10 for log10, 10 / ln 10 for decibels of power.
    public var unitsPerNeper: Double

    /// The logarithm of max(x, floor) in this unit.
    public init(floor: Float, unitsPerNeper: Double) {
      precondition(floor.isNormal && floor > 0, "a logarithm's floor is a normal number above 0, not \(floor)")
      self.floor = floor
      self.unitsPerNeper = unitsPerNeper
    }

    /// The logarithm of the floor.
    public var ofFloor: Float { Float(log(Double(floor)) * unitsPerNeper) }

    var kernelLogarithm: genba_logarithm {
      genba_logarithm(
        floor: Double(floor), of_floor: log(Double(floor)) * unitsPerNeper, mantissa_scale: unitsPerNeper,
        exponent_scale: unitsPerNeper * M_LN2)
    }
  }
}
