internal import GenbaCore

// Frames that damage has taken. A batch has a place for each frame that was asked for; where that is lost, the next whole
// one comes in its place, and at the end of the stream the last one.
extension VideoStream {
  /// Decodes the frame of an index, or the whole one behind it; `false` where none comes any more and one from before can
  /// stand in.
  ///
  /// - Parameters:
  ///   - end: The frame from which on nothing can be decoded, as far as that has been found out.
  ///   - standIn: What there is from before; without it the end of the stream is an error.
  func isThere(
    _ wanted: Int, _ follower: Follower, before end: inout Int, orElse standIn: Int?
  ) throws(GenbaError) -> Bool {
    guard wanted < end else { return false }
    do throws(GenbaError) {
      try decode(at: wanted, followedBy: follower)
      return true
    } catch {
      guard error.code == .truncated, decoder.policy != .strict, standIn != nil else { throw error }
      end = wanted
      return false
    }
  }

  /// When the frame that the decoder holds is shown, for its place in a batch.
  func currentTime(_ place: Int) -> BatchTime {
    BatchTime(place: place, ptsSeconds: currentPtsSeconds, durationSeconds: currentDurationSeconds)
  }

  /// The batch as the selection wants it: without what stands in for lost frames, or with the times of a steady clock.
  func finished<Batch: TimedFrames>(_ batch: Batch, _ selection: FrameSelection) -> Batch {
    guard let index, selection.leavesOutLost, decoder.policy != .strict else { return selection.timed(batch) }
    let whole = selection.indices.indices.filter { place in
      batch.ptsSeconds[place] == index.seconds(index.pts[selection.indices[place]])
    }
    return whole.count < selection.indices.count ? batch.keeping(whole) : batch
  }
}
