public import GenbaCore
internal import GenbaKernels

/// For each pixel the direction in which the surface that it shows faces, in the camera's own axes.
///
/// ```swift
/// let normals = NormalMap(depth, intrinsics: camera)  // windows of 11 x 11 pixels
/// ```
///
/// A plane in space is a plane over the picture in inverse depth, 1 / z = A u + B v + C with the ray (u, v, 1), and
/// (A, B, C) is its normal's direction. Each pixel's is fitted by least squares over a window of it. Noise of sensors
/// that triangulate (stereo, structured light) is the same everywhere in 1 / z, so the fit needs no weights. (Badino,
/// Huber, Park, Kanade: Fast and accurate computation of surface normals from range images, ICRA 2011, in the
/// inverse-depth form.) Where the window holds a step in depth, the plane of one of eight windows beside the pixel is
/// taken if it leaves much less behind, as Kuwahara's filter does (Kuwahara et al. 1976).
public struct NormalMap: Sendable, Equatable {
  /// float32 [height, width, 3]: unit vectors that look towards the camera; 0 where ``validMask`` is `false`.
  public var normals: Tensor<Float>

  /// bool [height, width]: where there is a normal.
  public var validMask: Tensor<Bool>

  /// Fits normals.
  ///
  /// - Parameters:
  ///   - depth: The distances.
  ///   - intrinsics: The camera.
  ///   - windowSize: Pixels along a side of the window, odd, 3 to 31; another size traps. Noise falls with its square;
  ///     what is smaller than half of it loses its own normals.
  ///   - minCount: A window of fewer valid pixels gives no normal; `nil` is an eighth of its pixels.
  ///   - choosesWindow: Whether windows beside the pixel may stand in at steps.
  public init(
    _ depth: DepthMap, intrinsics: PinholeIntrinsics, windowSize: Int = 11, minCount: Int? = nil,
    choosesWindow: Bool = true
  ) {
    precondition(windowSize % 2 == 1 && (3...31).contains(windowSize), "a window of \(windowSize) pixels")
    let plan = NormalsPlan(
      height: depth.height, width: depth.width, radius: windowSize / 2,
      minCount: max(minCount ?? windowSize * windowSize / 8, 3), preference: choosesWindow ? 0.5 : 0,
      fx: Float(intrinsics.fx), fy: Float(intrinsics.fy), cx: Float(intrinsics.cx), cy: Float(intrinsics.cy))
    (normals, validMask) = Tensor.pair(shape: [depth.height, depth.width, 3], [depth.height, depth.width]) {
      plan.run(metres: depth.metres.span, into: &$0, mask: &$1)
    }
  }
}
