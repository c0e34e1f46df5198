internal import GenbaCore

/// Where the frames of a stream are in time, found by going through its packets without decoding them.
struct VideoIndex: Sendable {
  /// The time of each frame in ticks, ascending: the order in which frames are shown and counted.
  private(set) var pts: [Int64] = []
  /// The key frames, ascending.
  private(set) var keyFrames: [KeyFrame] = []
  /// The key frames from which all that is shown later decodes as it does from the beginning, ascending.
  private(set) var beginnings: [KeyFrame] = []
  /// For each frame, in the order of `pts`, whether no other frame needs it.
  private(set) var isUnneeded: [Bool] = []
  /// Whether the frame of a packet can be told from the packet's time, so that work that no wanted frame needs can be
  /// left out.
  private(set) var allowsShortcuts = false
  /// Whether the decoder forgets everything by itself at each key frame.
  private(set) var refreshesAtEachKeyFrame = false
  /// Whether there are key frames that begin a gradual refresh, and none of which it is unknown what follows.
  private(set) var refreshesGradually = false
  /// Whether packets have no presentation times, only decoding times, as in AVI with B frames. The times are right
  /// then, one for each frame, but which frame has which can only be found by counting.
  private(set) var isCounted = false
  /// Whether FFmpeg, looking into packets, could know more of them than the container says: a duration, a key frame.
  var hasIncompletePackets = false
  /// Whether the last packet of the file is not whole.
  var endsInPacket = false
  /// The end of the last frame in ticks.
  private(set) var end = Int64.min
  /// For each frame, in the order of `pts`, when it is decoded, and the last one of those that are decoded before it; both
  /// empty where frames are decoded in the order in which they are shown.
  private var turns: [Int] = []
  private var lastDecodedBefore: [Int] = []
  private var roles: [ReferenceStructure.Role] = []
  /// When each frame is decoded, and how many lack a time of presentation, until both are of no use any more.
  private var dts: [Int64?] = []
  private var guessedCount = 0

  /// Seconds of one tick, as a fraction.
  let numerator: Double
  let denominator: Double

  init(numerator: Int32, denominator: Int32) {
    self.numerator = Double(numerator)
    self.denominator = Double(denominator)
  }

  /// A frame at which decoding can begin.
  struct KeyFrame: Sendable {
    /// When it is shown, in ticks.
    var pts: Int64
    /// When it is decoded, in ticks: some containers are searched by this.
    var dts: Int64
    /// Where it begins in the file, in bytes; negative if that is not known.
    var byte: Int64
    /// Whether what is shown from here on decodes the same when decoding begins here.
    var canBegin: Bool
    /// Whether the decoder forgets by itself what came before.
    var isRefresh: Bool
    /// Whether the decoder, beginning here, gives nothing before what decodes the same.
    var recoversLater: Bool
  }

  /// Takes in one packet that has a time, in the order of the file.
  mutating func append(_ packet: PacketFacts, _ role: ReferenceStructure.Role) {
    guard let time = packet.pts ?? packet.dts else { return }
    pts.append(time)
    roles.append(role)
    dts.append(packet.dts)
    if packet.pts == nil {
      isCounted = true
      guessedCount += 1
    }
    if packet.isKey {
      keyFrames.append(
        KeyFrame(
          pts: time, dts: packet.dts ?? time, byte: packet.byte, canBegin: role.canBegin, isRefresh: role.isRefresh,
          recoversLater: role.recoversLater))
    }
    end = max(end, time.addingReportingOverflow(packet.duration).partialValue)
  }

  /// Takes in a packet that belongs to the frame of the one before.
  mutating func extend(_ packet: PacketFacts) {
    guard let time = packet.pts ?? packet.dts else { return }
    end = max(end, time.addingReportingOverflow(packet.duration).partialValue)
  }

