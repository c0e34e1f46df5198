internal import CFFmpeg
internal import GenbaCore

extension VideoStream {
  /// What can be left out on the way to a frame: those before it that no other needs, and those behind it if the next
  /// one wanted is reached from another key frame.
  ///
  /// `nil` where it is not known which packet holds the frame, and where what is missing may be invented from frames
  /// that would have been left out.
  func shortcut(to wanted: Int, followedBy follower: Follower) -> DecodingShortcut? {
    guard index?.allowsShortcuts ?? decoder.structure?.mayEndAtPacket ?? false, decoder.policy == .strict
    else { return nil }
    let target = pts(of: wanted)
    let endsAtTarget =
      switch follower {
      case .unknown: false
      case .none: true
      case .frame(let next): !shareBeginning(pts(of: min(next, (index?.count ?? .max) - 1)), target)
      }
    return DecodingShortcut(to: target, index: index, endsAtTarget: endsAtTarget)
  }

  /// Decodes the next frame that is not before the cursor, from a key frame if that is nearer; `false` at the end.
  func decodeForward(_ shortcut: DecodingShortcut? = nil) throws(GenbaError) -> Bool {
    let mustWind = decoder.hasEndedEarly || isCursorNew && !canDecodeOn
    isCursorNew = false
    decoder.shortcut = shortcut
    defer { decoder.shortcut = nil }
    let hasFrame = mustWind ? try decodeFromPlaces() : try decodeOn()
    if shortcut == nil || !decoder.hasLeftOut { return hasFrame }
    // Without an index the time that was asked for is a guess, and the first frame from there on is the one.
    if hasFrame, lastPts == cursor || index == nil && !decoder.hasEndedEarly { return true }
    // The frame did not come. Whether what was left out is to blame shows when nothing is.
    decoder.shortcut = nil
    return try decodeFromPlaces()
  }

  /// Decodes the first frame that is not before the cursor, from the best place that leads to it.
  private func decodeFromPlaces() throws(GenbaError) -> Bool {
    let shortcut = decoder.shortcut
    var hasFrame = false
    for place in places(before: cursor) {
      guard wind(to: place) else { continue }
      decoder.shortcut = shortcut
      hasFrame = try decodeOn()
      // Some containers land behind the key frame. Then the next place is tried.
      if hasFrame, index == nil || lastPts == cursor && hasLanded { break }
      // A later frame from the right place: the wanted one is lost, which other places cannot mend.
      if hasFrame, decoder.policy != .strict, hasLanded { break }
    }
    return hasFrame
  }

  /// Whether decoding began where it was meant to, or before.
  private var hasLanded: Bool {
    guard let index, !index.isCounted, let position = index.beginning(atOrBefore: cursor) else { return true }
    return (decoder.landing ?? .min) <= index.beginnings[position].pts
  }

  /// Decodes on until a frame is not before the cursor; `false` at the end.
  private func decodeOn() throws(GenbaError) -> Bool {
    let firstThatCounts = index?.beginning(atOrBefore: cursor).flatMap { index?.beginnings[$0].pts } ?? cursor
    if decoder.policy == .partial, let index, !index.isCounted {
      return try decodeOn(holdingBackBy: index, firstThatCounts)
    }
    while try decoder.decode() {
      lastPts = decoder.framePts
      if let index, index.isCounted {
        lastPts = countedFrames < index.count ? index.pts[countedFrames] : .max
        countedFrames += 1
      }
      // What is shown before the key frame where decoding began may lack what it needs.
      let isWhole = lastPts < firstThatCounts ? decoder.policy != .partial : try isFrameWhole()
      if isWhole, lastPts >= cursor { return true }
    }
    endGap(at: nil)
    lastIndex = nil
    lastPts = .min
    return false
  }

