/// An sRGB colour.
public struct Color: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  /// A colour from its three parts, each 0 … 255.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour as it is written in hexadecimal: `Color(0x440154)`.
  public init(_ hexadecimal: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: hexadecimal >> 16), green: UInt8(truncatingIfNeeded: hexadecimal >> 8),
      blue: UInt8(truncatingIfNeeded: hexadecimal))
  }

  /// The colour on the way from this one to `other`: this one at 0, `other` at 1.
  func mixed(with other: Color, _ share: Double) -> Color {
    func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8((Double(from) + (Double(to) - Double(from)) * min(max(share, 0), 1)).rounded())
    }
    return Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}

/// The colours of all plots.
enum Theme {
  static let background = Color(0xFFFFFF)
  static let text = Color(0x1F2430)
  static let quietText = Color(0x6B7280)
  static let frame = Color(0x9AA1AC)
  static let grid = Color(0xE7E9ED)
  static let curve = Color(0x1F5FA8)
}
