public import GenbaCore

/// How a ``VideoDecoder`` finds out where frames are.
public enum SeekMode: String, Sendable, Hashable, Codable, CaseIterable {
  /// By going through all packets of the file once, without decoding: frame i is frame i.
  case exact
  /// By what the header says, without reading the file: quicker to open, wrong where the rate varies.
  case approximate
}

/// Decodes a video stream to upright RGB frames, byte for byte as torchcodec does.
///
/// The reference is torchcodec 0.11.1's `VideoDecoder` on the CPU, with the same FFmpeg libraries. Frames are counted
/// in the order in which they are shown. A rotation that the container asks for has been applied, unless that is switched off.
///
/// ```swift
/// var video = try VideoDecoder("line4.mp4")
/// print(video.metadata.averageFPS ?? 0)
/// while let frame = try video.next() { print(frame.ptsSeconds, frame.pixels.shape) }
/// let batch = try video.frames(at: [0, 30, 60])   // [3, 3, height, width]
/// ```
public struct VideoDecoder: ~Copyable {
  private(set) var stream: VideoStream
  private let options: Options

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - stream: The index of the stream in its container; `nil` takes the one that FFmpeg finds best.
  ///   - seekMode: How frames are found.
  ///   - layout: The order of a frame's axes.
  ///   - threads: How many threads may decode. A batch from several groups of pictures is decoded group by group,
  ///     each by one thread with a decoder of its own; one frame after another by FFmpeg's own threads. 0 lets FFmpeg
  ///     decide.
  ///   - limits: What is taken from the file at most.
  ///   - damage: What is done about a file that is cut off or damaged.
  ///   - deinterlaces: Whether frames that are flagged as interlaced are shown as their earlier field is: the rows of
  ///     the other one become the mean of those above and below. Without it they come as they are stored.
  ///   - appliesRotation: Whether frames are turned as the container asks; without it they come as they are stored, and
  ///     ``VideoMetadata/rotation`` says what to do.
  /// - Throws: `.cannotOpen` if the file cannot be read; `.unsupportedFormat` if it is no video that FFmpeg knows;
  ///   `.noSuchStream` if it has no such video stream, with a list of those it has; `.truncated` if it ends before
  ///   its content does; `.corruptData`; `.limitExceeded`.
  public init(
    _ path: String, stream: Int? = nil, seekMode: SeekMode = .exact, layout: FrameLayout = .nchw, threads: Int = 1,
    limits: DecodeLimits = .init(), damage: DamagePolicy = .strict, deinterlaces: Bool = false,
    appliesRotation: Bool = true
  ) throws(GenbaError) {
    try self.init(
      .file(path), stream: stream, seekMode: seekMode, layout: layout, threads: threads, limits: limits, damage: damage,
      deinterlaces: deinterlaces, appliesRotation: appliesRotation)
  }

  /// Opens a file or bytes in memory; see ``init(_:stream:seekMode:layout:threads:limits:damage:deinterlaces:appliesRotation:)``.
  public init(
    _ source: MediaSource, stream: Int? = nil, seekMode: SeekMode = .exact, layout: FrameLayout = .nchw,
    threads: Int = 1, limits: DecodeLimits = .init(), damage: DamagePolicy = .strict, deinterlaces: Bool = false,
    appliesRotation: Bool = true
  ) throws(GenbaError) {
    precondition(threads >= 0, "a decoder cannot use \(threads) threads")
    options = Options(
      source: source, stream: stream, seekMode: seekMode, layout: layout, threads: threads, limits: limits,
      damage: damage, deinterlaces: deinterlaces, appliesRotation: appliesRotation)
    self.stream = try VideoStream(options)
  }

  /// What a decoder was opened with.
  struct Options {
    var source: MediaSource
    var stream: Int?
    var seekMode: SeekMode
    var layout: FrameLayout
    var threads: Int
    var limits: DecodeLimits
    var damage: DamagePolicy
    var deinterlaces: Bool
    var appliesRotation: Bool
  }

  /// Looks at the file again, which may have grown since it was opened: ``metadata`` and the frames that can be asked for
  /// are those of now, and ``next()`` goes on where it was.
  ///
  /// Open a file that is being written with ``DamagePolicy/partial``, since it ends in the middle of something as a rule.
  /// Only formats that can be read before they are finished work: Matroska, WebM, transport streams, fragmented MP4.
  ///
  /// - Returns: How many frames there are now.
  /// - Throws: As opening it; the decoder stays as it was then.
  @discardableResult
  public mutating func refresh() throws(GenbaError) -> Int? {
    let grown = try VideoStream(options)
    grown.goOn(after: stream.lastGiven)
    stream = grown
    return metadata.numFrames
  }

  /// What is known of the stream.
  public var metadata: VideoMetadata { stream.metadata }

