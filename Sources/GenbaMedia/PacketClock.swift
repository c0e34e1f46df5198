internal import CFFmpeg
internal import GenbaCore

/// Makes sense of packets' times where a stream has none, or where they jump back: as one recording after another.
///
/// Frames are counted then instead of known by their time, since the decoder gives them the stream's own times.
struct PacketClock {
  private let decoder: FFmpegDecoder
  /// From one frame to the next, in ticks, where only the header says.
  private let step: Int64
  private var hasKeyFrame = false
  private var packetCount: Int64 = 0
  private var lastTime: Int64?
  private var lastDTS: Int64?
  private var lastDuration: Int64 = 0
  /// What is added to times after they have jumped back.
  private var offset: Int64 = 0
  /// Whether any time is not the stream's own.
  private(set) var isCounted = false

  init(_ decoder: FFmpegDecoder) {
    self.decoder = decoder
    let rate = unsafe decoder.stream.pointee.r_frame_rate
    let ticks = Double(decoder.timeBase.den) / Double(max(decoder.timeBase.num, 1))
    let frames = rate.num > 0 && rate.den > 0 ? Double(rate.num) / Double(rate.den) : 25
    step = Int64(exactly: (ticks / frames).rounded()).map { max($0, 1) } ?? 1
  }

  /// The packet with a time on one clock.
  ///
  /// - Returns: Without a time where only the packets before it had one.
  /// - Throws: With ``DamagePolicy/strict`` `.corruptData` where the stream begins between key frames or its times jump
  ///   back; `.unsupportedFormat` where only some packets have times.
  mutating func timed(_ packet: PacketFacts) throws(GenbaError) -> PacketFacts {
    try noteKeyFrame(packet)
    var timed = packet
    defer { packetCount += 1 }
    guard packet.pts ?? packet.dts != nil else {
      guard isCounted || packetCount == 0 else {
        try decoder.note(
          decoder.error(
            .unsupportedFormat,
            "packets from here on have no time stamps, as where a stream changes its codec; cut the file there, or "
              + "write it anew, as with ffmpeg -i FILE FILE.mp4", ptsSeconds: lastTime.map(decoder.seconds)))
        return packet
      }
      isCounted = true
      timed.pts = packetCount &* step
      timed.dts = timed.pts
      timed.duration = step
      return timed
    }
    if let dts = packet.dts {
      if let lastDTS, decoder.seconds(lastDTS) - decoder.seconds(dts) > 1 { try jump(from: lastDTS, to: dts) }
      lastDTS = dts
      lastDuration = packet.duration
    }
    lastTime = packet.pts ?? packet.dts
    timed.pts = packet.pts.map { $0 &+ offset }
    timed.dts = packet.dts.map { $0 &+ offset }
    return timed
  }

  private mutating func jump(from last: Int64, to next: Int64) throws(GenbaError) {
    try decoder.note(
      decoder.error(
        .corruptData, "the time stamps jump back from \(decoder.seconds(last)) s to \(decoder.seconds(next)) s",
        ptsSeconds: decoder.seconds(last)))
    offset = offset &+ last &+ max(lastDuration, 1) &- next
    isCounted = true
  }

  private mutating func noteKeyFrame(_ packet: PacketFacts) throws(GenbaError) {
    if hasKeyFrame { return }
    hasKeyFrame = packet.isKey
    guard !packet.isKey, !packet.isDiscarded, packetCount == 0 else { return }
    try decoder.note(
      decoder.error(
        .corruptData, "the stream begins between key frames; what is shown before the first one cannot be decoded",
        ptsSeconds: (packet.pts ?? packet.dts).map(decoder.seconds)))
  }
}
