internal import CFFmpeg
internal import CGenbaMedia

/// What the reader of a container finds missing between packets: a transport stream's counters jump, Matroska's elements
/// are none.
///
/// The decoder cannot know. It may take a reference that is gone for another one, and give frames that look whole.
struct TransportDamage {
  /// FFmpeg's words, where there are any.
  private(set) var cause: String?
  /// Where decoding is no longer sure, in ticks; `nil` if at the next packet.
  private var dts: Int64?
  private var isThere = false

  /// Takes note of what reading one packet brought up.
  ///
  /// - Parameter complaints: The count of complaints before.
  mutating func note(stream: Int, since complaints: Int64, in input: FFmpegInput) {
    var dts = genba_no_pts
    if unsafe genba_ffmpeg_take_corrupt_packet(Int32(stream), &dts) {
      if !isThere { self.dts = dts == genba_no_pts ? nil : dts }
      isThere = true
    } else if genba_ffmpeg_complaint_count() > complaints, input.formatName.hasPrefix("matroska") {
      let words = FFmpegInput.complaint
      guard words.contains("EBML") || words.contains("containing master element") else { return }
      (cause, isThere) = (FFmpegInput.cause(), true)
    }
  }

  /// Whether the packet, the next one in the file, is the one that lost its end, or comes behind what is missing.
  func reaches(_ packet: PacketFacts) -> Bool {
    guard isThere else { return false }
    guard let dts, let next = packet.dts else { return true }
    // The warning has the time of 33 bits that is in the file, the packet one that goes on where those begin anew.
    let wrap: Int64 = 1 << 33
    return (next &- dts) & (wrap - 1) < wrap / 2
  }

  /// Whether nothing is amiss if a key frame comes next: where transport streams are joined their counters jump as well.
  var mayBeJoint: Bool { dts != nil }

  /// Whether something is missing behind the last packet of all.
  var isAtEnd: Bool { isThere && dts == nil }
}
