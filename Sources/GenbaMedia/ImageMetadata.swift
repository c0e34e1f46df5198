public import GenbaCore

/// What a picture's header says, before any pixel is decoded.
public struct ImageMetadata: Sendable, Hashable, Codable {
  /// The file format: `png`, `jpeg`, `webp`, `bmp` …
  public var format: String

  /// Columns as stored, before the orientation is applied.
  public var width: Int

  /// Rows as stored, before the orientation is applied.
  public var height: Int

  /// What the channels mean once decoded; palettes count as RGB or RGBA.
  public var colorModel: Image.ColorModel

  /// Bits of one stored channel or palette index: 1, 2, 4, 8 or 16; `nil` if it is not known.
  public var bitDepth: Int?

  /// Which way up the file says it is.
  public var orientation: ImageOrientation

  /// How many channels the decoded picture has.
  public var channelCount: Int { colorModel.channelCount }

  /// Facts about a picture.
  public init(
    format: String, width: Int, height: Int, colorModel: Image.ColorModel, bitDepth: Int? = nil,
    orientation: ImageOrientation = .up
  ) {
    self.format = format
    self.width = width
    self.height = height
    self.colorModel = colorModel
    self.bitDepth = bitDepth
    self.orientation = orientation
  }
}