  /// Orders the frames as they are shown.
  ///
  /// - Parameter isCounted: Whether the times are not those that the decoder will give the frames.
  mutating func finish(_ structure: ReferenceStructure, isCounted: Bool) {
    if isCounted { self.isCounted = true }
    if guessedCount > 0, guessedCount < count { takeTimesOfDecoding() }
    dts = []
    let order = pts.indices.sorted { (pts[$0], $0) < (pts[$1], $1) }
    isUnneeded = order.map { structure.isUnneeded(roles[$0]) }
    noteOrderOfDecoding(order)
    pts = order.map { pts[$0] }
    roles = []
    allowsShortcuts = !isCounted && structure.hasFrameInEachPacket && zip(pts, pts.dropFirst()).allSatisfy { $0 < $1 }
    keyFrames.sort { $0.pts < $1.pts }
    // Before the first key frame there is nothing that it could depend on.
    if !keyFrames.isEmpty { keyFrames[0].canBegin = true }
    beginnings = keyFrames.filter(\.canBegin)
    refreshesAtEachKeyFrame = keyFrames.allSatisfy(\.isRefresh)
    refreshesGradually =
      keyFrames.contains(where: \.recoversLater) && keyFrames.allSatisfy { $0.canBegin || $0.recoversLater }
  }

  /// Gives the frames of a stream in which only some packets have a time of presentation, as MPEG program streams', those
  /// of decoding, which all have, moved to where the first frame is shown: in the order in which they are shown, frames are
  /// as far apart as in that of decoding.
  private mutating func takeTimesOfDecoding() {
    let known = dts.compactMap(\.self)
    guard known.count == count, let first = known.min(), let shown = pts.min() else { return }
    let delay = shown - first
    let end = pts.max() ?? shown
    pts = known.map { $0 + delay }
    self.end = max(self.end, self.end + (pts.max() ?? end) - end)
  }

  /// - Parameter order: For each frame, in the order in which they are shown, its place among those that are decoded.
  private mutating func noteOrderOfDecoding(_ order: [Int]) {
    guard zip(order, order.dropFirst()).contains(where: { $0 > $1 }) else { return }
    turns = order
    var shown = order
    for (place, decoded) in order.enumerated() { shown[decoded] = place }
    var last = 0
    lastDecodedBefore = order
    for place in shown {
      lastDecodedBefore[place] = last
      last = max(last, place)
    }
  }

  /// The last frame, in the order in which they are shown, that is decoded before another one: whether that is whole is
  /// known when this has come. `nil` where all before it are shown before it.
  func lastDecoded(before frame: Int) -> Int? {
    guard !lastDecodedBefore.isEmpty, lastDecodedBefore[frame] > frame else { return nil }
    return lastDecodedBefore[frame]
  }

  /// Whether a frame is shown before another one but decoded after it.
  func isShown(_ frame: Int, beforeItsElder elder: Int) -> Bool {
    !turns.isEmpty && frame < elder && turns[frame] > turns[elder]
  }

  /// How many frames there are.
  var count: Int { pts.count }

  /// When the first frame is shown, in seconds.
  var beginSeconds: Double { seconds(pts.first ?? 0) }

  /// When the last frame ends, in seconds.
  var endSeconds: Double { pts.isEmpty ? 0 : seconds(end) }

  func seconds(_ ticks: Int64) -> Double { Double(ticks) * numerator / denominator }

  /// The position among ``beginnings`` of the last one that is not after `time`, or of the first one; `nil` if there
  /// is none.
  func beginning(atOrBefore time: Int64) -> Int? {
    beginnings.isEmpty ? nil : max(Self.partition(beginnings.count) { beginnings[$0].pts > time } - 1, 0)
  }

  /// Whether a packet's frame is needed by no other.
  func isUnneeded(_ packet: PacketFacts) -> Bool {
    guard !packet.isDiscarded, let time = packet.pts, let frame = index(of: time) else { return false }
    return isUnneeded[frame]
  }

  /// The frame that is shown at exactly this time, in ticks.
  func index(of time: Int64) -> Int? {
    let frame = Self.partition(count) { pts[$0] >= time }
    return frame < count && pts[frame] == time ? frame : nil
  }

  /// The frame that is on the screen at a time: the last one whose successor comes later.
  func index(playedAt time: Double) -> Int {
    Self.partition(count) { frame in frame + 1 == count || seconds(pts[frame + 1]) > time }
  }

  /// The first frame that is shown at a time or later; the count if there is none.
  func index(startingAt time: Double) -> Int {
    Self.partition(count) { seconds(pts[$0]) >= time }
  }

  /// The first of `count` positions for which `isPast` holds, given that it holds for all that follow.
  static func partition(_ count: Int, _ isPast: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isPast(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
