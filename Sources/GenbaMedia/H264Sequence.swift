/// What an H.264 sequence parameter set says of the pictures that follow; names as in ITU-T H.264, 7.3.2.1 and E.1.
struct H264Sequence: Sendable {
  /// `profile_idc`, and `constraint_set0_flag` to `constraint_set5_flag` with the first one in the lowest bit.
  private(set) var profile = 0
  private(set) var constraints = 0
  private(set) var level = 0
  /// `chroma_format_idc`: 1 for 4:2:0.
  private(set) var chromaFormat = 1
  private(set) var lumaDepth = 8
  private(set) var chromaDepth = 8
  /// Without what is cropped.
  private(set) var width = 0
  private(set) var height = 0
  /// Whether pictures may be fields, each with a slice header that says so.
  private(set) var mayHaveFields = false
  /// Bits of `frame_num` in slice headers, and of what stands before it where colours are coded apart.
  private(set) var frameNumberBits = 4
  private(set) var planeBits = 0
  /// Whether each picture is one whole frame and none is left out on purpose. Without that a picture cannot be told from
  /// its packet alone.
  private(set) var hasWholeFrames = false
  /// How colours and timing are to be understood; `nil` where the set says nothing, or breaks off.
  private(set) var usability: Usability?

  /// Video usability information.
  struct Usability: Sendable {
    var isFullRange: Bool?
    /// `colour_primaries`, `transfer_characteristics`, `matrix_coefficients`.
    var colors: (primaries: Int, transfer: Int, matrix: Int)?
    /// `pic_struct_present_flag`: whether each picture says how it is to be shown.
    var hasPictureStructure = false
    /// `max_num_reorder_frames`.
    var reorderedFrames: Int?
  }

  /// - Parameter start: Where the unit begins, at its header.
  init(_ unit: Span<UInt8>, from start: Int) {
    var bits = NALBits(unit, from: start + 1)
    profile = bits.bits(8)
    for flag in 0..<6 { constraints |= bits.bits(1) << flag }
    bits.skip(2)
    level = bits.bits(8)
    _ = bits.unsigned()  // seq_parameter_set_id
    if [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].contains(profile) { readFormat(&bits) }
    frameNumberBits = 4 + min(bits.unsigned(), 12)
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
    let (columns, rows) = (bits.unsigned(), bits.unsigned())
    let isFramesOnly = bits.flag()
    mayHaveFields = !isFramesOnly && !bits.isExhausted
    hasWholeFrames = isFramesOnly && !allowsGaps && !bits.isExhausted
    guard hasWholeFrames, columns < 1 << 12, rows < 1 << 12 else { return }
    bits.skip(1)  // direct_8x8_inference_flag
    (width, height) = (16 * (columns + 1), 16 * (rows + 1))
    if bits.flag() {
      let unit = (across: chromaFormat == 1 || chromaFormat == 2 ? 2 : 1, down: chromaFormat == 1 ? 2 : 1)
      width -= unit.across * (bits.unsigned() + bits.unsigned())
      height -= unit.down * (bits.unsigned() + bits.unsigned())
    }
    guard bits.flag() else { return }
    let usability = Usability(&bits)
    if !bits.isExhausted { self.usability = usability }
  }

  private mutating func readFormat(_ bits: inout NALBits) {
    chromaFormat = bits.unsigned()
    if chromaFormat == 3, bits.flag() { planeBits = 2 }
    (lumaDepth, chromaDepth) = (8 + bits.unsigned(), 8 + bits.unsigned())
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
}

extension H264Sequence.Usability {
  fileprivate init(_ bits: inout NALBits) {
    if bits.flag(), bits.bits(8) == 255 { bits.skip(32) }  // aspect_ratio_idc, an extended one with its numbers
    if bits.flag() { bits.skip(1) }  // overscan
    if bits.flag() {
      bits.skip(3)
      isFullRange = bits.flag()
      if bits.flag() { colors = (bits.bits(8), bits.bits(8), bits.bits(8)) }
    }
    if bits.flag() { _ = (bits.unsigned(), bits.unsigned()) }  // where chroma samples are
    if bits.flag() { bits.skip(65) }  // timing
    let hasBuffer = [bits.skipBuffer(), bits.skipBuffer()]
    if hasBuffer.contains(true) { bits.skip(1) }
    hasPictureStructure = bits.flag()
    guard bits.flag() else { return }
    bits.skip(1)
    for _ in 0..<4 { _ = bits.unsigned() }
    reorderedFrames = bits.unsigned()
    _ = bits.unsigned()  // max_dec_frame_buffering
  }
}

extension NALBits {
  /// Passes over a flag and, where it is set, the parameters of the hypothetical decoder's buffer; returns the flag.
  fileprivate mutating func skipBuffer() -> Bool {
    guard flag() else { return false }
    let count = unsigned() + 1
    skip(8)
    for _ in 0..<min(count, 32) {
      _ = (unsigned(), unsigned())
      skip(1)
    }
    skip(20)
    return true
  }
}
