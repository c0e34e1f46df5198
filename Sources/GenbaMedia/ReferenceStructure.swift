internal import CFFmpeg

/// Finds out from packets, without decoding them, where decoding can begin and which frames no other frame needs.
///
/// Only what the standards promise counts. In H.264 a picture with `nal_ref_idc` 0 is needed by none, if all pictures
/// are whole frames; in H.265 a sub-layer non-reference picture of the highest temporal layer. VP9 and AV1 hand on
/// entropy contexts and motion vectors from frames that no other refers to, so nothing can be left out there; nor is
/// it in codecs that have not been looked into.
struct ReferenceStructure: Sendable {
  private enum Syntax { case h264, hevc, other }

  private let syntax: Syntax
  private var units = NALUnits(lengthBytes: 0)
  private var hasParameterSet = false
  private var hasOnlyWholeFrames = true
  private var fields = H264Fields()
  private var highestLayer: UInt8 = 0
  /// Whether H.265's header promises that there is one temporal layer.
  private var hasOneLayer = false

  /// What is known of one packet.
  struct Role: Sendable {
    /// Whether frames that are shown at this packet's time or later decode the same when decoding begins here.
    var canBegin: Bool
    /// Whether the decoder forgets everything before by itself here, also what it may have held back.
    var isRefresh = false
    /// Whether a decoder that begins here gives nothing before what decodes the same, as at the beginning of a gradual
    /// refresh.
    var recoversLater = false
    /// Whether the packet holds nothing but the later field of the frame of the packet before.
    var isLaterField = false
    /// Whether H.264 says that decoding can begin here, and the container does not.
    var isUnmarkedKey = false
    /// The temporal layer of a frame that none of the same layer or a lower one needs; `nil` if it is needed.
    var unneededInLayer: UInt8?
  }

  @unsafe
  init(_ parameters: UnsafePointer<AVCodecParameters>) {
    switch unsafe parameters.pointee.codec_id {
    case AV_CODEC_ID_H264: syntax = .h264
    case AV_CODEC_ID_HEVC: syntax = .hevc
    default: syntax = .other
    }
    guard let start = unsafe parameters.pointee.extradata else { return }
    let header = unsafe Span(_unsafeStart: start, count: Int(parameters.pointee.extradata_size))
    switch syntax {
    case .h264: readH264Header(header)
    case .hevc: readHEVCHeader(header)
    case .other: break
    }
  }

  private mutating func readH264Header(_ header: Span<UInt8>) {
    if let configuration = H264Configuration(header) {
      units.lengthBytes = configuration.lengthBytes
      configuration.sequences.forEach { note($0) }
    } else {
      var position = 0
      while let start = units.next(in: header, after: &position) {
        if header[start] & 31 == 7 { note(H264Sequence(header, from: start)) }
      }
    }
  }

  private mutating func readHEVCHeader(_ header: Span<UInt8>) {
    // HEVCDecoderConfigurationRecord; start codes begin with two zeros and a one.
    guard header.count > 22, header[0] != 0 || header[1] != 0 || header[2] > 1 else { return }
    units.lengthBytes = Int(header[21] & 3) + 1
    hasOneLayer = header[21] >> 3 & 7 == 1
  }

  private mutating func note(_ sequence: H264Sequence) {
    hasParameterSet = true
    if !sequence.hasWholeFrames { hasOnlyWholeFrames = false }
    fields.note(sequence)
  }

  /// Takes in the stream's next packet.
  mutating func examine(_ packet: Span<UInt8>, isKey: Bool) -> Role {
    switch syntax {
    case .h264:
      var role = examineH264(packet, isKey: isKey)
      role.isLaterField = fields.isLaterField(packet, units)
      return role
    case .hevc: return examineHEVC(packet, isKey: isKey)
    case .other: return Role(canBegin: isKey, unneededInLayer: nil)
    }
  }

  /// Whether a frame ends with its packet, by the stream's header and the packets that have been examined so far.
  var mayEndAtPacket: Bool { syntax != .h264 || hasParameterSet && hasOnlyWholeFrames }

  /// Whether each packet that has been examined so far holds a whole frame.
  var hasFrameInEachPacket: Bool { syntax != .h264 || hasOnlyWholeFrames || !fields.areApart }

  /// Whether a frame can be left out; known when all packets have been examined.
  func isUnneeded(_ role: Role) -> Bool {
    guard let layer = role.unneededInLayer else { return false }
    return syntax == .h264 ? hasParameterSet && hasOnlyWholeFrames : layer == highestLayer
  }

  /// Whether a frame can be left out, by the stream's header and the packets that have been examined so far.
  func isUnneededSoFar(_ role: Role) -> Bool {
    isUnneeded(role) && (syntax == .h264 || hasOneLayer)
  }

  private mutating func examineH264(_ packet: Span<UInt8>, isKey: Bool) -> Role {
    var (position, recovers, recoversLater, isUnmarked, hasPicture, mayBeUnneeded) = (
      0, false, false, false, false, true
    )
    while let start = units.next(in: packet, after: &position) {
      switch packet[start] & 31 {
      case 1...4:
        hasPicture = true
        // All slices of a picture agree in whether it is a reference.
        if packet[start] & 0x60 != 0 {
          return Role(
            canBegin: isKey && recovers, recoversLater: recoversLater, isUnmarkedKey: isUnmarked, unneededInLayer: nil)
        }
      case 5:
        return Role(
          canBegin: isKey, isRefresh: isKey && units.lengthBytes > 0, isUnmarkedKey: !isKey, unneededInLayer: nil)
      case 6:
        guard let point = H264Supplement.recoveryPoint(supplement: packet, from: start) else { break }
        if !isKey { isUnmarked = true }
        if isKey, point.isExactAtOnce { recovers = true }
        if isKey, point.isExactLater { recoversLater = true }
      case 7:
        note(H264Sequence(packet, from: start))
        mayBeUnneeded = false
      case 9, 12: break  // delimiter, filler
      default: mayBeUnneeded = false
      }
    }
    let isUnneeded = hasPicture && mayBeUnneeded && position == packet.count
    return Role(canBegin: isKey && recovers, isUnmarkedKey: isUnmarked, unneededInLayer: isUnneeded ? 0 : nil)
  }

  private mutating func examineHEVC(_ packet: Span<UInt8>, isKey: Bool) -> Role {
    var (position, hasPicture, mayBeUnneeded, layer) = (0, false, true, UInt8(0))
    while let start = units.next(in: packet, after: &position) {
      guard start + 1 < packet.count else { return Role(canBegin: false, unneededInLayer: nil) }
      let isBase = packet[start] & 1 == 0 && packet[start + 1] >> 3 == 0
      switch packet[start] >> 1 & 63 {
      case _ where !isBase: mayBeUnneeded = false
      case 0, 2, 4, 6, 8:
        hasPicture = true
        layer = packet[start + 1] & 7
        highestLayer = max(highestLayer, layer)
      case 16...21: return Role(canBegin: isKey, unneededInLayer: nil)
      case 1...31:
        highestLayer = max(highestLayer, packet[start + 1] & 7)
        return Role(canBegin: false, unneededInLayer: nil)
      case 35, 38, 39, 40: break  // delimiter, filler, supplements
      default: mayBeUnneeded = false
      }
    }
    let isUnneeded = hasPicture && mayBeUnneeded && position == packet.count
    return Role(canBegin: false, unneededInLayer: isUnneeded ? layer : nil)
  }
}
