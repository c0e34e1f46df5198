public import GenbaCore
internal import Glibc

/// HHA: horizontal disparity, height above ground, and angle to gravity, as three channels of a picture (Gupta, Girshick,
/// Arbeláez, Malik: Learning rich features from RGB-D images for object detection and segmentation, ECCV 2014).
///
/// With the constants of the authors' code: 31000 / z with z in centimetres and at least 1 m; height in centimetres over
/// the lowest point, taken as 130 cm below the camera where that lies higher than 90 cm below it; angle in degrees plus
/// 38. All are rounded and clamped to 0 … 255. The direction of gravity is found as they do (Gupta, Arbeláez, Malik, CVPR
/// 2013, section 3.1): in five rounds with 45 degrees and five with 15, the direction most aligned with the normals near
/// it and most perpendicular to those across it. Normals are ``NormalMap``'s, where theirs are plane fits in windows of 3
/// and 10 pixels: values may differ by a few levels on surfaces and by more at edges.
public struct HHA: Sendable, Equatable {
  /// uint8 [height, width, 3]: disparity, height, angle; 0 where ``validMask`` is `false`.
  public var pixels: Tensor<UInt8>

  /// bool [height, width]: where there are a distance and a normal.
  public var validMask: Tensor<Bool>

  /// The unit vector down, in the camera's axes.
  public var gravity: [Float]

  /// Computes the three channels of a depth map.
  ///
  /// ```swift
  /// let hha = HHA(depth, intrinsics: camera)
  /// hha.pixels  // uint8 [480, 640, 3] of a picture of 640 x 480
  /// ```
  ///
  /// - Parameters:
  ///   - depth: The distances, in metres.
  ///   - intrinsics: The camera, for pictures of that size.
  ///   - gravity: The direction down in the camera's axes (x right, y down, z forward), of any length above 0, from an
  ///     inertial sensor for instance; other than three numbers trap. `nil` to find it from the normals, starting from
  ///     the camera held upright.
  public init(_ depth: DepthMap, intrinsics: PinholeIntrinsics, gravity: [Float]? = nil) {
    precondition(gravity == nil || gravity?.count == 3, "a direction has 3 numbers")
    let points = PointMap(depth, intrinsics: intrinsics)
    let normals = NormalMap(depth, intrinsics: intrinsics)
    let down = gravity.map { SIMD3(Double($0[0]), Double($0[1]), Double($0[2])) } ?? Self.gravity(normals)
    let unit = down / (down * down).sum().squareRoot()
    self.gravity = [Float(unit.x), Float(unit.y), Float(unit.z)]
    let (p, n) = (points.points.span, normals.normals.span)
    let (hasPoint, hasNormal) = (points.validMask.span, normals.validMask.span)
    func along(_ tensor: borrowing Span<Float>, _ index: Int) -> Double {
      Double(tensor[3 * index]) * unit.x + Double(tensor[3 * index + 1]) * unit.y + Double(tensor[3 * index + 2])
        * unit.z
    }
    var lowest = Double.infinity
    for index in 0..<hasPoint.count where hasPoint[index] { lowest = min(lowest, -100 * along(p, index)) }
    if lowest > -90 { lowest = -130 }
    let count = hasPoint.count
    pixels = Tensor(shape: [depth.height, depth.width, 3]) { output in
      for index in 0..<count {
        guard hasPoint[index], hasNormal[index] else {
          for _ in 0..<3 { output.append(0) }
          continue
        }
        let cosine = min(max(-along(n, index), -1), 1)
        for value in [
          31_000 / max(100 * Double(p[3 * index + 2]), 100), -100 * along(p, index) - lowest,
          acos(cosine) * 180 / .pi + 38,
        ] { output.append(UInt8(min(max(value.rounded(), 0), 255))) }
      }
    }
    validMask = Tensor(shape: [depth.height, depth.width]) { output in
      for index in 0..<count { output.append(hasPoint[index] && hasNormal[index]) }
    }
  }

  /// The direction down that the normals speak for; straight down the picture if they say nothing.
  static func gravity(_ normals: NormalMap) -> SIMD3<Double> {
    let (n, mask) = (normals.normals.span, normals.validMask.span)
    var down = SIMD3<Double>(0, 1, 0)
    for degrees in [45.0, 15] {
      let (parallel, across) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
      for _ in 0..<5 {
        // Σ n nᵀ over walls less that over floors, whose smallest eigenvector is most across the one and along the other.
        var matrix = SymmetricMatrix3()
        for index in 0..<mask.count where mask[index] {
          let normal = SIMD3(Double(n[3 * index]), Double(n[3 * index + 1]), Double(n[3 * index + 2]))
          let cosine = abs((normal * down).sum())
          if cosine > parallel { matrix.add(normal, weight: -1) }
          if cosine < across { matrix.add(normal, weight: 1) }
        }
        let direction = matrix.smallestEigenvector
        down = (direction * down).sum() < 0 ? -direction : direction
      }
    }
    return down
  }
}

/// A symmetric 3 x 3 matrix and its smallest eigenvector, by Jacobi's rotations (Golub & Van Loan, section 8.5).
struct SymmetricMatrix3 {
  /// Rows.
  var rows: [SIMD3<Double>] = [.zero, .zero, .zero]

  /// Adds weight · v vᵀ.
  mutating func add(_ v: SIMD3<Double>, weight: Double) {
    for k in 0..<3 { rows[k] += v * (v[k] * weight) }
  }

  var smallestEigenvector: SIMD3<Double> {
    var a = rows
    // Columns of the rotations so far.
    var vectors = [SIMD3<Double>(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
    for _ in 0..<12 {
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where abs(a[p][q]) > 1e-300 {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta >= 0 ? 1.0 : -1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<3 { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
        for k in 0..<3 { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
        (vectors[p], vectors[q]) = (vectors[p] * c - vectors[q] * s, vectors[p] * s + vectors[q] * c)
      }
    }
    let least = (0..<3).min { a[$0][$0] < a[$1][$1] } ?? 0
    return vectors[least]
  }
}
