public import GenbaCore
internal import GenbaKernels

/// Brings the pictures of a depth camera and a colour camera beside it to the same pixels.
///
/// ```swift
/// let align = DepthAligner(
///   depthCamera: depthIntrinsics, colorCamera: colorIntrinsics, depthToColor: extrinsics,
///   colorHeight: 720, colorWidth: 1280)
/// let aligned = align.depthToColor(depth)              // [720, 1280], from the colour camera
/// let (colors, mask) = align.colorToDepth(rgb, depth)  // the depth camera's pixels, coloured
/// ```
///
/// The colour camera's lens may bend its picture, as ``LensDistortion`` has it. The depth camera's must not: sensors give
/// pictures without distortion, or undistort them first.
public struct DepthAligner: Sendable {
  /// What a depth pixel covers in the colour picture.
  public enum Footprint: Sendable, CaseIterable {
    /// The pixel that its centre falls on, as OpenCV's `registerDepth` has it. A colour picture with more pixels than
    /// the depth picture gets gaps.
    case center
    /// That pixel, the one left of it, the one above and the one above left, as OpenCV with `depthDilation`.
    case dilated
    /// All pixels between the places of its corners, as librealsense's `align` has it: no gaps.
    case corners
  }

  /// The depth camera.
  public let depthCamera: PinholeIntrinsics
  /// The colour camera.
  public let colorCamera: PinholeIntrinsics
  /// What the colour camera's lens does.
  public let colorDistortion: LensDistortion
  /// From the depth camera's axes to the colour camera's.
  public let depthToColor: RigidTransform
  /// Rows of the colour picture.
  public let colorHeight: Int
  /// Columns of the colour picture.
  public let colorWidth: Int
  /// What a depth pixel covers.
  public let footprint: Footprint

  /// Cameras and how they stand to each other; a colour picture without pixels traps.
  public init(
    depthCamera: PinholeIntrinsics, colorCamera: PinholeIntrinsics, colorDistortion: LensDistortion = .none,
    depthToColor: RigidTransform, colorHeight: Int, colorWidth: Int, footprint: Footprint = .center
  ) {
    precondition(
      colorHeight > 0 && colorWidth > 0 && colorHeight < 1 << 15 && colorWidth < 1 << 15,
      "no picture of \(colorWidth)x\(colorHeight) pixels")
    self.depthCamera = depthCamera
    self.colorCamera = colorCamera
    self.colorDistortion = colorDistortion
    self.depthToColor = depthToColor
    self.colorHeight = colorHeight
    self.colorWidth = colorWidth
    self.footprint = footprint
  }

  /// The distances as the colour camera sees them; of several that fall on a pixel the nearest (z-buffer).
  ///
  /// With `.center`, as OpenCV 5's `registerDepth`: places are rounded to the nearest pixel.
  public func depthToColor(_ depth: DepthMap) -> DepthMap {
    let (metres, mask) = Tensor.pair(shape: [colorHeight, colorWidth], [colorHeight, colorWidth]) { metres, mask in
      metres.append(repeating: .infinity, count: colorHeight * colorWidth)
      // The z-buffer stands where the result will: no other memory is touched.
      var nearest = metres.mutableSpan
      splat(depth, into: &nearest)
      DepthProjection.settle(&nearest, mask: &mask)
    }
    return DepthMap(metres: metres, validMask: mask)
  }

  /// The colour of each depth pixel: that of the colour pixel which its point falls on.
  ///
  /// A point that the colour camera cannot see, since another stands in front of it, gets no colour: one that is farther
  /// than the nearest on its pixel or the pixels around by more than `occlusion`.
  ///
  /// - Parameters:
  ///   - colors: uint8 [colorHeight, colorWidth, 3]; another shape traps.
  ///   - depth: The distances.
  ///   - occlusion: How much farther, as a share of its distance: 0.02 is 2 %.
  /// - Returns: uint8 [height, width, 3], 0 without a colour; and where there is one.
  public func colorToDepth(
    _ colors: Tensor<UInt8>, _ depth: DepthMap, occlusion: Float = 0.02
  ) -> (colors: Tensor<UInt8>, validMask: Tensor<Bool>) {
    precondition(
      colors.shape == [colorHeight, colorWidth, 3], "colours of shape \(colors.shape), not \(colorHeight)x\(colorWidth)"
    )
    let front = DepthAligner(
      depthCamera: depthCamera, colorCamera: colorCamera, colorDistortion: colorDistortion,
      depthToColor: depthToColor, colorHeight: colorHeight, colorWidth: colorWidth, footprint: .corners
    ).depthToColor(depth)
    let (nearest, source) = (front.metres.span, colors.span)
    var mask = [Bool](repeating: false, count: depth.height * depth.width)
    var result = Tensor<UInt8>(repeating: 0, shape: [depth.height, depth.width, 3])
    forEachRow(of: depth) { y, places, distances in
      var target = result.mutableSpan
      for x in 0..<places.count where places[x] >= 0 {
        let place = Int(places[x])
        guard nearest[place] == 0 || distances[x] <= nearest[place] * (1 + occlusion) else { continue }
        let index = y * depth.width + x
        mask[index] = true
        for channel in 0..<3 { target[3 * index + channel] = source[3 * place + channel] }
      }
    }
    return (result, Tensor(mask, shape: [depth.height, depth.width]))
  }

