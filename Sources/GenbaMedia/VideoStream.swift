internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// The state behind a ``VideoDecoder``: an open stream, its index, and the place that decoding has reached.
@safe
final class VideoStream {
  let decoder: FFmpegDecoder
  let metadata: VideoMetadata
  let layout: FrameLayout
  let limits: DecodeLimits
  /// `nil` in ``SeekMode/approximate``.
  let index: VideoIndex?

  private let converter: RGBConverter
  /// Frames before this time are decoded but not given out.
  var cursor = Int64.min
  var isCursorNew = false
  /// The time of the frame that the decoder holds, in ticks.
  var lastPts = Int64.min
  /// How many frames have been decoded since the beginning, for streams whose frames are counted.
  var countedFrames = 0
  /// The index of the frame that the decoder holds.
  var lastIndex: Int?
  /// Whether any frame was given out.
  private var hasGiven = false
  /// The times, in ticks, whose frames are lost, so that the frame that the decoder holds stands in for them.
  private var standsInFor: ClosedRange<Int64>?
  /// Whether the frame of `lastIndex` was decoded by a helper, so that this decoder does not hold it.
  var wasLastElsewhere = false
  /// With ``DamagePolicy/partial``: whether frames are passed over until a key frame.
  var isPassingOver = false
  /// With ``DamagePolicy/partial``: whether the decoder begins anew, and gives nothing then before what is whole.
  var isBeginningAnew = false
  /// With ``DamagePolicy/partial``: frames of which it is not known yet whether they are whole.
  var heldBack = HeldFrames()
  /// With ``DamagePolicy/partial``: what was passed over.
  var gaps: [VideoGap] = []
  /// How many packets other decoders of the same stream were given on this one's behalf.
  var helpersPacketCount = 0
  /// The turn that makes frames upright, if that is asked for.
  let rotation: VideoRotation
  /// Whether interlaced frames are shown as their earlier field.
  let deinterlaces: Bool
  /// How many threads may decode.
  let threads: Int
  /// What the stream is read from, in a form that can be opened again.
  let source: MediaSource
  /// The frames that have been announced, ascending.
  private var announced: [Int] = []
  private var spent: Tensor<UInt8>?

  init(_ options: VideoDecoder.Options) throws(GenbaError) {
    limits = options.limits
    source = try options.source.rereadable(limits: limits)
    threads = options.threads
    layout = options.layout
    deinterlaces = options.deinterlaces
    let input = try FFmpegInput(source, for: .video, limits: limits)
    decoder = try FFmpegDecoder(
      input, .video, stream: options.stream, threads: threads, limits: limits, damage: options.damage)
    rotation = options.appliesRotation ? VideoRotation(degrees: unsafe genba_stream_rotation(decoder.stream)) : .none
    var metadata = VideoMetadata(header: decoder, rotation)
    converter = RGBConverter(layout: layout, rotation: rotation)
    switch options.seekMode {
    case .exact:
      let index = try VideoIndex(scanning: decoder, limits: limits)
      self.index = index
      metadata.beginStreamSecondsFromContent = index.beginSeconds
      metadata.endStreamSecondsFromContent = index.endSeconds
      metadata.numFramesFromContent = index.count
      metadata.numKeyFramesFromContent = index.keyFrames.count
      cursor = index.pts.first ?? .min
      isCursorNew = true
    case .approximate:
      index = nil
      if options.damage == .strict { decoder.structure = unsafe ReferenceStructure(decoder.parameters) }
      guard metadata.averageFPSFromHeader != nil else {
        throw decoder.error(
          .unsupportedFormat, "the header gives no frame rate, which SeekMode.approximate needs; use .exact")
      }
    }
    self.metadata = metadata
    try decoder.checkCompleteness(
      endSeconds: metadata.endStreamSecondsFromContent, endsInPacket: index?.endsInPacket ?? false)
    if let fault = decoder.fault, options.damage == .partial {
      gaps.append(VideoGap(beginSeconds: fault.source.ptsSeconds, endSeconds: nil, error: fault))
    }
    decoder.fault = nil
  }

