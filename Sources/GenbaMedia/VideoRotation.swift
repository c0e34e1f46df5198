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