  /// colour camera · transform · depth camera⁻¹, as one matrix and an offset.
  private var linearProjection: DepthProjection {
    let (r, t) = (depthToColor.rotation, depthToColor.translation)
    // Rows of K · R and K · t.
    func row(_ k: Int) -> [Double] {
      let turned = [r[3 * k], r[3 * k + 1], r[3 * k + 2]]
      guard k < 2 else { return turned }
      let (f, c) = k == 0 ? (colorCamera.fx, colorCamera.cx) : (colorCamera.fy, colorCamera.cy)
      return (0..<3).map { f * turned[$0] + c * r[6 + $0] }
    }
    var matrix: [Float] = []
    for k in 0..<3 {
      let row = row(k)
      let (x, y) = (row[0] / depthCamera.fx, row[1] / depthCamera.fy)
      let constant = row[2] - x * depthCamera.cx - y * depthCamera.cy
      matrix += [Float(x), Float(y), Float(constant)]
    }
    let offset = [
      colorCamera.fx * t[0] + colorCamera.cx * t[2], colorCamera.fy * t[1] + colorCamera.cy * t[2], t[2],
    ]
    return DepthProjection(matrix: matrix, offset: offset.map { Float($0) }, height: colorHeight, width: colorWidth)
  }

  private var projection: ColorProjection {
    ColorProjection(
      depthCamera: depthCamera, colorCamera: colorCamera, distortion: colorDistortion, depthToColor: depthToColor,
      colorHeight: colorHeight, colorWidth: colorWidth)
  }

  /// Calls `body` with the colour pixel that each pixel of a row falls on, -1 for none, and its distance from there.
  private func forEachRow(
    of depth: DepthMap,
    _ body: (_ y: Int, _ places: borrowing Span<Int32>, _ distances: borrowing Span<Float>) -> Void
  ) {
    var places = [Int32](repeating: -1, count: depth.width)
    var distances = [Float](repeating: 0, count: depth.width)
    let metres = depth.metres.span
    let (linear, bent) = (linearProjection, colorDistortion.isNone ? nil : projection)
    for y in 0..<depth.height {
      if let bent {
        for x in 0..<depth.width {
          let z = metres[y * depth.width + x]
          guard z > 0, let place = bent(Double(x), Double(y), Double(z)), let pixel = pixel(place.u, place.v) else {
            places[x] = -1
            continue
          }
          (places[x], distances[x]) = (Int32(pixel), Float(place.z))
        }
      } else {
        var placeSpan = places.mutableSpan
        var distanceSpan = distances.mutableSpan
        linear.run(
          row: y, metres: metres.extracting(y * depth.width..<(y + 1) * depth.width), places: &placeSpan,
          distances: &distanceSpan)
      }
      body(y, places.span, distances.span)
    }
  }

  /// The number of the colour pixel at a place; `nil` outside.
  private func pixel(_ u: Double, _ v: Double) -> Int? {
    guard u >= -0.5, v >= -0.5, u < Double(colorWidth), v < Double(colorHeight) else { return nil }
    let (column, row) = (Int(u.rounded(.toNearestOrEven)), Int(v.rounded(.toNearestOrEven)))
    return column < colorWidth && row < colorHeight ? row * colorWidth + column : nil
  }

  /// Puts every depth pixel into a z-buffer of the colour picture's pixels.
  private func splat(_ depth: DepthMap, into nearest: inout MutableSpan<Float>) {
    guard footprint != .corners else { return splatCorners(depth, into: &nearest) }
    let metres = depth.metres.span
    if footprint == .center && colorDistortion.isNone {
      let linear = linearProjection
      for y in 0..<depth.height {
        linear.splat(
          row: y, metres: metres.extracting(y * depth.width..<(y + 1) * depth.width), into: &nearest)
      }
      return
    }
    forEachRow(of: depth) { _, places, distances in
      for x in 0..<places.count where places[x] >= 0 {
        let (place, distance) = (Int(places[x]), distances[x])
        if distance < nearest[place] { nearest[place] = distance }
        guard footprint == .dilated else { continue }
        let (row, column) = (place / colorWidth, place % colorWidth)
        for (up, left) in [(0, 1), (1, 0), (1, 1)] where row >= up && column >= left {
          let other = place - up * colorWidth - left
          if distance < nearest[other] { nearest[other] = distance }
        }
      }
    }
  }

  /// Fills the rectangle between the places of each pixel's top left and bottom right corners.
  private func splatCorners(_ depth: DepthMap, into target: inout MutableSpan<Float>) {
    let (height, width) = (colorHeight, colorWidth)
    let metres = depth.metres.span
    let place = projection
    for y in 0..<depth.height {
      for x in 0..<depth.width {
        let z = Double(metres[y * depth.width + x])
        guard z > 0, let center = place(Double(x), Double(y), z),
          let first = place(Double(x) - 0.5, Double(y) - 0.5, z),
          let last = place(Double(x) + 0.5, Double(y) + 0.5, z)
        else { continue }
        // Pixels whose centres lie between the corners, and at least the one that the centre falls on.
        let columns = Self.range(first.u, last.u, center.u, width)
        let rows = Self.range(first.v, last.v, center.v, height)
        let distance = Float(center.z)
        for row in rows {
          for column in columns where distance < target[row * width + column] {
            target[row * width + column] = distance
          }
        }
      }
    }
  }

  private static func range(_ a: Double, _ b: Double, _ center: Double, _ count: Int) -> Range<Int> {
    let (low, high, limit) = (min(a, b), max(a, b), Double(count) + 1)
    guard low < limit, high > -2, high - low < limit else { return 0..<0 }
    let middle = Int(center.rounded(.toNearestOrEven))
    let first = min(Int(max(low, -2).rounded(.up)), middle)
    let last = max(Int(min(high, limit).rounded(.up)) - 1, middle)
    return max(first, 0)..<max(min(last + 1, count), max(first, 0))
  }
}
