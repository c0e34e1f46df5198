/// Tells which packets of an H.264 stream hold the later field of a frame whose earlier field came in a packet of its own.
struct H264Fields: Sendable {
  /// What a slice header says of its picture; names as in ITU-T H.264, 7.3.3.
  private struct Slice {
    var isFirst: Bool
    var frameNumber: Int
    var isField: Bool
    var isBottom: Bool

    init(_ unit: Span<UInt8>, from start: Int, _ sequence: H264Sequence) {
      var bits = NALBits(unit, from: start + 1)
      isFirst = bits.unsigned() == 0
      _ = (bits.unsigned(), bits.unsigned())  // slice_type, pic_parameter_set_id
      bits.skip(sequence.planeBits)
      frameNumber = bits.bits(sequence.frameNumberBits)
      isField = bits.flag()
      isBottom = isField && bits.flag()
    }
  }

  private var sequence: H264Sequence?
  /// A field whose other field has not come.
  private var open: (frameNumber: Int, isBottom: Bool)?
  /// Whether any packet held a later field alone.
  private(set) var areApart = false

  /// Takes note of the parameters of the pictures that follow.
  mutating func note(_ sequence: H264Sequence) { self.sequence = sequence.mayHaveFields ? sequence : nil }

  /// Whether the stream's next packet holds nothing but the later field of a frame.
  mutating func isLaterField(_ packet: Span<UInt8>, _ units: NALUnits) -> Bool {
    guard let sequence else { return false }
    var (position, fields) = (0, [Slice]())
    while let start = units.next(in: packet, after: &position) {
      guard [1, 2, 5].contains(packet[start] & 31) else { continue }
      let slice = Slice(packet, from: start, sequence)
      guard slice.isField else {
        open = nil
        return false
      }
      if slice.isFirst { fields.append(slice) }
    }
    guard fields.count == 1, let field = fields.first else {
      if fields.count > 1 { open = nil }
      return false
    }
    if let other = open, other.frameNumber == field.frameNumber, other.isBottom != field.isBottom {
      open = nil
      areApart = true
      return true
    }
    open = (field.frameNumber, field.isBottom)
    return false
  }
}
