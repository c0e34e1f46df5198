/// What H.264's supplemental information says of where decoding can begin; names as in ITU-T H.264.
enum H264Supplement {
  /// Whether supplemental information promises that decoding can begin here and gives this picture, and all that are
  /// shown after it, exactly: a recovery point at once, as open groups of pictures have it.
  static func isExactRecoveryPoint(supplement unit: Span<UInt8>, from start: Int) -> Bool {
    var bits = NALBits(unit, from: start + 1)
    while !bits.isExhausted {
      let type = messageNumber(&bits)
      let size = messageNumber(&bits)
      if type == 6 {
        let recoveryFrameCount = bits.unsigned()
        let isExact = bits.flag()
        let isBroken = bits.flag()
        return recoveryFrameCount == 0 && isExact && !isBroken && !bits.isExhausted
      }
      bits.skip(8 * size)
    }
    return false
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
