/// Rows and columns of a picture.
public struct PixelSize: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// A size.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Width by height, as people write it.
  public var description: String { "\(width)x\(height)" }
}
