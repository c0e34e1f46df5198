/// A camera without distortion: how directions become pixels.
///
/// The camera looks along +z, x is to the right and y down, as in OpenCV. The centre of the top left pixel is (0, 0).
public struct PinholeIntrinsics: Sendable, Hashable, Codable {
  /// Focal length along x, in pixels.
  public var fx: Double
  /// Focal length along y, in pixels.
  public var fy: Double
  /// Column of the optical axis, in pixels.
  public var cx: Double
  /// Row of the optical axis, in pixels.
  public var cy: Double

  /// A camera with these numbers; a focal length that is not above 0 traps.
  public init(fx: Double, fy: Double, cx: Double, cy: Double) {
    precondition(fx > 0 && fy > 0, "focal lengths are above 0, not \(fx) and \(fy)")
    self.fx = fx
    self.fy = fy
    self.cx = cx
    self.cy = cy
  }

  /// The same camera after its pictures were resized: pixel centres move by half a pixel, as resizing does it.
  public func scaled(x: Double, y: Double) -> PinholeIntrinsics {
    PinholeIntrinsics(fx: fx * x, fy: fy * y, cx: (cx + 0.5) * x - 0.5, cy: (cy + 0.5) * y - 0.5)
  }
}
