/// The upper half of a `Float`: 8 exponent bits and 7 of fraction, as models are trained in.
@frozen
public struct BFloat16: BitwiseCopyable, Sendable, Hashable, CustomStringConvertible {
  /// The value's 16 bits: those that stand first in the `Float` of the same value.
  public var bitPattern: UInt16

  /// The value with these bits.
  @inlinable
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// The nearest value, ties to even, as `torch.Tensor.to(torch.bfloat16)` rounds. A NaN stays a NaN.
  @inlinable
  public init(_ value: Float) {
    let bits = value.bitPattern
    if value.isNaN {
      // Cutting a NaN's payload could leave an infinity.
      bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x0040
    } else {
      let roundUp = 0x7FFF &+ ((bits >> 16) & 1)
      bitPattern = UInt16(truncatingIfNeeded: (bits &+ roundUp) >> 16)
    }
  }

  public var description: String { Float(self).description }
}

extension Float {
  /// The same value; every `BFloat16` is a `Float`.
  @inlinable
  public init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) << 16) }
}
