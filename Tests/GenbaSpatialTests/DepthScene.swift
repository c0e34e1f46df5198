import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Glibc

/// Rendered depth whose normals are known, since planes and spheres have formulas.
struct DepthScene {
  let height: Int, width: Int
  let camera: PinholeIntrinsics

  init(height: Int, width: Int, focal: Double) {
    self.height = height
    self.width = width
    camera = PinholeIntrinsics(fx: focal, fy: focal, cx: Double(width - 1) / 2, cy: Double(height - 1) / 2)
  }

  /// Distances and normals, row-major.
  struct Surface {
    let shape: [Int]
    var metres: [Double]
    var normals: [SIMD3<Double>]

    var depth: DepthMap { DepthMap(metres: Tensor(metres.map { Float($0) }, shape: shape)) }

    /// With noise that grows with the square of the distance, rounded to millimetres.
    func noisy(by sigma: Double, seed: UInt64) -> Surface {
      var random = SeededRandom(state: seed)
      var other = self
      for index in metres.indices {
        let (u, v) = (Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random))
        let gaussian = (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
        let noisy = metres[index] + sigma * metres[index] * metres[index] * gaussian
        other.metres[index] = (noisy * 1000).rounded() / 1000
      }
      return other
    }

    func with(holesEvery step: Int) -> Surface {
      var other = self
      for index in Swift.stride(from: 0, to: metres.count, by: step) { other.metres[index] = 0 }
      return other
    }
  }

  func ray(_ index: Int) -> SIMD3<Double> {
    SIMD3(
      (Double(index % width) - camera.cx) / camera.fx, (Double(index / width) - camera.cy) / camera.fy, 1)
  }

  /// The plane of the points p with normal · p = distance.
  func plane(normal: (Double, Double, Double), distance: Double) -> Surface {
    var surface = Surface(shape: [height, width], metres: [], normals: [])
    let n = Self.unit(SIMD3(normal.0, normal.1, normal.2))
    for index in 0..<height * width {
      surface.metres.append(distance / (n * ray(index)).sum())
      surface.normals.append(-n)
    }
    return surface
  }

  /// A wall, a floor and four spheres in front of them.
  func spheres() -> Surface {
    var surface = plane(normal: (0, -0.3, 1), distance: 2.5)
    let floor = plane(normal: (0, 1, 0.2), distance: 0.9)
    for index in surface.metres.indices where floor.metres[index] > 0 && floor.metres[index] < surface.metres[index] {
      surface.metres[index] = floor.metres[index]
      surface.normals[index] = floor.normals[index]
    }
    let balls: [(SIMD3<Double>, Double)] = [
      (SIMD3(-0.5, 0.1, 1.6), 0.3), (SIMD3(0.4, -0.2, 1.3), 0.2), (SIMD3(0.1, 0.3, 1), 0.12), (SIMD3(0.8, 0.2, 2), 0.3),
    ]
    for (center, radius) in balls {
      for index in surface.metres.indices {
        let ray = ray(index)
        let (a, b) = ((ray * ray).sum(), (ray * center).sum())
        let discriminant = b * b - a * ((center * center).sum() - radius * radius)
        guard discriminant > 0 else { continue }
        let z = (b - discriminant.squareRoot()) / a
        guard z > 0, z < surface.metres[index] else { continue }
        surface.metres[index] = z
        surface.normals[index] = (ray * z - center) / radius
      }
    }
    return surface
  }

  /// Degrees between the normals that there are and the true ones.
  func angles(_ normals: NormalMap, to truth: Surface) -> [Double] {
    let (values, mask) = (Array(normals.normals), Array(normals.validMask))
    return mask.indices.filter { mask[$0] }.map { index in
      let n = SIMD3(Double(values[3 * index]), Double(values[3 * index + 1]), Double(values[3 * index + 2]))
      return acos(min(max((n * truth.normals[index]).sum(), -1), 1)) * 180 / .pi
    }
  }

  func meanAngle(_ normals: NormalMap, to truth: Surface) -> Double {
    let angles = angles(normals, to: truth)
    return angles.reduce(0, +) / Double(angles.count)
  }

  func largestAngle(_ normals: NormalMap, to truth: Surface) -> Double { angles(normals, to: truth).max() ?? .nan }

  static func unit(_ v: SIMD3<Double>) -> SIMD3<Double> { v / (v * v).sum().squareRoot() }
}
