internal import GenbaCore
public import GenbaVision

extension EncoderImageProcessor {
  /// The settings of an ``EncoderImageProcessor``, as its config file has them.
  public struct Configuration: Sendable, Hashable {
    /// What size pictures are resized to.
    public enum Size: Sendable, Hashable {
      /// These rows and columns, whatever the picture's shape.
      case exact(height: Int, width: Int)
      /// The shorter side gets this length, the longer one follows, rounded down; if it became longer than `longest`,
      /// it gets that length instead.
      case shortestEdge(Int, longest: Int? = nil)
      /// As large as fits into this, rounded down.
      case fit(maxHeight: Int, maxWidth: Int)
      /// DPT's rule: these rows and columns, each rounded to a multiple of a number; with the aspect ratio kept, the side
      /// that needs less scaling decides for both.
      case multiple(of: Int, height: Int, width: Int, keepsAspectRatio: Bool)
    }

    /// The shape of the weights of a resize.
    public enum Resample: Int, Sendable, Hashable, CaseIterable {
      /// The pixel under the centre of each new one.
      case nearest = 0
      /// Lanczos; transformers with torchvision 0.26 takes bicubic for it, and so does this.
      case lanczos = 1
      /// A triangle, antialiased.
      case bilinear = 2
      /// Keys' cubic, antialiased.
      case bicubic = 3
    }

    /// Whether pictures are resized.
    public var doResize = true
    /// To what size.
    public var size: Size
    /// With what weights.
    public var resample: Resample
    /// Whether the middle is cut out after resizing, with black around it where the picture is smaller.
    public var doCenterCrop: Bool
    /// Rows and columns of the middle.
    public var cropHeight = 224, cropWidth = 224
    /// ConvNeXT's rule: for a `size` of a shortest edge below 384, the picture is resized to this edge divided by
    /// `cropPct`, and a square of the edge is cut out; from 384 on it is resized to the square. `nil` elsewhere.
    public var cropPct: Double?
    /// DPT's `size_divisor`: rows and columns are padded to multiples of it, with zeros around the middle.
    public var sizeDivisor: Int?
    /// DINOv3's order: rescaled first, then resized in float32.
    public var rescalesFirst = false
    /// What becomes of pixel values.
    public var normalization: Normalization
    /// Tokens of a picture (`image_seq_length`, as PaliGemma's file has it); `nil` where there is no language model.
    public var imageSeqLength: Int?

    /// Settings with these.
    public init(size: Size, resample: Resample, doCenterCrop: Bool = false, normalization: Normalization) {
      self.size = size
      self.resample = resample
      self.doCenterCrop = doCenterCrop
      self.normalization = normalization
    }

    /// The defaults of transformers 5.23's `CLIPImageProcessor` and `BitImageProcessor`.
    public static let clip = Configuration(
      size: .shortestEdge(224), resample: .bicubic, doCenterCrop: true, normalization: .clip)
    /// The defaults of transformers 5.23's `SiglipImageProcessor`.
    public static let siglip = Configuration(
      size: .exact(height: 224, width: 224), resample: .bicubic, normalization: .half)
    /// The defaults of transformers 5.23's `ViTImageProcessor`.
    public static let vit = Configuration(
      size: .exact(height: 224, width: 224), resample: .bilinear, normalization: .half)
    /// The defaults of transformers 5.23's `BeitImageProcessor`, without its segmentation maps.
    public static let beit = siglip
    /// The defaults of transformers 5.23's `DPTImageProcessor`, which Depth Anything takes too, without its segmentation
    /// maps.
    public static let dpt = Configuration(
      size: .multiple(of: 1, height: 384, width: 384, keepsAspectRatio: false), resample: .bicubic,
      normalization: .half)
    /// The defaults of transformers 5.23's `ConvNextImageProcessor`.
    public static let convNext = {
      var configuration = Configuration(size: .shortestEdge(384), resample: .bicubic, normalization: .half)
      configuration.cropPct = 224.0 / 256
      return configuration
    }()
    /// The defaults of transformers 5.23's `DINOv3ViTImageProcessor`.
    public static let dinov3 = {
      var configuration = Configuration(
        size: .exact(height: 224, width: 224), resample: .bilinear, normalization: .imageNet)
      configuration.rescalesFirst = true
      return configuration
    }()
  }
}

extension EncoderImageProcessor.Configuration {
  /// The settings of `file`; keys that it lacks keep the values of `defaults`.
  ///
  /// - Parameter defaultToSquare: Whether one number under `size` is a square's side; the shortest edge otherwise.
  init(
    _ file: ConfigurationFile, defaults: EncoderImageProcessor.Configuration, defaultToSquare: Bool
  ) throws(GenbaError) {
    self = defaults
    doResize = try file.step("do_resize") ?? doResize
    size = try file.size("size", defaultToSquare: defaultToSquare) ?? size
    resample = try file.resample() ?? resample
    doCenterCrop = try file.step("do_center_crop") ?? doCenterCrop
    if let crop = try file.size("crop_size", defaultToSquare: true) {
      guard case .exact(let height, let width) = crop else { throw file.wrong("crop_size", "a height and a width") }
      (cropHeight, cropWidth) = (height, width)
    }
    if cropPct != nil {
      cropPct = try file.number("crop_pct", in: 1e-3...1) ?? cropPct
      guard case .shortestEdge(_, longest: nil) = size else {
        throw file.wrong("size", "a shortest_edge alone, as ConvNeXT has it")
      }
      guard !doCenterCrop else { throw file.wrong("do_center_crop", "false, since ConvNeXT crops by crop_pct") }
    }
    if case .multiple(let number, var height, var width, let keepsAspectRatio) = defaults.size {
      if let exact = try file.exactSize("size") { (height, width) = (exact.height, exact.width) }
      size = .multiple(
        of: try file.integer("ensure_multiple_of", in: 1...1 << 16) ?? number, height: height, width: width,
        keepsAspectRatio: try file.bool("keep_aspect_ratio") ?? keepsAspectRatio)
      if try file.bool("do_pad") == true {
        guard let divisor = try file.integer("size_divisor", in: 1...1 << 16) else {
          throw file.wrong("size_divisor", "a number of pixels, since do_pad is on")
        }
        sizeDivisor = divisor
      }
    }
    normalization = try file.normalization(defaults: normalization)
    imageSeqLength = try file.integer("image_seq_length", in: 1...1 << 20) ?? imageSeqLength
    if rescalesFirst, !normalization.doRescale {
      throw file.wrong("do_rescale", "true, since DINOv3 is resized after that")
    }
  }
}
