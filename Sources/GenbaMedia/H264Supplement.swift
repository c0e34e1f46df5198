/// What H.264's supplemental information says of where decoding can begin; names as in ITU-T H.264.
enum H264Supplement {
  /// A recovery point.
  struct RecoveryPoint {
    /// Whether it promises that decoding can begin here and gives this picture, and all that are shown after it,
    /// exactly, as open groups of pictures have it.
    var isExactAtOnce: Bool
    /// Whether it promises the same for a picture some way behind this one, as a gradual refresh has it.
    var isExactLater: Bool
  }

  /// The recovery point that a unit of supplemental information tells of; `nil` if it tells of none.
  static func recoveryPoint(supplement unit: Span<UInt8>, from start: Int) -> RecoveryPoint? {
    var bits = NALBits(unit, from: start + 1)
    while !bits.isExhausted {
      let type = messageNumber(&bits)
      let size = messageNumber(&bits)
      if type == 6 {
        let recoveryFrameCount = bits.unsigned()
        let isExact = bits.flag()
        let isBroken = bits.flag()
        let isPromised = isExact && !isBroken && !bits.isExhausted
        return RecoveryPoint(
          isExactAtOnce: isPromised && recoveryFrameCount == 0, isExactLater: isPromised && recoveryFrameCount > 0)
      }
      bits.skip(8 * size)
    }
    return nil
  }

  private static func messageNumber(_ bits: inout NALBits) -> Int {
    var sum = 0
    while !bits.isExhausted {
      let byte = bits.bits(8)
      sum += byte
      if byte != 255 { break }
    }
    return sum
  }
}
