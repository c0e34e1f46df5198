internal import GenbaCore

extension VideoStream {
  /// The frames of these indices, in this order.
  func frames(at indices: [Int]) throws(GenbaError) -> FrameBatch {
    decoder.input.beginOperation()
    for index in indices { try check(index) }
    return try batch(indices)
  }

  /// The frames that are on the screen at these times.
  func selection(at seconds: [Double]) throws(GenbaError) -> FrameSelection {
    let begin = metadata.beginStreamSeconds
    let end = metadata.endStreamSeconds ?? .infinity
    for time in seconds {
      guard time >= begin, time < end else {
        throw decoder.error(
          .outOfRange, "nothing is shown at \(time) s; the stream lasts from \(begin) s to before \(end) s")
      }
    }
    return FrameSelection(indices: seconds.map(frameIndex(playedAt:)))
  }

  /// The frames of a stretch of time, at their own times or at those of a steady clock.
  func selection(
    in range: Range<Double>, fps: Double?, frameBytes: Int? = nil
  ) throws(GenbaError) -> FrameSelection {
    if range.isEmpty { return FrameSelection(indices: []) }
    let begin = metadata.beginStreamSeconds
    let end = metadata.endStreamSeconds ?? .infinity
    guard range.lowerBound >= begin, range.lowerBound < end, range.upperBound <= end else {
      throw decoder.error(
        .outOfRange, "\(range.lowerBound) s to \(range.upperBound) s is not within the stream, \(begin) s to \(end) s")
    }
    guard let fps else {
      let first = frameIndex(playedAt: range.lowerBound)
      let past = frameIndex(startingAt: range.upperBound)
      try checkBytes(frames: past - first, of: frameBytes)
      return FrameSelection(indices: Array(first..<max(past, first)), leavesOutLost: true)
    }
    guard fps > 0, fps.isFinite else {
      throw decoder.error(.outOfRange, "\(fps) frames per second is no rate; it must be above 0")
    }
    let count = ((range.upperBound - range.lowerBound) * fps).rounded(.toNearestOrAwayFromZero)
    try checkBytes(frames: Int(exactly: count) ?? .max, of: frameBytes)
    let duration = 1 / fps
    let times = (0..<Int(count)).map { range.lowerBound + Double($0) * duration }
    return FrameSelection(indices: times.map(frameIndex(playedAt:)), steadySeconds: times, steadyDuration: duration)
  }

  /// All frames of the stream.
  func selectionOfAll(fps: Double?, frameBytes: Int? = nil) throws(GenbaError) -> FrameSelection {
    guard let end = metadata.endStreamSeconds else {
      throw decoder.error(
        .unsupportedFormat, "the header does not say how long the stream is; open it with SeekMode.exact")
    }
    if fps == nil, let index { return FrameSelection(indices: Array(0..<index.count), leavesOutLost: true) }
    let begin = metadata.beginStreamSeconds
    return try selection(in: begin..<max(end, begin), fps: fps, frameBytes: frameBytes)
  }

  /// The frames of a selection.
  func frames(_ selection: FrameSelection) throws(GenbaError) -> FrameBatch {
    finished(try frames(at: selection.indices), selection)
  }

  /// What `transform` makes of each frame of a selection, one after another; each distinct frame is decoded once.
  func frames(
    _ selection: FrameSelection, shape: [Int], layout: FrameLayout,
    _ transform: (Frame) throws(GenbaError) -> Tensor<UInt8>
  ) throws(GenbaError) -> FrameBatch {
    let indices = selection.indices
    for index in indices { try check(index) }
    let frameBytes = shape.reduce(1, *)
    try checkBytes(frames: indices.count, of: frameBytes)
    let order = indices.indices.sorted { (indices[$0], $0) < (indices[$1], $1) }
    var ptsSeconds = [Double](repeating: 0, count: indices.count)
    var durationSeconds = ptsSeconds
    decoder.input.beginOperation()
    announce(indices)
    defer { announce([]) }
    let pixels = try Tensor<UInt8>(shape: [indices.count] + shape) { (output) throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { (buffer, count) throws(GenbaError) in
        var last: (index: Int, made: Tensor<UInt8>, time: BatchTime)?
        var end = Int.max
        for place in order {
          let index = indices[place]
          if last?.index != index, try isThere(index, announcedFollower(of: index), before: &end, orElse: last?.index) {
            let frame = try currentFrame()
            last = (index, try transform(frame), currentTime(place))
          }
          guard let (_, made, time) = last else { break }
          precondition(made.shape == shape, "frames of \(shape) were announced, and one of \(made.shape) came")
          let slot = unsafe UnsafeMutableBufferPointer(
            rebasing: buffer[place * frameBytes..<(place + 1) * frameBytes])
          unsafe made.span.withUnsafeBufferPointer { _ = unsafe slot.update(fromContentsOf: $0) }
          ptsSeconds[place] = time.ptsSeconds
          durationSeconds[place] = time.durationSeconds
        }
        count = buffer.count
      }
    }
    return finished(
      FrameBatch(pixels: pixels, layout: layout, ptsSeconds: ptsSeconds, durationSeconds: durationSeconds), selection)
  }

