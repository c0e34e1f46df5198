/// Colours for numbers: darker is less, brighter is more, and equal steps look equal.
///
/// ```swift
/// ColorMap.viridis(0)    // dark violet
/// ColorMap.viridis(1)    // bright yellow
/// ```
public struct ColorMap: Sendable, Hashable {
  private let points: [Color]

  /// A map that mixes neighbouring points, which are evenly spaced. Fewer than two points trap.
  public init(points: [Color]) {
    precondition(points.count >= 2, "a colour map needs two points, not \(points.count)")
    self.points = points
  }

  /// Nine points, evenly spaced, of matplotlib's `viridis` (Nathaniel Smith and Stéfan van der Walt, CC0).
  public static let viridis = ColorMap(
    points: [0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725].map(Color.init))

  /// Nine points, evenly spaced, of matplotlib's `magma` (Nathaniel Smith and Stéfan van der Walt, CC0).
  public static let magma = ColorMap(
    points: [0x000004, 0x1C1044, 0x4F127B, 0x812581, 0xB5367A, 0xE55064, 0xFB8761, 0xFEC287, 0xFCFDBF].map(Color.init))

  /// Black to white.
  public static let gray = ColorMap(points: [Color(0x000000), Color(0xFFFFFF)])

  /// The colour of a number between 0 and 1; numbers outside count as the nearest of these, and a NaN is gray.
  public func callAsFunction(_ value: Double) -> Color {
    guard !value.isNaN else { return Color(0x808080) }
    let place = min(max(value, 0), 1) * Double(points.count - 1)
    let index = min(Int(place), points.count - 2)
    return points[index].mixed(with: points[index + 1], place - Double(index))
  }

  /// The colours of 256 evenly spaced numbers, to look up instead of computing.
  var table: [Color] { (0..<256).map { self(Double($0) / 255) } }
}
