public import GenbaCore

/// Frames of a video that were chosen by time or rate, not decoded yet; a ``VideoDecoder`` makes and takes it.
public struct FrameSelection: Sendable, Hashable {
  /// The frames' indices, in the order in which they are wanted; an index may come more than once.
  public var indices: [Int]
  /// The times of a steady clock, which the frames get instead of their own.
  var steadySeconds: [Double]?
  var steadyDuration = 0.0
  /// Whether frames that are lost to damage are left out, instead of another in their place.
  var leavesOutLost = false

  /// Frames by index.
  public init(indices: [Int]) { self.indices = indices }

  init(indices: [Int], leavesOutLost: Bool) {
    self.indices = indices
    self.leavesOutLost = leavesOutLost
  }

  init(indices: [Int], steadySeconds: [Double], steadyDuration: Double) {
    self.indices = indices
    self.steadySeconds = steadySeconds
    self.steadyDuration = steadyDuration
  }

  /// The batch with the times of the steady clock, if there is one.
  func timed<Batch: TimedFrames>(_ batch: Batch) -> Batch {
    guard let steadySeconds else { return batch }
    var batch = batch
    batch.ptsSeconds = steadySeconds
    batch.durationSeconds = Array(repeating: steadyDuration, count: steadySeconds.count)
    return batch
  }
}

/// Frames with the times at which they are shown.
protocol TimedFrames {
  associatedtype Pixel: TensorElement
  var pixels: Tensor<Pixel> { get set }
  var ptsSeconds: [Double] { get set }
  var durationSeconds: [Double] { get set }
}

extension FrameBatch: TimedFrames {}
extension PlaneBatch: TimedFrames {}

extension TimedFrames {
  /// The frames at these places alone.
  func keeping(_ places: [Int]) -> Self {
    let size = pixels.shape.dropFirst().reduce(1, *)
    let source = pixels.span
    var kept = self
    kept.pixels = Tensor(shape: [places.count] + pixels.shape.dropFirst()) { output in
      for place in places {
        for index in place * size..<(place + 1) * size { output.append(source[index]) }
      }
    }
    kept.ptsSeconds = places.map { ptsSeconds[$0] }
    kept.durationSeconds = places.map { durationSeconds[$0] }
    return kept
  }
}

extension VideoDecoder {
  /// The frames that are on the screen at these times; throws as ``framesPlayed(at:)``.
  public func selection(at seconds: [Double]) throws(GenbaError) -> FrameSelection {
    try stream.selection(at: seconds)
  }

  /// The frames that ``framesPlayed(in:fps:)`` would give, or all for `nil`.
  ///
  /// - Parameter frameBytes: What will be kept of each frame; for ``DecodeLimits/frameBytes``.
  /// - Throws: As ``framesPlayed(in:fps:)``.
  public func selection(
    in range: Range<Double>? = nil, fps: Double? = nil, frameBytes: Int? = nil
  ) throws(GenbaError) -> FrameSelection {
    guard let range else { return try stream.selectionOfAll(fps: fps, frameBytes: frameBytes) }
    return try stream.selection(in: range, fps: fps, frameBytes: frameBytes)
  }

  /// What `transform` makes of each frame, in one tensor: resized, cropped. No more than one frame is in memory at its
  /// full size.
  ///
  /// ```swift
  /// var video = try VideoDecoder("line4.mp4", layout: .nhwc)
  /// let resizer = ImageResizer(fromHeight: 1080, width: 1920, toHeight: 270, width: 480)
  /// let small = try video.frames(try video.selection(fps: 2), shape: [270, 480, 3]) { resizer($0.pixels) }
  /// ```
  ///
  /// - Parameters:
  ///   - selection: Which frames; each is decoded and transformed once.
  ///   - shape: The shape of what `transform` gives, [3, rows, columns] or [rows, columns, 3] as `layout` says; another
  ///     traps.
  ///   - layout: The order of the axes of what `transform` gives; the decoder's own for `nil`.
  /// - Throws: As ``frames(at:)``, and what `transform` throws.
  public mutating func frames(
    _ selection: FrameSelection, shape: [Int], layout: FrameLayout? = nil,
    transform: (Frame) throws(GenbaError) -> Tensor<UInt8>
  ) throws(GenbaError) -> FrameBatch {
    try stream.frames(selection, shape: shape, layout: layout ?? stream.layout, transform)
  }
}