  /// The order of a frame's axes.
  public var layout: FrameLayout { stream.layout }

  /// The first damage that was met; `nil` if there was none so far.
  public var damage: GenbaError? { stream.decoder.damage }

  /// What was passed over so far, with ``DamagePolicy/partial``, in the order in which it was met.
  public var gaps: [VideoGap] { stream.gaps }

  /// The indices of the frames that are on the screen in a range of time, on the container's clock; `nil` is all frames.
  ///
  /// Empty for a range outside the stream, and where the header does not say how many frames there are.
  public func frameIndices(in range: Range<Double>?) -> Range<Int> {
    let count = metadata.numFrames ?? 0
    guard let range else { return 0..<max(count, 0) }
    guard !range.isEmpty, range.lowerBound < metadata.endStreamSeconds ?? .infinity else { return 0..<0 }
    let first = stream.frameIndex(playedAt: range.lowerBound)
    return first..<max(first, min(stream.frameIndex(startingAt: range.upperBound), count))
  }

  /// The next frame; `nil` at the end.
  ///
  /// Begins at the first frame, and goes on after the last frame that any other call gave. The memory of a frame that
  /// is gone when the next one is asked for is used again.
  ///
  /// - Throws: `.corruptData` with the time if the stream cannot be decoded.
  public mutating func next() throws(GenbaError) -> Frame? { try stream.next() }

  /// The frame of an index.
  ///
  /// Ascending indices are decoded on; others begin at the last key frame before.
  ///
  /// - Throws: `.outOfRange` if there is no such frame; `.corruptData` if it cannot be decoded.
  public mutating func frame(at index: Int) throws(GenbaError) -> Frame { try stream.frame(at: index) }

  /// Says which frames ``frame(at:)`` will be asked for, so that it can leave out work that none of them needs.
  ///
  /// Changes how long frames take, never what is in them; other frames can be asked for all the same. Forgets what was
  /// announced before. ``frames(at:)`` needs no announcement.
  public mutating func announce(_ indices: [Int]) { stream.announce(indices) }

  /// How many packets the codec has been given so far: the frames that had to be decoded for those that were wanted.
  public var decodedPacketCount: Int { stream.decoder.decodedPacketCount + stream.helpersPacketCount }

  /// The frames of these indices, in this order; an index may come more than once.
  ///
  /// Each frame is decoded once, in the order of the stream.
  ///
  /// Without ``DamagePolicy/strict`` the next whole frame stands in for one that is lost, or the last one at the end of the
  /// stream; its time tells.
  ///
  /// - Returns: uint8, [indices.count, 3, height, width] or [indices.count, height, width, 3].
  /// - Throws: `.outOfRange` if one of them is not there; `.limitExceeded` if they take more than
  ///   ``DecodeLimits/frameBytes``; `.corruptData` if one cannot be decoded.
  public mutating func frames(at indices: [Int]) throws(GenbaError) -> FrameBatch { try stream.frames(at: indices) }

  /// The frames that are on the screen at these times, in this order.
  ///
  /// - Parameter seconds: On the container's clock, from `metadata.beginStreamSeconds` to before
  ///   `metadata.endStreamSeconds`.
  /// - Throws: As ``frames(at:)``.
  public mutating func framesPlayed(at seconds: [Double]) throws(GenbaError) -> FrameBatch {
    try stream.frames(try stream.selection(at: seconds))
  }

  /// The frames of a stretch of time.
  ///
  /// - Parameters:
  ///   - range: In seconds on the container's clock, within the stream; the first frame is the one that is on the
  ///     screen when the range begins.
  ///   - fps: Frames per second; frames are dropped or repeated, and the times are those of a steady clock. `nil`
  ///     takes every frame once, with its own time, but for those that are lost to damage where that is no error.
  /// - Throws: As ``frames(at:)``.
  public mutating func framesPlayed(in range: Range<Double>, fps: Double? = nil) throws(GenbaError) -> FrameBatch {
    try stream.frames(try stream.selection(in: range, fps: fps))
  }

  /// The frames of a selection.
  ///
  /// - Throws: As ``frames(at:)``.
  public mutating func frames(_ selection: FrameSelection) throws(GenbaError) -> FrameBatch {
    try stream.frames(selection)
  }

  /// All frames; without ``DamagePolicy/strict`` and without `fps` those that are not lost.
  ///
  /// - Parameter fps: Frames per second, as in ``framesPlayed(in:fps:)``.
  /// - Throws: As ``frames(at:)``.
  public mutating func allFrames(fps: Double? = nil) throws(GenbaError) -> FrameBatch {
    try stream.frames(try stream.selectionOfAll(fps: fps))
  }
}

// The stream behind it is never shared, and whoever holds the decoder is alone with it.
extension VideoDecoder: @unchecked Sendable {}
