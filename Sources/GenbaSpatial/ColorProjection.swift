internal import GenbaCore

/// Where what a depth camera's pixel shows falls in the colour camera's picture, lens and all.
struct ColorProjection {
  private let depthCamera: PinholeIntrinsics, colorCamera: PinholeIntrinsics
  private let rotation: [Double], translation: [Double]
  /// Of the colour camera's lens; `nil` for one that bends nothing.
  private let lens: LensDistortion.Model?
  /// The largest square of a direction's distance from the axis that the picture shows. Beyond it a lens' polynomial turns
  /// around and would bring back into the picture what lies far outside of it.
  private let farthest: Double

  init(
    depthCamera: PinholeIntrinsics, colorCamera: PinholeIntrinsics, distortion: LensDistortion,
    depthToColor: RigidTransform, colorHeight: Int, colorWidth: Int
  ) {
    self.depthCamera = depthCamera
    self.colorCamera = colorCamera
    (rotation, translation) = (depthToColor.rotation, depthToColor.translation)
    guard !distortion.isNone else {
      (lens, farthest) = (nil, .infinity)
      return
    }
    let model = LensDistortion.Model(distortion)
    lens = model
    // Along the border, a pixel outside.
    let (right, bottom) = (Double(colorWidth), Double(colorHeight))
    let border = (0...16).flatMap { step -> [(Double, Double)] in
      let (x, y) = (-1 + (right + 1) * Double(step) / 16, -1 + (bottom + 1) * Double(step) / 16)
      return [(x, -1), (x, bottom), (-1, y), (right, y)]
    }
    let squares = border.map { x, y in
      let seen = model.undistort(
        x: (x - colorCamera.cx) / colorCamera.fx, y: (y - colorCamera.cy) / colorCamera.fy)
      return seen.x * seen.x + seen.y * seen.y
    }
    farthest = 1.2 * (squares.max() ?? .infinity)
  }

  /// Column and row, not rounded, and the distance along the colour camera's axis, of the depth camera's pixel (x, y) at
  /// distance z; `nil` for what lies behind the colour camera or far outside of its picture.
  func callAsFunction(_ x: Double, _ y: Double, _ z: Double) -> (u: Double, v: Double, z: Double)? {
    let (r, t) = (rotation, translation)
    let (px, py) = ((x - depthCamera.cx) / depthCamera.fx * z, (y - depthCamera.cy) / depthCamera.fy * z)
    let qz = r[6] * px + r[7] * py + r[8] * z + t[2]
    guard qz > 0 else { return nil }
    var direction = (
      x: (r[0] * px + r[1] * py + r[2] * z + t[0]) / qz, y: (r[3] * px + r[4] * py + r[5] * z + t[1]) / qz
    )
    if let lens {
      guard direction.x * direction.x + direction.y * direction.y <= farthest else { return nil }
      direction = lens.distort(x: direction.x, y: direction.y)
    }
    return (colorCamera.fx * direction.x + colorCamera.cx, colorCamera.fy * direction.y + colorCamera.cy, qz)
  }
}
