/// What H.264's headers say about which pictures need which; names as in ITU-T H.264.
enum H264Headers {
  /// Whether a sequence parameter set promises that each picture is one whole frame and that none is left out on
  /// purpose. Without that a picture cannot be told from its packet alone.
  static func hasWholeFrames(sequenceParameterSet unit: Span<UInt8>, from start: Int) -> Bool {
    var bits = NALBits(unit, from: start + 1)
    let profile = bits.bits(8)
    bits.skip(16)
    _ = bits.unsigned()  // seq_parameter_set_id
    if [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].contains(profile) { skipFormat(&bits) }
    _ = bits.unsigned()  // log2_max_frame_num_minus4
    switch bits.unsigned() {  // pic_order_cnt_type
    case 0:
      _ = bits.unsigned()
    case 1:
      bits.skip(1)
      _ = (bits.signed(), bits.signed())
      for _ in 0..<min(bits.unsigned(), 255) { _ = bits.signed() }
    default: break
    }
    _ = bits.unsigned()  // max_num_ref_frames
    let allowsGaps = bits.flag()
    _ = (bits.unsigned(), bits.unsigned())  // width and height
    let isFramesOnly = bits.flag()
    return isFramesOnly && !allowsGaps && !bits.isExhausted
  }

  private static func skipFormat(_ bits: inout NALBits) {
    let chromaFormat = bits.unsigned()
    if chromaFormat == 3 { bits.skip(1) }
    _ = (bits.unsigned(), bits.unsigned())  // bit depths
    bits.skip(1)
    guard bits.flag() else { return }
    for list in 0..<(chromaFormat == 3 ? 12 : 8) where bits.flag() {
      var (last, next) = (8, 8)
      for _ in 0..<(list < 6 ? 16 : 64) {
        if next != 0 { next = (last + bits.signed()) & 255 }
        if next != 0 { last = next }
      }
    }
  }

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
