internal import Glibc

/// How a lens bends the picture of a pinhole camera, in OpenCV's models and order of coefficients.
///
/// Both map a direction (x, y, 1) to where it is seen, in units of the focal length.
public enum LensDistortion: Sendable, Hashable, Codable {
  /// k1, k2, p1, p2, k3, k4, k5, k6, s1, s2, s3, s4: radial by a rational function, tangential, thin prism; missing
  /// ones are 0. What OpenCV, ROS (`plumb_bob`, `rational_polynomial`) and RealSense (Brown-Conrady) write.
  case radialTangential([Double])

  /// k1, k2, k3, k4 of the equidistant model for wide angles: θ (1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸). `cv::fisheye`, and
  /// ROS' `equidistant`.
  case fisheye([Double])

  /// No distortion.
  public static let none = LensDistortion.radialTangential([])

  /// The coefficients, as they are stored.
  public var coefficients: [Double] {
    switch self {
    case .radialTangential(let values), .fisheye(let values): values
    }
  }

  /// Whether it leaves every direction where it is. A fisheye never does.
  public var isNone: Bool {
    if case .radialTangential(let values) = self { values.allSatisfy { $0 == 0 } } else { false }
  }

  /// Where the direction (x, y, 1) is seen, in units of the focal length: a pixel is (fx · x + cx, fy · y + cy) of it.
  public func distort(x: Double, y: Double) -> (x: Double, y: Double) { Model(self).distort(x: x, y: y) }

  /// The coefficients, looked up once for many pixels.
  struct Model {
    private let isFisheye: Bool
    private let k1, k2, p1, p2, k3, k4, k5, k6, s1, s2, s3, s4: Double

    init(_ distortion: LensDistortion) {
      let values = distortion.coefficients + [Double](repeating: 0, count: 12)
      if case .fisheye = distortion { isFisheye = true } else { isFisheye = false }
      (k1, k2, p1, p2) = (values[0], values[1], values[2], values[3])
      (k3, k4, k5, k6) = (values[4], values[5], values[6], values[7])
      (s1, s2, s3, s4) = (values[8], values[9], values[10], values[11])
    }

    func distort(x: Double, y: Double) -> (x: Double, y: Double) {
      let r2 = x * x + y * y
      if isFisheye {
        let r = r2.squareRoot()
        let theta = atan(r)
        let t2 = theta * theta
        // The third and the fourth coefficient stand where p1 and p2 do.
        let bent = theta * (1 + t2 * (k1 + t2 * (k2 + t2 * (p1 + t2 * p2))))
        let scale = r > 0 ? bent / r : 1
        return (x * scale, y * scale)
      }
      let radial = (1 + r2 * (k1 + r2 * (k2 + r2 * k3))) / (1 + r2 * (k4 + r2 * (k5 + r2 * k6)))
      let xy2 = 2 * x * y
      return (
        x * radial + p1 * xy2 + p2 * (r2 + 2 * x * x) + r2 * (s1 + r2 * s2),
        y * radial + p1 * (r2 + 2 * y * y) + p2 * xy2 + r2 * (s3 + r2 * s4)
      )
    }

    /// The direction that is seen there, by the iterations of OpenCV's `undistortPoints`: five steps of a fixed point,
    /// or up to ten of Newton for a fisheye.
    func undistort(x seenX: Double, y seenY: Double) -> (x: Double, y: Double) {
      if isFisheye {
        let bent = min((seenX * seenX + seenY * seenY).squareRoot(), .pi / 2)
        guard bent > 1e-8 else { return (seenX, seenY) }
        var theta = bent
        for _ in 0..<10 {
          let t2 = theta * theta
          let value = theta * (1 + t2 * (k1 + t2 * (k2 + t2 * (p1 + t2 * p2)))) - bent
          let slope = 1 + t2 * (3 * k1 + t2 * (5 * k2 + t2 * (7 * p1 + t2 * 9 * p2)))
          let step = value / slope
          theta -= step
          if abs(step) < 1e-8 { break }
        }
        let scale = tan(theta) / bent
        return (seenX * scale, seenY * scale)
      }
      var (x, y) = (seenX, seenY)
      for _ in 0..<5 {
        let r2 = x * x + y * y
        let radial = (1 + r2 * (k4 + r2 * (k5 + r2 * k6))) / (1 + r2 * (k1 + r2 * (k2 + r2 * k3)))
        guard radial >= 0 else { return (seenX, seenY) }
        let dx = 2 * p1 * x * y + p2 * (r2 + 2 * x * x) + r2 * (s1 + r2 * s2)
        let dy = p1 * (r2 + 2 * y * y) + 2 * p2 * x * y + r2 * (s3 + r2 * s4)
        (x, y) = ((seenX - dx) * radial, (seenY - dy) * radial)
      }
      return (x, y)
    }
  }
}
