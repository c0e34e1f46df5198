public import GenbaCore
public import GenbaVision

/// Camera pictures for LeRobot's pi0, pi0.5 and SmolVLA policies.
///
/// Equal to LeRobot 0.6.0's `PI0Policy._preprocess_images`, `PI05Policy`'s and `SmolVLAPolicy.prepare_images`, given
/// uint8 RGB divided by 255: resized to fit without antialiasing in float32 (torch's `interpolate`, to 5e-6), padded
/// with black, then 2 x - 1. One picture is one camera's; LeRobot keeps them in a list, here they are stacked.
///
/// ```swift
/// let pi0 = LeRobotImageProcessor(.pi0)
/// let tensors = try pi0([wrist, front])
/// tensors["images"]     // float32 [cameras, 3, 224, 224], -1 … 1
/// tensors["img_masks"]  // Bool [cameras]
/// ```
public struct LeRobotImageProcessor: ImageProcessor, Hashable {
  /// Where the resized picture stands in its field.
  public enum Placement: String, Sendable, Hashable, Codable {
    /// In the middle; the odd row or column of black is below or to the right: `resize_with_pad_torch`.
    case center
    /// Below and to the right, with black above and to the left: SmolVLA's `resize_with_pad`.
    case bottomRight
  }

  /// The settings.
  public struct Configuration: Sendable, Hashable {
    /// Rows and columns of the field; `nil` for pictures as they are.
    public var height: Int?, width: Int?
    /// Where the picture stands in it.
    public var placement: Placement
    /// Cameras that the policy was trained with and that are not there: pictures of -1 with a mask of `false`, behind
    /// the others.
    public var emptyCameras = 0

    /// Settings with these.
    public init(height: Int?, width: Int?, placement: Placement) {
      self.height = height
      self.width = width
      self.placement = placement
    }

    /// The defaults of `PI0Config` and `PI05Config`: 224 x 224, in the middle.
    public static let pi0 = Configuration(height: 224, width: 224, placement: .center)
    /// The defaults of `SmolVLAConfig`: 512 x 512, below and to the right.
    public static let smolVLA = Configuration(height: 512, width: 512, placement: .bottomRight)
  }

  /// The settings.
  public let configuration: Configuration

  /// A processor with these settings.
  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// `images` and `img_masks` of one picture a camera, of any sizes, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, for one without pixels or one that would vanish, and without a
  ///   field for pictures of unequal sizes.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    guard let first = images.first else { throw GenbaError(.mismatchedInputs, "there are no pictures to process") }
    let (height, width) = (configuration.height ?? first.height, configuration.width ?? first.width)
    for (index, image) in images.enumerated() {
      let size = resizedSize(image.height, image.width, in: height, width)
      guard size.height > 0, size.width > 0,
        configuration.height != nil || image.height == height && image.width == width
      else {
        throw GenbaError(
          .mismatchedInputs,
          "picture \(index) of \(image.width)x\(image.height) has no place in a field of \(width)x\(height); torch refuses it too"
        )
      }
    }
    let count = images.count + configuration.emptyCameras
    let pixels = Tensor<Float>(shape: [count, 3, height, width]) { output in
      for image in images { append(image, height, width, to: &output) }
      output.append(repeating: -1, count: configuration.emptyCameras * 3 * height * width)
    }
    var bundle = TensorBundle()
    bundle["images"] = dtype.rounding(pixels)
    bundle.set("img_masks", to: Tensor((0..<count).map { $0 < images.count }))
    return bundle
  }

  /// Both sides divided by the larger of the two ratios, and cut to whole numbers.
  private func resizedSize(_ height: Int, _ width: Int, in outHeight: Int, _ outWidth: Int) -> (height: Int, width: Int)
  {
    guard height > 0, width > 0 else { return (0, 0) }
    let ratio = max(Double(width) / Double(outWidth), Double(height) / Double(outHeight))
    return (Int(Double(height) / ratio), Int(Double(width) / ratio))
  }

  private func append(_ image: Image, _ height: Int, _ width: Int, to output: inout OutputSpan<Float>) {
    let size = resizedSize(image.height, image.width, in: height, width)
    let planes = Tensor<Float>(shape: [3, size.height, size.width]) { planes in
      FloatImageResizer(
        fromHeight: image.height, width: image.width, toHeight: size.height, width: size.width, antialias: false
      ).append(image.rgbPixels, table: Self.shares, to: &planes)
    }
    let (top, left) =
      switch configuration.placement {
      case .center: ((height - size.height) / 2, (width - size.width) / 2)
      case .bottomRight: (height - size.height, width - size.width)
      }
    let source = planes.span
    for plane in 0..<3 {
      output.append(repeating: -1, count: top * width)
      for row in 0..<size.height {
        output.append(repeating: -1, count: left)
        let start = (plane * size.height + row) * size.width
        for index in start..<start + size.width { output.append(min(max(source[index], 0), 1) * 2 - 1) }
        output.append(repeating: -1, count: width - size.width - left)
      }
      output.append(repeating: -1, count: (height - size.height - top) * width)
    }
  }

  /// [3, 256]: levels divided by 255.
  private static let shares = Tensor<Float>((0..<768).map { Float($0 % 256) / 255 }, shape: [3, 256])
}

extension LeRobotImageProcessor.Configuration {
  /// The settings of a policy's `config.json`; keys that it lacks keep the values of `defaults`.
  init(_ file: ConfigurationFile, defaults: LeRobotImageProcessor.Configuration) throws(GenbaError) {
    self = defaults
    let key = placement == .center ? "image_resolution" : "resize_imgs_with_padding"
    if let sides = try file.sides(key) {
      // SmolVLA has the width first.
      (height, width) = placement == .center ? sides : (sides.1, sides.0)
    }
    emptyCameras = try file.integer("empty_cameras", in: 0...64) ?? 0
  }
}

extension ConfigurationFile {
  /// A list of two whole numbers, 1 to 2^14 each.
  func sides(_ key: String) throws(GenbaError) -> (Int, Int)? {
    guard let numbers = try numbers(key) else { return nil }
    let sides = numbers.compactMap { Int(exactly: $0) }
    guard numbers.count == 2, sides.count == 2, sides.allSatisfy({ (1...1 << 14).contains($0) }) else {
      throw wrong(key, "two whole numbers from 1 to 16384")
    }
    return (sides[0], sides[1])
  }
}