  /// Another decoder of the same stream, on one thread, which takes over what is known of it.
  init(helping other: VideoStream) throws(GenbaError) {
    source = other.source
    threads = 1
    let input = try FFmpegInput(source, for: .video, limits: other.limits)
    decoder = try FFmpegDecoder(
      input, .video, stream: other.decoder.streamIndex, threads: 1, limits: other.limits, damage: other.decoder.policy)
    layout = other.layout
    limits = other.limits
    deinterlaces = other.deinterlaces
    metadata = other.metadata
    index = other.index
    rotation = other.rotation
    converter = RGBConverter(layout: layout, rotation: rotation)
  }

  /// The shape of one frame as the header has it.
  var frameShape: [Int] {
    layout == .nchw ? [3, metadata.height, metadata.width] : [metadata.height, metadata.width, 3]
  }

  // MARK: One frame

  /// The frame after the last one; `nil` at the end.
  func next() throws(GenbaError) -> Frame? {
    decoder.input.beginOperation()
    if decoder.hasEndedEarly || wasLastElsewhere, let lastIndex {
      if let index {
        guard lastIndex + 1 < index.count else { return nil }
        cursor = index.pts[lastIndex + 1]
      } else {
        cursor = lastPts + 1
      }
      isCursorNew = true
      wasLastElsewhere = false
    }
    standsInFor = nil
    guard try decodeForward() else { return nil }
    lastIndex = lastIndex.map { $0 + 1 } ?? index?.index(of: lastPts)
    if decoder.policy == .partial { lastIndex = index?.index(of: lastPts) }
    return try currentFrame()
  }

  /// The frame of an index.
  func frame(at index: Int) throws(GenbaError) -> Frame {
    decoder.input.beginOperation()
    return try frameOnTheWay(index)
  }

  /// The frame of an index, as a part of a call for more.
  func frameOnTheWay(_ index: Int) throws(GenbaError) -> Frame {
    try check(index)
    try decode(at: index, followedBy: announcedFollower(of: index))
    return try currentFrame()
  }

  /// Says which frames will be asked for one by one.
  func announce(_ indices: [Int]) { announced = indices.sorted() }

  /// What comes after an announced frame.
  func announcedFollower(of wanted: Int) -> Follower {
    let place = VideoIndex.partition(announced.count) { announced[$0] >= wanted }
    guard place < announced.count, announced[place] == wanted else { return .unknown }
    return announced[place...].first { $0 > wanted }.map { .frame($0) } ?? .none
  }

  /// What will be wanted after a frame.
  enum Follower {
    case unknown
    case none
    case frame(Int)
  }

  /// Decodes until the decoder holds the frame of `wanted`, which has been checked.
  func decode(at wanted: Int, followedBy follower: Follower) throws(GenbaError) {
    if !wasLastElsewhere, lastIndex == wanted || standsInFor?.contains(pts(of: wanted)) == true { return }
    wasLastElsewhere = false
    standsInFor = nil
    cursor = pts(of: wanted)
    isCursorNew = lastIndex.map { $0 + 1 } != wanted
    guard try decodeForward(shortcut(to: wanted, followedBy: follower)) else {
      throw decoder.error(
        .truncated, "frame \(wanted) cannot be decoded: the stream ends before it", ptsSeconds: seconds(of: wanted))
    }
    if let index, decoder.policy == .strict, lastPts != index.pts[wanted] {
      throw decoder.error(
        .corruptData, "frame \(wanted) is lost: the decoder gives the one at \(currentPtsSeconds) s in its place",
        ptsSeconds: seconds(of: wanted), cause: FFmpegInput.cause())
    }
    // Where a frame is lost, the one behind it comes in its place, and must not be taken for it later.
    lastIndex = index.map { $0.pts[wanted] == lastPts ? wanted : $0.index(of: lastPts) } ?? wanted
    if index != nil, lastIndex != wanted, cursor < lastPts { standsInFor = cursor...lastPts }
  }

  /// The frame that the decoder holds.
  func currentFrame() throws(GenbaError) -> Frame {
    let (width, height) = currentSize
    let shape = layout == .nchw ? [3, height, width] : [height, width, 3]
    let pixels = try Tensor<UInt8>(shape: shape, reusing: &spent) { (output) throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { (buffer, count) throws(GenbaError) in
        try unsafe writeCurrentFrame(to: buffer)
        count = buffer.count
      }
    }
    spent = pixels
    return Frame(pixels: pixels, layout: layout, ptsSeconds: currentPtsSeconds, durationSeconds: currentDurationSeconds)
  }

