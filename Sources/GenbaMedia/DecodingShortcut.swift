/// What may be left out on the way to one frame without changing it.
struct DecodingShortcut {
  /// When the wanted frame is shown, in ticks.
  let target: Int64
  /// Knows which frames no other needs.
  let index: VideoIndex
  /// Whether the frames behind the wanted one are not wanted, so that a codec that holds frames back may be told that
  /// the stream ends there.
  let endsAtTarget: Bool
  /// Whether the wanted frame's packet has been sent, and no more are to be.
  var endsNow = false

  init(to target: Int64, index: VideoIndex, endsAtTarget: Bool) {
    self.target = target
    self.index = index
    self.endsAtTarget = endsAtTarget
  }

  /// Whether a packet's frame is shown before the wanted one and needed by none.
  func leavesOut(_ packet: PacketFacts) -> Bool {
    guard let time = packet.pts, time < target else { return false }
    return index.isUnneeded(packet)
  }

  /// Takes note of a packet that the codec has got.
  mutating func note(_ packet: PacketFacts) {
    if endsAtTarget, packet.pts == target, !packet.isDiscarded { endsNow = true }
  }
}
