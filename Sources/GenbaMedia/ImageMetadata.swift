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

  /// Bits of one stored channel or palette index: 1, 2, 4, 8, 16, or 32 of floats; `nil` if it is not known.
  public var bitDepth: Int?

  /// Which way up the file says it is.
  public var orientation: ImageOrientation

  /// How many pictures the file holds: pages of a TIFF, frames of a GIF; 1 in every other format.
  public var imageCount: Int

  /// The bytes of the file's ICC profile, if it has one.
  public var iccProfile: [UInt8]?

  /// How many channels the decoded picture has.
  public var channelCount: Int { colorModel.channelCount }

  /// Facts about a picture.
  public init(
    format: String, width: Int, height: Int, colorModel: Image.ColorModel, bitDepth: Int? = nil,
    orientation: ImageOrientation = .up, imageCount: Int = 1, iccProfile: [UInt8]? = nil
  ) {
    self.format = format
    self.width = width
    self.height = height
    self.colorModel = colorModel
    self.bitDepth = bitDepth
    self.orientation = orientation
    self.imageCount = imageCount
    self.iccProfile = iccProfile
  }
}
