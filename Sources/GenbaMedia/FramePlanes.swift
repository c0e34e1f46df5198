public import GenbaCore

/// The order of the two fields of an interlaced frame.
public enum FieldOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// All rows belong to one moment.
  case progressive
  /// Rows 0, 2, 4 … are the earlier moment.
  case topFirst = "top_first"
  /// Rows 1, 3, 5 … are the earlier moment.
  case bottomFirst = "bottom_first"
}

/// One frame as its codec stores it: neither converted nor turned.
public struct FramePlanes: Sendable {
  /// The samples of each plane in the order of the pixel format, Y, U, V as a rule.
  ///
  /// uint8 for up to 8 bits, uint16 for 9 to 16 bits as they are stored, float32 for float formats; [rows, columns], or
  /// [rows, columns, samples] where samples of one pixel lie side by side (`nv12`'s second plane, `rgb24`). A palette is
  /// uint8 [256, 4].
  public var planes: [AnyTensor]
  /// The format as FFmpeg calls it: `yuv420p`, `gray16le`, `yuva420p` …
  public var pixelFormat: String
  /// Bits of the first sample that carry something: 8, 10, 12, 16.
  public var bitDepth: Int
  /// Columns of the first plane.
  public var width: Int
  /// Rows of the first plane.
  public var height: Int
  /// The matrix between RGB and the stored colours; `nil` if the stream does not say.
  public var colorSpace: String?
  /// `tv` for limited range, `pc` for full; `nil` if the stream does not say.
  public var colorRange: String?
  /// Whether the frame is made of two fields, and which comes first.
  public var fieldOrder: FieldOrder
  /// Whether decoding could begin here.
  public var isKeyFrame: Bool
  /// When it is shown, on its container's clock, in seconds.
  public var ptsSeconds: Double
  /// For how long it is shown, in seconds.
  public var durationSeconds: Double
}

/// Frames of one size with one or more planes, of 8 or of 16 bits.
public struct PlaneBatch<Element: TensorElement>: Sendable {
  /// [frames, planes, rows, columns].
  public var pixels: Tensor<Element>
  /// The largest value that a sample can have: 255, 1023 for 10 bits, 65535 …
  public var maximum: Int
  /// When each frame is shown, on its container's clock, in seconds.
  public var ptsSeconds: [Double]
  /// For how long each frame is shown, in seconds.
  public var durationSeconds: [Double]
}
