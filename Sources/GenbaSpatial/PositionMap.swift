public import GenbaCore

/// The 3-D places of an image's patches, for models that encode them (SpatialVLA's Ego3D position encoding).
///
/// SpatialVLA (Qu et al., RSS 2025; `modeling_spatialvla.py`, `backproject_patch`) averages depth over the cells of each
/// patch, `resolution` along a side, and back-projects each mean through the cell's middle, (i + 1/2) · cell in pixels
/// whose edges are whole numbers. There, holes count as 0 m in the mean; here a mean is over valid pixels, and a cell
/// without any is (0, 0, 0) with a mask that says so.
public struct PositionMap: Sendable, Equatable {
  /// float32 [patches, resolution² · 3]: patches row-major; in each, cells row-major, x, y, z in metres.
  public var positions: Tensor<Float>

  /// bool [patches, resolution²]: which cells have a distance.
  public var validMask: Tensor<Bool>

  /// Averages and back-projects the distances of a picture's patches.
  ///
  /// ```swift
  /// let places = PositionMap(depth, intrinsics: camera)  // of 224 x 224 pixels: [256, 12]
  /// ```
  ///
  /// - Parameters:
  ///   - depth: In metres, as large as the picture that the model sees; a size that is not a multiple of the patch traps.
  ///   - intrinsics: The camera, for pictures of that size.
  ///   - patchSize: Pixels along a patch's side; a multiple of `resolution`, or it traps.
  ///   - resolution: Cells along a patch's side.
  public init(_ depth: DepthMap, intrinsics: PinholeIntrinsics, patchSize: Int = 14, resolution: Int = 2) {
    precondition(
      patchSize > 0 && resolution > 0 && patchSize % resolution == 0 && depth.height % patchSize == 0
        && depth.width % patchSize == 0,
      "patches of \(patchSize) pixels with \(resolution) cells a side in \(depth.width)x\(depth.height)")
    let cell = patchSize / resolution
    let (rows, columns) = (depth.height / patchSize, depth.width / patchSize)
    let metres = depth.metres.span
    var positions: [Float] = []
    var mask: [Bool] = []
    for patch in 0..<rows * columns {
      for part in 0..<resolution * resolution {
        let row = patch / columns * resolution + part / resolution
        let column = patch % columns * resolution + part % resolution
        var (sum, count) = (Float(0), 0)
        for y in row * cell..<(row + 1) * cell {
          for x in column * cell..<(column + 1) * cell where metres[y * depth.width + x] > 0 {
            sum += metres[y * depth.width + x]
            count += 1
          }
        }
        let z = count == 0 ? 0 : sum / Float(count)
        let (u, v) = ((Double(column) + 0.5) * Double(cell), (Double(row) + 0.5) * Double(cell))
        positions += [
          Float((u - intrinsics.cx) / intrinsics.fx) * z, Float((v - intrinsics.cy) / intrinsics.fy) * z, z,
        ]
        mask.append(count > 0)
      }
    }
    let cells = resolution * resolution
    self.positions = Tensor(positions, shape: [rows * columns, cells * 3])
    validMask = Tensor(mask, shape: [rows * columns, cells])
  }
}
