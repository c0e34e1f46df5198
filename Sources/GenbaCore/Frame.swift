/// The order of a video frame's axes.
public enum FrameLayout: String, Sendable, Hashable, Codable, CaseIterable {
  /// Planes: [3, height, width], and [frames, 3, height, width]; what torch models take.
  case nchw
  /// Pixels: [height, width, 3], and [frames, height, width, 3]; what image processors resize.
  case nhwc
}

/// One decoded video frame.
public struct Frame: Sendable, Equatable {
  /// uint8 RGB, [3, height, width] or [height, width, 3] as ``layout`` says.
  public var pixels: Tensor<UInt8>
  /// The order of the axes.
  public var layout: FrameLayout
  /// When it is shown, on its container's clock, in seconds.
  public var ptsSeconds: Double
  /// For how long it is shown, in seconds.
  public var durationSeconds: Double

  /// A frame from pixels; a shape that does not fit the layout traps.
  public init(pixels: Tensor<UInt8>, layout: FrameLayout, ptsSeconds: Double, durationSeconds: Double) {
    precondition(
      pixels.rank == 3 && pixels.shape[layout == .nchw ? 0 : 2] == 3,
      "an RGB frame in \(layout) order cannot have the shape \(pixels.shape)")
    self.pixels = pixels
    self.layout = layout
    self.ptsSeconds = ptsSeconds
    self.durationSeconds = durationSeconds
  }

  /// Rows.
  public var height: Int { pixels.shape[layout == .nchw ? 1 : 0] }

  /// Columns.
  public var width: Int { pixels.shape[layout == .nchw ? 2 : 1] }
}

/// Video frames of one size in one tensor.
public struct FrameBatch: Sendable, Equatable {
  /// uint8 RGB, [frames, 3, height, width] or [frames, height, width, 3] as ``layout`` says.
  public var pixels: Tensor<UInt8>
  /// The order of the axes.
  public var layout: FrameLayout
  /// When each frame is shown, on its container's clock, in seconds.
  public var ptsSeconds: [Double]
  /// For how long each frame is shown, in seconds.
  public var durationSeconds: [Double]

  /// Frames from pixels; a shape or a number of times that does not fit traps.
  public init(pixels: Tensor<UInt8>, layout: FrameLayout, ptsSeconds: [Double], durationSeconds: [Double]) {
    precondition(
      pixels.rank == 4 && pixels.shape[layout == .nchw ? 1 : 3] == 3,
      "RGB frames in \(layout) order cannot have the shape \(pixels.shape)")
    precondition(
      ptsSeconds.count == pixels.shape[0] && durationSeconds.count == pixels.shape[0],
      "\(pixels.shape[0]) frames with \(ptsSeconds.count) times and \(durationSeconds.count) durations")
    self.pixels = pixels
    self.layout = layout
    self.ptsSeconds = ptsSeconds
    self.durationSeconds = durationSeconds
  }

  /// How many frames there are.
  public var count: Int { pixels.shape[0] }

  /// Rows of each frame.
  public var height: Int { pixels.shape[layout == .nchw ? 2 : 1] }

  /// Columns of each frame.
  public var width: Int { pixels.shape[layout == .nchw ? 3 : 2] }
}
