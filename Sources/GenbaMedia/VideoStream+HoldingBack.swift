internal import CFFmpeg
internal import GenbaCore

// A frame of which parts were invented spoils those that are decoded from it, and B frames are shown before what they are
// decoded from. With `DamagePolicy.partial` a frame is held back until all have come that were decoded before it.
extension VideoStream {
  /// Decodes on until a whole frame is not before the cursor; `false` at the end.
  ///
  /// - Parameter firstThatCounts: The time before which frames may lack what they need.
  func decodeOn(holdingBackBy index: VideoIndex, _ firstThatCounts: Int64) throws(GenbaError) -> Bool {
    while true {
      while heldBack.mustWait, try decoder.decode() {
        lastPts = decoder.framePts
        let frame = index.index(of: lastPts)
        if isFrameDamaged, let frame { heldBack.spoil { index.isShown($0, beforeItsElder: frame) } }
        let isWhole = lastPts < firstThatCounts ? false : try isFrameWhole()
        unsafe heldBack.append(
          decoder.frame, pts: lastPts, isWhole: isWhole, frame, until: frame.flatMap(index.lastDecoded(before:)))
      }
      guard let frame = unsafe heldBack.removeFirst(into: decoder.frame) else { break }
      lastPts = frame.pts
      if frame.isWhole, lastPts >= cursor { return true }
    }
    endGap(at: nil)
    lastIndex = nil
    lastPts = .min
    return false
  }
}

/// Decoded frames, in the order in which they are shown, that wait for others.
@safe
struct HeldFrames: ~Copyable {
  @safe
  struct Held {
    var pts: Int64
    var isWhole: Bool
    /// The frame's index, and that of the frame that it waits for.
    var index: Int?
    var waitsFor: Int?
    @unsafe var frame: UnsafeMutablePointer<AVFrame>

    func free() {
      var frame: UnsafeMutablePointer<AVFrame>? = unsafe frame
      unsafe av_frame_free(&frame)
    }
  }

  private var frames: [Held] = []
  /// More than B frames come in a row; should the index be wrong, memory is bounded all the same.
  private static let limit = 20

  /// Whether the first frame cannot be given out before another one has come.
  var mustWait: Bool {
    guard let first = frames.first else { return true }
    guard let awaited = first.waitsFor, frames.count < Self.limit else { return false }
    return !frames.contains { $0.index.map { $0 >= awaited } ?? false }
  }

  /// Takes over what a frame holds.
  mutating func append(
    _ source: UnsafeMutablePointer<AVFrame>, pts: Int64, isWhole: Bool, _ index: Int?, until awaited: Int?
  ) {
    guard let frame = unsafe av_frame_alloc() else { return }
    unsafe av_frame_move_ref(frame, source)
    frames.append(unsafe Held(pts: pts, isWhole: isWhole, index: index, waitsFor: awaited, frame: frame))
  }

  /// Gives up the frames of these indices.
  mutating func spoil(_ isSpoilt: (Int) -> Bool) {
    for place in frames.indices where frames[place].index.map(isSpoilt) ?? false { frames[place].isWhole = false }
  }

  /// Puts the first frame into `target`; `nil` if there is none.
  mutating func removeFirst(into target: UnsafeMutablePointer<AVFrame>) -> (pts: Int64, isWhole: Bool)? {
    guard !frames.isEmpty else { return nil }
    let first = frames.removeFirst()
    unsafe av_frame_unref(target)
    unsafe av_frame_move_ref(target, first.frame)
    first.free()
    return (first.pts, first.isWhole)
  }

  mutating func removeAll() {
    for held in frames { held.free() }
    frames = []
  }

  deinit {
    for held in frames { held.free() }
  }
}
