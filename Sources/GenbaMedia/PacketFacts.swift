internal import CFFmpeg
internal import CGenbaMedia

/// What a packet says of itself.
struct PacketFacts {
  /// When it is shown, in ticks.
  var pts: Int64?
  /// When it is decoded, in ticks.
  var dts: Int64?
  /// For how long it is shown, in ticks.
  var duration: Int64
  /// Where it begins in the file, in bytes; negative if that is not known.
  var byte: Int64
  /// Whether decoding can begin here.
  var isKey: Bool
  /// Whether it is decoded for others' sake only, and not shown: what lies outside an edit list.
  var isDiscarded: Bool
  /// Whether the file ended, or broke off, before the packet did.
  var isPartial: Bool

  @unsafe
  init(_ packet: UnsafePointer<AVPacket>) {
    unsafe pts = packet.pointee.pts == genba_no_pts ? nil : packet.pointee.pts
    unsafe dts = packet.pointee.dts == genba_no_pts ? nil : packet.pointee.dts
    duration = unsafe packet.pointee.duration
    byte = unsafe packet.pointee.pos
    isKey = unsafe packet.pointee.flags & AV_PKT_FLAG_KEY != 0
    isDiscarded = unsafe packet.pointee.flags & AV_PKT_FLAG_DISCARD != 0
    isPartial = unsafe packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
  }
}
