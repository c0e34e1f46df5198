public import GenbaCore

/// How much the surface bends at each pixel.
///
/// From the two fundamental forms of the surface that the point map is, parametrised by column and row (do Carmo,
/// Differential geometry of curves and surfaces, section 3.3): with P_u, P_v the points' and N_u, N_v the normals'
/// central differences over `step` pixels, E = P_u·P_u, F = P_u·P_v, G = P_v·P_v, e = -N_u·P_u, f = -(N_u·P_v + N_v·P_u)/2,
/// g = -N_v·P_v: mean = (eG - 2fF + gE) / 2(EG - F²), Gaussian = (eg - f²) / (EG - F²).
public struct SurfaceCurvature: Sendable, Equatable {
  /// float32 [height, width], in 1/m: above 0 where the surface bulges towards the camera, below where it is hollow; 1/r
  /// on a sphere of radius r. 0 where ``validMask`` is `false`.
  public var mean: Tensor<Float>

  /// float32 [height, width], in 1/m²: 1/r² on a sphere, 0 on a plane, a cylinder and a cone.
  public var gaussian: Tensor<Float>

  /// bool [height, width]: where the differences could be taken.
  public var validMask: Tensor<Bool>

  /// Curvature from points and normals of the same pixels; other shapes trap.
  ///
  /// - Parameters:
  ///   - points: The points.
  ///   - normals: Smooth ones: differences of noise are all noise. Windows of 11 and more pixels.
  ///   - step: Pixels to either side.
  ///   - discontinuity: Neighbours farther apart in depth than this share of it are not of one surface, and give no
  ///     curvature.
  public init(_ points: PointMap, normals: NormalMap, step: Int = 3, discontinuity: Float = 0.05) {
    precondition(normals.normals.shape == points.points.shape && step >= 1, "normals of the same pixels are needed")
    let (height, width) = (points.height, points.width)
    let (p, n) = (points.points.span, normals.normals.span)
    let (hasPoint, hasNormal) = (points.validMask.span, normals.validMask.span)
    var mean = [Float](repeating: 0, count: height * width)
    var (gaussian, mask) = (mean, [Bool](repeating: false, count: height * width))
    func vector(_ tensor: borrowing Span<Float>, _ index: Int) -> SIMD3<Float> {
      SIMD3(tensor[3 * index], tensor[3 * index + 1], tensor[3 * index + 2])
    }
    if height > 2 * step && width > 2 * step {
      for y in step..<height - step {
        for x in step..<width - step {
          let index = y * width + x
          let around = [index, index - step, index + step, index - step * width, index + step * width]
          let z = p[3 * index + 2]
          guard
            around.allSatisfy({
              hasPoint[$0] && hasNormal[$0] && abs(p[3 * $0 + 2] - z) <= discontinuity * z * Float(step)
            })
          else { continue }
          let pu = vector(p, around[2]) - vector(p, around[1])
          let pv = vector(p, around[4]) - vector(p, around[3])
          let nu = vector(n, around[2]) - vector(n, around[1])
          let nv = vector(n, around[4]) - vector(n, around[3])
          let (e1, f1, g1) = ((pu * pu).sum(), (pu * pv).sum(), (pv * pv).sum())
          let determinant = e1 * g1 - f1 * f1
          guard determinant > 1e-6 * e1 * g1 else { continue }
          // With the normal that looks at the camera, a bulge has N and P changing alike.
          let (e2, f2, g2) = ((nu * pu).sum(), ((nu * pv).sum() + (nv * pu).sum()) / 2, (nv * pv).sum())
          mean[index] = (e2 * g1 - 2 * f2 * f1 + g2 * e1) / (2 * determinant)
          gaussian[index] = (e2 * g2 - f2 * f2) / determinant
          mask[index] = true
        }
      }
    }
    self.mean = Tensor(mean, shape: [height, width])
    self.gaussian = Tensor(gaussian, shape: [height, width])
    validMask = Tensor(mask, shape: [height, width])
  }
}