  /// The upright size of the frame that the decoder holds.
  var currentSize: (width: Int, height: Int) {
    rotation.swapsAxes
      ? (decoder.frameHeight, decoder.frameWidth) : (decoder.frameWidth, decoder.frameHeight)
  }

  /// Writes the frame that the decoder holds as upright RGB; the buffer has its size.
  func writeCurrentFrame(to buffer: UnsafeMutableBufferPointer<UInt8>) throws(GenbaError) {
    hasGiven = true
    if deinterlaces, unsafe genba_deinterlace(decoder.frame) < 0 {
      throw decoder.error(
        .unsupportedFormat, "the pixel format \(decoder.framePixelFormat) cannot be deinterlaced",
        ptsSeconds: currentPtsSeconds)
    }
    guard unsafe converter.convert(decoder.frame, into: buffer) else {
      throw decoder.error(
        .unsupportedFormat, "the pixel format \(decoder.framePixelFormat) cannot be converted to RGB",
        ptsSeconds: currentPtsSeconds)
    }
  }

  /// When the frame that the decoder holds is shown.
  var currentPtsSeconds: Double { decoder.seconds(lastPts) }

  /// For how long the frame that the decoder holds is shown.
  var currentDurationSeconds: Double { decoder.seconds(decoder.frameDuration) }

  /// Whether the decoder had to invent parts of the frame that it holds.
  var isFrameDamaged: Bool { unsafe genba_frame_is_damaged(decoder.frame) }

  /// Whether decoding could begin at the frame that the decoder holds.
  var isKeyFrame: Bool { unsafe genba_frame_is_key(decoder.frame) }

  func checkFrame() throws(GenbaError) {
    guard isFrameDamaged else { return }
    try decoder.note(
      decoder.error(
        .corruptData, "the frame is damaged: the decoder had to invent parts of it", ptsSeconds: currentPtsSeconds,
        cause: FFmpegInput.cause()))
  }

  /// The frame that was given last, by its index and its time; `nil` before the first.
  var lastGiven: (index: Int?, pts: Int64)? { hasGiven ? (lastIndex, lastPts) : nil }

  /// Has ``next()`` go on behind a frame that another decoder of the same stream gave.
  func goOn(after last: (index: Int?, pts: Int64)?) {
    guard let last else { return }
    hasGiven = true
    lastIndex = last.index
    lastPts = .min
    cursor = last.pts == .max ? .max : last.pts + 1
    isCursorNew = true
    wasLastElsewhere = index != nil && last.index != nil
  }

  // MARK: Indices and times

  /// Throws `.outOfRange` unless there is such a frame.
  func check(_ index: Int) throws(GenbaError) {
    guard index >= 0, index < metadata.numFrames ?? .max else {
      let count = metadata.numFrames ?? .max
      throw decoder.error(.outOfRange, "there is no frame \(index); the frames are 0 to \(count - 1)")
    }
  }

  func pts(of frame: Int) -> Int64 {
    if let index { return index.pts[frame] }
    let seconds = seconds(of: frame) * Double(decoder.timeBase.den) / Double(decoder.timeBase.num)
    return Int64(exactly: seconds.rounded(.toNearestOrAwayFromZero)) ?? .max
  }

  /// When a frame is shown; in ``SeekMode/approximate`` by the header's rate.
  func seconds(of frame: Int) -> Double {
    if let index { return index.seconds(index.pts[frame]) }
    return metadata.beginStreamSeconds + Double(frame) / (metadata.averageFPSFromHeader ?? 1)
  }

  /// The frame that is on the screen at a time within the stream.
  func frameIndex(playedAt time: Double) -> Int {
    if let index { return index.index(playedAt: time) }
    let frame = ((time - metadata.beginStreamSeconds) * (metadata.averageFPSFromHeader ?? 0)).rounded(.down)
    return Int(exactly: frame) ?? .max
  }

  /// The first frame that is shown at a time or later.
  func frameIndex(startingAt time: Double) -> Int {
    if let index { return index.index(startingAt: time) }
    let frame = ((time - metadata.beginStreamSeconds) * (metadata.averageFPSFromHeader ?? 0)).rounded(.up)
    return min(Int(exactly: frame) ?? .max, metadata.numFrames ?? .max)
  }
}
