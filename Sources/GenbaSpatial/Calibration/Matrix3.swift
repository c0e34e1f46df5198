internal import Glibc

/// A 3 x 3 matrix, row by row: rotations, camera matrices.
public struct Matrix3: Sendable, Hashable, Codable {
  /// Nine numbers, row by row.
  public var elements: [Double]

  /// The matrix of nine numbers, row by row; another count traps.
  public init(_ elements: [Double]) {
    precondition(elements.count == 9, "a 3 x 3 matrix of \(elements.count) numbers")
    self.elements = elements
  }

  /// The unit matrix.
  public static let identity = Matrix3([1, 0, 0, 0, 1, 0, 0, 0, 1])

  /// The element in a row and a column, both 0 to 2.
  public subscript(row: Int, column: Int) -> Double { elements[3 * row + column] }

  /// Rows and columns exchanged: a rotation's inverse.
  public var transposed: Matrix3 { Matrix3((0..<9).map { elements[$0 % 3 * 3 + $0 / 3] }) }

  /// The product of two matrices.
  public static func * (left: Matrix3, right: Matrix3) -> Matrix3 {
    Matrix3(
      (0..<9).map { index in
        (0..<3).reduce(0) { $0 + left[index / 3, $1] * right[$1, index % 3] }
      })
  }

  /// The product with a vector of three numbers.
  public static func * (left: Matrix3, right: [Double]) -> [Double] {
    (0..<3).map { row in (0..<3).reduce(0) { $0 + left[row, $1] * right[$1] } }
  }

  /// The determinant.
  public var determinant: Double {
    let e = elements
    return e[0] * (e[4] * e[8] - e[5] * e[7]) - e[1] * (e[3] * e[8] - e[5] * e[6]) + e[2] * (e[3] * e[7] - e[4] * e[6])
  }

  /// The inverse; a matrix without one traps.
  var inverse: Matrix3 {
    let e = elements
    let d = determinant
    precondition(d != 0, "a matrix without an inverse")
    return Matrix3(
      [
        e[4] * e[8] - e[5] * e[7], e[2] * e[7] - e[1] * e[8], e[1] * e[5] - e[2] * e[4],
        e[5] * e[6] - e[3] * e[8], e[0] * e[8] - e[2] * e[6], e[2] * e[3] - e[0] * e[5],
        e[3] * e[7] - e[4] * e[6], e[1] * e[6] - e[0] * e[7], e[0] * e[4] - e[1] * e[3],
      ].map { $0 / d })
  }

  /// Whether it turns and does nothing else, within what calibration files round to.
  var isRotation: Bool {
    let product = self * transposed
    return zip(product.elements, Matrix3.identity.elements).allSatisfy { abs($0 - $1) < 1e-3 } && determinant > 0
  }

  /// The rotation about `axis` by its length in radians (Rodrigues).
  init(rotationVector axis: [Double]) {
    let angle = Matrix3.length(axis)
    guard angle > 1e-15 else {
      self = .identity
      return
    }
    let (x, y, z) = (axis[0] / angle, axis[1] / angle, axis[2] / angle)
    let (c, s) = (cos(angle), sin(angle))
    let k = 1 - c
    self.init([
      c + k * x * x, k * x * y - s * z, k * x * z + s * y,
      k * x * y + s * z, c + k * y * y, k * y * z - s * x,
      k * x * z - s * y, k * y * z + s * x, c + k * z * z,
    ])
  }

  /// The inverse of ``init(rotationVector:)`` for rotations by less than half a turn.
  var rotationVector: [Double] {
    let axis = [self[2, 1] - self[1, 2], self[0, 2] - self[2, 0], self[1, 0] - self[0, 1]].map { $0 / 2 }
    let sine = Matrix3.length(axis)
    let cosine = (self[0, 0] + self[1, 1] + self[2, 2] - 1) / 2
    guard sine > 1e-12 else { return [0, 0, 0] }
    let angle = atan2(sine, cosine)
    return axis.map { $0 * angle / sine }
  }

  static func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  static func cross(_ a: [Double], _ b: [Double]) -> [Double] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
  }
}