  /// Decodes each distinct frame once, in ascending order, straight into its place.
  private func batch(_ indices: [Int]) throws(GenbaError) -> FrameBatch {
    try checkBytes(frames: indices.count)
    let order = indices.indices.sorted { (indices[$0], $0) < (indices[$1], $1) }
    let pieces = pieces(of: order.map { indices[$0] })
    var times: [BatchTime] = []
    let pixels = try Tensor<UInt8>(shape: [indices.count] + frameShape) { (output) throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { (buffer, count) throws(GenbaError) in
        if pieces.count < 2 {
          times = try unsafe decode(indices, order[...], into: buffer)
        } else {
          times = try unsafe decode(indices, pieces.map { order[$0] }, into: buffer)
        }
        count = buffer.count
      }
    }
    var ptsSeconds = [Double](repeating: 0, count: indices.count)
    var durationSeconds = ptsSeconds
    for time in times {
      ptsSeconds[time.place] = time.ptsSeconds
      durationSeconds[time.place] = time.durationSeconds
    }
    return FrameBatch(pixels: pixels, layout: layout, ptsSeconds: ptsSeconds, durationSeconds: durationSeconds)
  }

  /// When the frame in one place of a batch is shown.
  struct BatchTime: Sendable {
    var place: Int
    var ptsSeconds: Double
    var durationSeconds: Double
  }

  /// Decodes the frames of some places, whose indices ascend, each distinct one once.
  func decode(
    _ indices: [Int], _ order: ArraySlice<Int>, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(GenbaError) -> [BatchTime] {
    let frameBytes = 3 * metadata.width * metadata.height
    var times: [BatchTime] = []
    var previous: Int?
    var end = Int.max
    for (position, place) in zip(order.indices, order) {
      let slot = unsafe UnsafeMutableBufferPointer(rebasing: buffer[place * frameBytes..<(place + 1) * frameBytes])
      let index = indices[place]
      let follower = order[position...].first { indices[$0] > index }.map { Follower.frame(indices[$0]) } ?? .none
      if previous.map({ indices[$0] }) != index, try isThere(index, follower, before: &end, orElse: previous) {
        try checkSize()
        try unsafe writeCurrentFrame(to: slot)
        times.append(currentTime(place))
      } else if let previous, var time = times.last {
        let twin = unsafe UnsafeMutableBufferPointer(
          rebasing: buffer[previous * frameBytes..<(previous + 1) * frameBytes])
        _ = unsafe slot.update(fromContentsOf: twin)
        time.place = place
        times.append(time)
      }
      previous = place
    }
    return times
  }

  /// Throws unless the frame that the decoder holds has the size that the header names.
  func checkSize() throws(GenbaError) {
    let (width, height) = currentSize
    guard width != metadata.width || height != metadata.height else { return }
    throw decoder.error(
      .unsupportedFormat,
      "the frames change their size, here to \(width) x \(height), and do not fit into one batch; take them one at a time",
      ptsSeconds: currentPtsSeconds)
  }

  /// Throws if so many frames, of `frameBytes` each or else of full size, are more than the limit.
  func checkBytes(frames: Int, of frameBytes: Int? = nil) throws(GenbaError) {
    let frameBytes = frameBytes ?? 3 * metadata.width * metadata.height
    let (bytes, overflow) = frames.multipliedReportingOverflow(by: frameBytes)
    guard overflow || bytes > limits.frameBytes else { return }
    throw decoder.error(
      .limitExceeded,
      "\(frames) frames of \(frameBytes) bytes take more than the limit of \(limits.frameBytes) bytes; "
        + "ask for fewer with fps (--fps), or raise DecodeLimits.frameBytes")
  }
}
