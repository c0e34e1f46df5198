public import GenbaCore
internal import Glibc

/// For each pixel of a rectified picture, where in the camera's own picture it is seen.
///
/// As OpenCV's `initUndistortRectifyMap` (and its fisheye sibling), in double precision.
///
/// ```swift
/// let map = rectification.leftMap()
/// let rectified = try map(left)           // the picture
/// let seen = map.validMask                // which of its pixels the camera saw
/// ```
public struct RectificationMap: Sendable {
  /// Rows and columns of both pictures.
  public let height: Int, width: Int
  /// float32 [height, width, 2]: column and row. NaN where no direction leads back.
  public let positions: Tensor<Float>

  /// A map for a camera that is turned by `rotation` and shown through the pinhole `rectified`.
  public init(
    camera: CameraCalibration, rotation: Matrix3, rectified: PinholeIntrinsics, width: Int, height: Int
  ) {
    self.width = width
    self.height = height
    let model = LensDistortion.Model(camera.distortion)
    let back = rotation.transposed
    let pinhole = camera.intrinsics
    positions = Tensor(shape: [height, width, 2]) { output in
      for row in 0..<height {
        let y = (Double(row) - rectified.cy) / rectified.fy
        for column in 0..<width {
          let x = (Double(column) - rectified.cx) / rectified.fx
          let z = back[2, 0] * x + back[2, 1] * y + back[2, 2]
          guard z > 0 else {
            for _ in 0..<2 { output.append(.nan) }
            continue
          }
          let seen = model.distort(
            x: (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / z, y: (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / z
          )
          output.append(Float(pinhole.fx * seen.x + pinhole.cx))
          output.append(Float(pinhole.fy * seen.y + pinhole.cy))
        }
      }
    }
  }

  /// bool [height, width]: which pixels lie between pixels of the camera's picture.
  public var validMask: Tensor<Bool> {
    let source = positions.span
    return Tensor(shape: [height, width]) { output in
      for index in stride(from: 0, to: source.count, by: 2) {
        let (x, y) = (source[index], source[index + 1])
        output.append(x >= 0 && y >= 0 && x <= Float(width - 1) && y <= Float(height - 1))
      }
    }
  }

  /// A camera's picture as the rectified camera would have taken it: bilinear, 0 outside.
  ///
  /// With OpenCV's fixed-point arithmetic, positions in 32nds of a pixel: bit-equal to `cv2.remap` with maps of
  /// `CV_16SC2` for 8 bits, within 1 for 16.
  ///
  /// - Throws: `mismatchedInputs` for a picture of another size.
  public func callAsFunction(_ picture: Image) throws(GenbaError) -> Image {
    guard picture.height == height && picture.width == width else {
      throw GenbaError(
        .mismatchedInputs,
        "the rectification is for pictures of \(width)x\(height), and this one is \(picture.width)x\(picture.height)")
    }
    var result = picture
    switch picture.pixels {
    case .uint8(let pixels): result.pixels = .uint8(remap(pixels))
    case .uint16(let pixels): result.pixels = .uint16(remap(pixels))
    case .float32: throw GenbaError(.unsupportedFormat, "a picture of floats cannot be rectified; 8 and 16 bits can")
    }
    return result
  }

  private func remap<Pixel: TensorElement & FixedWidthInteger>(_ pixels: Tensor<Pixel>) -> Tensor<Pixel> {
    let channels = pixels.shape[2]
    let (source, map) = (pixels.span, positions.span)
    return Tensor(shape: pixels.shape) { output in
      for index in stride(from: 0, to: map.count, by: 2) {
        guard let x = Self.fixed(map[index]), let y = Self.fixed(map[index + 1]) else {
          for _ in 0..<channels { output.append(0) }
          continue
        }
        let (column, row, right, below) = (x >> 5, y >> 5, x & 31, y & 31)
        let isInside = column >= 0 && row >= 0 && column + 1 < width && row + 1 < height
        for channel in 0..<channels {
          func at(_ row: Int, _ column: Int) -> Int {
            guard isInside || (row >= 0 && row < height && column >= 0 && column < width) else { return 0 }
            return Int(source[(row * width + column) * channels + channel])
          }
          let upper = at(row, column) * (32 - right) + at(row, column + 1) * right
          let lower = at(row + 1, column) * (32 - right) + at(row + 1, column + 1) * right
          output.append(Pixel(truncatingIfNeeded: (upper * (32 - below) + lower * below + 512) >> 10))
        }
      }
    }
  }

  /// In 32nds, half to even; `nil` for what no picture can hold.
  private static func fixed(_ position: Float) -> Int? {
    guard abs(position) < 1_048_576 else { return nil }
    return Int((position * 32).rounded(.toNearestOrEven))
  }
}

extension StereoRectification {
  /// The map of the left camera.
  public func leftMap() -> RectificationMap {
    RectificationMap(camera: calibration.left, rotation: leftRotation, rectified: left, width: width, height: height)
  }

  /// The map of the right camera.
  public func rightMap() -> RectificationMap {
    RectificationMap(camera: calibration.right, rotation: rightRotation, rectified: right, width: width, height: height)
  }

  /// Both pictures, rectified; as they are if the calibration says that they are rectified already.
  ///
  /// - Throws: `mismatchedInputs` for pictures of another size than ``width`` by ``height``.
  public func callAsFunction(left: Image, right: Image) throws(GenbaError) -> (left: Image, right: Image) {
    guard left.height == height && left.width == width && right.height == height && right.width == width else {
      throw GenbaError(
        .mismatchedInputs,
        "the rectification is for pictures of \(width)x\(height); the left one is \(left.width)x\(left.height) and the right one \(right.width)x\(right.height)"
      )
    }
    if calibration.isRectified { return (left, right) }
    return (try leftMap()(left), try rightMap()(right))
  }
}
