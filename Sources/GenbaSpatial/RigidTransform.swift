/// A turn and a shift: from one camera's axes to another's.
///
/// p' = rotation · p + translation.
public struct RigidTransform: Sendable, Hashable, Codable {
  /// The 3 x 3 rotation matrix, row-major.
  public var rotation: [Double]

  /// The shift, three numbers in metres.
  public var translation: [Double]

  /// A transform; a rotation that has not 9 numbers or a translation that has not 3 traps.
  public init(rotation: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [Double] = [0, 0, 0]) {
    precondition(
      rotation.count == 9 && translation.count == 3,
      "a rotation has 9 numbers and a translation 3, not \(rotation.count) and \(translation.count)")
    self.rotation = rotation
    self.translation = translation
  }

  /// Nothing moves.
  public static let identity = RigidTransform()

  /// The way back.
  public var inverse: RigidTransform {
    let r = rotation
    let transposed = [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]]
    let t = RigidTransform(rotation: transposed).applied(to: (translation[0], translation[1], translation[2]))
    return RigidTransform(rotation: transposed, translation: [-t.0, -t.1, -t.2])
  }

  /// A point seen from the other axes.
  public func applied(to point: (Double, Double, Double)) -> (Double, Double, Double) {
    func row(_ k: Int) -> Double {
      rotation[3 * k] * point.0 + rotation[3 * k + 1] * point.1 + rotation[3 * k + 2] * point.2 + translation[k]
    }
    return (row(0), row(1), row(2))
  }
}
