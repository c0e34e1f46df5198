/// What may be left out on the way to one frame without changing it.
struct DecodingShortcut {
  /// When the wanted frame is shown, in ticks.
  let target: Int64
  /// Knows which frames no other needs; `nil` where only what has been read tells.
  let index: VideoIndex?
  /// Whether the frames behind the wanted one are not wanted, so that a codec that holds frames back may be told that
  /// the stream ends there.
  let endsAtTarget: Bool
  /// Whether the wanted frame's packet has been sent, and no more are to be.
  var endsNow = false

  init(to target: Int64, index: VideoIndex?, endsAtTarget: Bool) {
    self.target = target
    self.index = index
    self.endsAtTarget = endsAtTarget
  }

  /// Whether a packet's frame is shown before the wanted one and needed by none.
  ///
  /// - Parameter isUnneeded: What the packets so far tell, where there is no index.
  func leavesOut(_ packet: PacketFacts, isUnneeded: Bool?) -> Bool {
    guard let time = packet.pts, time < target, !packet.isDiscarded else { return false }
    return index?.isUnneeded(packet) ?? isUnneeded ?? false
  }

  /// Takes note of a packet that the codec has got.
  mutating func note(_ packet: PacketFacts) {
    if endsAtTarget, packet.pts == target, !packet.isDiscarded { endsNow = true }
  }
}