  /// Whether the frame that the decoder holds may be given out.
  func isFrameWhole() throws(GenbaError) -> Bool {
    try checkFrame()
    guard decoder.policy == .partial else { return true }
    if isFrameDamaged {
      isPassingOver = true
      // No frame of a gradual refresh shows that all is whole again. A decoder that has forgotten what came before knows.
      isBeginningAnew = index?.refreshesGradually == true && decoder.beginAnew()
    }
    if isPassingOver {
      let isWholeAgain = isBeginning || isBeginningAnew && !decoder.isDraining
      guard isWholeAgain, !isFrameDamaged else { return false }
      isPassingOver = false
      isBeginningAnew = false
    }
    if !decoder.isDraining { endGap(at: currentPtsSeconds) }
    return true
  }

  /// Whether the frame that the decoder holds needs none from before: a key frame, but not one that only begins a gradual
  /// refresh.
  private var isBeginning: Bool {
    guard let index, !index.isCounted else { return isKeyFrame }
    return index.beginning(atOrBefore: lastPts).map { index.beginnings[$0].pts } == lastPts
  }

  /// Writes the gap down that a fault has opened, if one has.
  func endGap(at seconds: Double?) {
    guard decoder.policy == .partial, let fault = decoder.fault else { return }
    decoder.fault = nil
    let gap = VideoGap(beginSeconds: fault.source.ptsSeconds, endSeconds: seconds, error: fault)
    if !gaps.contains(where: { $0.beginSeconds == gap.beginSeconds }) { gaps.append(gap) }
  }

  /// Whether the cursor is reached sooner by decoding on than from a key frame.
  private var canDecodeOn: Bool {
    guard lastPts != .min, cursor > lastPts else { return false }
    return index?.isCounted == true || shareBeginning(lastPts, cursor)
  }

  /// Whether two times are reached from the same key frame.
  private func shareBeginning(_ first: Int64, _ second: Int64) -> Bool {
    if let index { return index.beginning(atOrBefore: first) == index.beginning(atOrBefore: second) }
    let entries = [first, second].map { unsafe av_index_search_timestamp(decoder.stream, $0, AVSEEK_FLAG_BACKWARD) }
    return entries[0] >= 0 && entries[0] == entries[1]
  }

  /// Whether the key frame that leads to the cursor makes the decoder forget all that it holds, which is shown earlier.
  private var canKeepState: Bool {
    guard let index, !index.isCounted, threads == 1, decoder.policy == .strict, lastPts != .min, lastPts < cursor,
      let position = index.beginning(atOrBefore: cursor)
    else { return false }
    return index.refreshesAtEachKeyFrame && index.beginnings[position].pts > lastPts
  }

  /// A place in the file from which decoding can begin.
  private enum Place {
    case time(Int64)
    case byte(Int64)
  }

  /// Where to begin in order to reach a time, best first.
  private func places(before time: Int64) -> [Place] {
    guard let index else { return [.time(time)] }
    guard let position = index.beginning(atOrBefore: time) else { return [.time(time), .byte(0)] }
    if index.isCounted { return [.time(index.beginnings[0].dts), .byte(0)] }
    let keyFrame = index.beginnings[position]
    // Transport streams have no index of their own: searching one for a time lands somewhere near.
    let isTransportStream = decoder.input.formatName == "mpegts" && keyFrame.byte >= 0
    let direct = isTransportStream ? [Place.byte(keyFrame.byte)] : []
    return direct + [.time(keyFrame.pts), .time(keyFrame.dts), .byte(0)]
  }

  /// Goes to a place; `false` if there is no such place, and the decoder holds what it held.
  private func wind(to place: Place) -> Bool {
    let keepsState = canKeepState
    let isThere =
      switch place {
      case .time(let time): decoder.seek(to: time, keepsState: keepsState)
      case .byte(let byte): decoder.seek(toByte: byte)
      }
    guard isThere else { return false }
    isPassingOver = false
    isBeginningAnew = false
    heldBack.removeAll()
    lastIndex = nil
    lastPts = .min
    countedFrames = 0
    return true
  }
}
