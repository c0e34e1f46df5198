internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

// What happens where the container's reader has found parts missing.
extension FFmpegDecoder {
  /// Sound that lacks a part is found out by its length and by its codecs.
  var isVideo: Bool { unsafe parameters.pointee.codec_type == AVMEDIA_TYPE_VIDEO }

  /// Notes that the packet, or what stood before it, is not whole; `false` if the packet must not be decoded now, since what
  /// it needs is gone, or what comes before it has to be given out first.
  func passTransportDamage(at facts: PacketFacts) throws(GenbaError) -> Bool {
    let damage = transportDamage
    transportDamage = TransportDamage()
    if damage.mayBeJoint {
      if facts.isKey { return true }
      if try isFollowedByKey() { return true }
    }
    let time = (facts.pts ?? facts.dts).map(seconds)
    do throws(GenbaError) {
      try note(
        error(
          .corruptData, "parts of the stream are missing at this place", ptsSeconds: time, cause: damage.cause))
    } catch {
      unsafe av_packet_unref(packet)
      throw error
    }
    guard policy == .partial else { return true }
    isDraining = true
    if facts.isKey, !isHeld {
      unsafe swap(&packet, &held)
      isHeld = true
    }
    unsafe av_packet_unref(packet)
    unsafe avcodec_send_packet(codec, nil)
    return false
  }

  /// Whether the packet behind the one that is at hand is a key frame; it is kept for later.
  private func isFollowedByKey() throws(GenbaError) -> Bool {
    unsafe swap(&packet, &held)
    defer { unsafe swap(&packet, &held) }
    isHeld = try readPacket()
    return isHeld ? unsafe PacketFacts(packet).isKey : false
  }

  /// Notes that something is missing behind the last packet.
  func noteDamageAtEnd() throws(GenbaError) {
    guard transportDamage.isAtEnd else { return }
    let cause = transportDamage.cause
    transportDamage = TransportDamage()
    try note(error(.corruptData, "parts of the stream are missing behind the last frame that is there", cause: cause))
  }
}
