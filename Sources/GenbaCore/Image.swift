/// A decoded picture: pixels, what their channels mean, and which way up it is.
public struct Image: Sendable, Equatable {
  /// The pixels, [height, width, channels], in the depth that the file has.
  public enum Pixels: Sendable, Equatable {
    /// 0 … 255.
    case uint8(Tensor<UInt8>)
    /// 0 … 65535.
    case uint16(Tensor<UInt16>)
    /// Any values; black is 0 and white is 1 where the file does not say otherwise. PFM files hold these.
    case float32(Tensor<Float>)
  }

  /// What the channels mean.
  public enum ColorModel: String, Sendable, Hashable, Codable {
    case gray
    case grayAlpha
    case rgb
    case rgba
    /// Inks, 0 for none, as Pillow's mode `CMYK` has them: the decoder undoes the inversion of Adobe's files.
    case cmyk

    /// How many channels that makes.
    public var channelCount: Int {
      switch self {
      case .gray: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba, .cmyk: 4
      }
    }
  }

  /// uint8, uint16 or float32, [height, width, channels].
  public var pixels: Pixels

  /// What the channels mean.
  public var colorModel: ColorModel

  /// Which way up the file says it is; pixels have been turned already if ``isOrientationApplied``.
  public var orientation: ImageOrientation

  /// Whether the pixels are upright already.
  public var isOrientationApplied: Bool

  /// The bytes of the file's ICC profile, as they are; no pixel is changed by it.
  public var iccProfile: [UInt8]?

  /// What was broken in the file, where a decoder was asked to give what it could decode; `nil` for a whole picture.
  public var damage: GenbaError?

  /// A picture from pixels.
  ///
  /// - Parameters:
  ///   - pixels: [height, width, channels]; another rank, or channels that do not fit the colour model, traps.
  ///   - colorModel: What the channels mean.
  public init(
    pixels: Pixels, colorModel: ColorModel, orientation: ImageOrientation = .up, isOrientationApplied: Bool = true
  ) {
    self.pixels = pixels
    self.colorModel = colorModel
    self.orientation = orientation
    self.isOrientationApplied = isOrientationApplied
    let shape = self.shape
    precondition(
      shape.count == 3 && shape[2] == colorModel.channelCount, "a \(colorModel) picture cannot have the shape \(shape)")
  }

  /// An RGB picture from uint8 [height, width, 3].
  public init(rgb pixels: Tensor<UInt8>) { self.init(pixels: .uint8(pixels), colorModel: .rgb) }

  /// [height, width, channels].
  public var shape: [Int] {
    switch pixels {
    case .uint8(let tensor): tensor.shape
    case .uint16(let tensor): tensor.shape
    case .float32(let tensor): tensor.shape
    }
  }

  /// Rows.
  public var height: Int { shape[0] }

  /// Columns.
  public var width: Int { shape[1] }

  /// The pixels as a tensor of any type.
  public var tensor: AnyTensor {
    switch pixels {
    case .uint8(let tensor): AnyTensor(tensor)
    case .uint16(let tensor): AnyTensor(tensor)
    case .float32(let tensor): AnyTensor(tensor)
    }
  }
}

/// The eight ways a camera can have been held, numbered as EXIF's tag 274 numbers them.
///
/// Each case says what must be done to the stored pixels to see the scene upright.
public enum ImageOrientation: Int, Sendable, Hashable, Codable, CaseIterable {
  case up = 1
  case flipHorizontally = 2
  case rotate180 = 3
  case flipVertically = 4
  /// Mirror along the main diagonal.
  case transpose = 5
  /// Turn by 90 degrees clockwise.
  case rotate90Clockwise = 6
  /// Mirror along the other diagonal.
  case transverse = 7
  /// Turn by 90 degrees counter-clockwise.
  case rotate90Counterclockwise = 8

  /// Whether rows become columns.
  public var swapsAxes: Bool { rawValue >= 5 }
}
