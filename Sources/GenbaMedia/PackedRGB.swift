internal import GenbaCore

/// The turn that makes a stream's frames upright.
enum VideoRotation {
  case none
  case clockwise90
  case counterclockwise90
  case half

  /// The nearest quarter turn to a counter-clockwise turn in degrees; `nil` degrees are none.
  init(degrees: Double?) {
    guard let degrees, degrees.isFinite else {
      self = .none
      return
    }
    let quarters = Int((degrees.remainder(dividingBy: 360) / 90).rounded(.toNearestOrAwayFromZero))
    self =
      switch quarters {
      case 1: .counterclockwise90
      case -1: .clockwise90
      case 2, -2: .half
      default: .none
      }
  }

  /// Whether rows become columns.
  var swapsAxes: Bool { self == .clockwise90 || self == .counterclockwise90 }
}

/// Rows of RGB pixels, each of `rowBytes` bytes, of which the first `3 * width` count.
@unsafe
struct PackedRGB {
  let rows: UnsafePointer<UInt8>
  let rowBytes: Int
  let width: Int
  let height: Int

  init(rows: UnsafePointer<UInt8>, rowBytes: Int, width: Int, height: Int) {
    unsafe self.rows = unsafe rows
    unsafe self.rowBytes = rowBytes
    unsafe self.width = width
    unsafe self.height = height
  }

  /// Writes all pixels, turned upright, in the order of `layout`.
  func write(to output: UnsafeMutablePointer<UInt8>, layout: FrameLayout, rotation: VideoRotation) {
    // Where the first pixel of the output is in the input, and how far its neighbours right and below are.
    let first: Int
    let right: Int
    let below: Int
    switch rotation {
    case .none: (first, right, below) = unsafe (0, 3, rowBytes)
    case .half: (first, right, below) = unsafe ((height - 1) * rowBytes + 3 * (width - 1), -3, -rowBytes)
    case .clockwise90: (first, right, below) = unsafe ((height - 1) * rowBytes, -rowBytes, 3)
    case .counterclockwise90: (first, right, below) = unsafe (3 * (width - 1), rowBytes, -3)
    }
    let columns = unsafe rotation.swapsAxes ? height : width
    let lines = unsafe rotation.swapsAxes ? width : height
    let plane = columns * lines
    for line in 0..<lines {
      var source = unsafe rows + first + line * below
      switch layout {
      case .nhwc:
        let target = unsafe output + 3 * line * columns
        if right == 3 {
          unsafe target.update(from: source, count: 3 * columns)
        } else {
          for column in 0..<columns {
            unsafe (target + 3 * column).update(from: source, count: 3)
            unsafe source += right
          }
        }
      case .nchw:
        let red = unsafe output + line * columns
        let green = unsafe red + plane
        let blue = unsafe green + plane
        for column in 0..<columns {
          unsafe red[column] = source[0]
          unsafe green[column] = source[1]
          unsafe blue[column] = source[2]
          unsafe source += right
        }
      }
    }
  }
}
