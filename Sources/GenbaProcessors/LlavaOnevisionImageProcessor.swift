public import GenbaCore
public import GenbaVision

/// Pictures for LLaVA-OneVision: the whole picture, then the tiles of the best of the sizes that the model allows.
///
/// Equal bit for bit to transformers 5.23's `LlavaOnevisionImageProcessor` with torchvision 0.26, given the same RGB
/// bytes.
///
/// ```swift
/// let tensors = try LlavaOnevisionImageProcessor()(image)
/// tensors["pixel_values"]      // float32 [pictures, most tiles, 3, 384, 384], zeros behind a picture's last tile
/// tensors["image_sizes"]       // int64 [pictures, 2]: rows and columns of each picture
/// tensors["batch_num_images"]  // int64 [pictures]: 1 each
/// ```
public struct LlavaOnevisionImageProcessor: ImageProcessor, Hashable {
  /// A tile's side.
  public var size = 384
  /// The sizes that pictures may be fitted into: all of one to six by one to six tiles of 384 pixels.
  public var imageGridPinpoints = (1...6).flatMap { rows in
    (1...6).map { PixelSize(height: 384 * rows, width: 384 * $0) }
  }
  /// The weights of resizes.
  public var filter = ImageResizer.Filter.bicubic
  /// Tokens of a tile (`num_image_tokens` of the model's processor), a square number.
  public var numImageTokens = 729
  /// Tiles whose tokens a picture may have, without the whole's; beyond, they are resized (`anyres_max_9`).
  public var anyresMax = 9
  /// What becomes of pixel values.
  public var normalization = Normalization.clip

  /// A processor with the defaults of transformers' class.
  public init() {}

  /// Where the tiles of a picture of that size lie; parts of them may be beyond it, black.
  public func tiling(height: Int, width: Int) -> Tiling {
    .anyResolution(height: height, width: width, tile: size, pinpoints: imageGridPinpoints)
  }

  /// The tensors of pictures of any sizes, each a conversation's only one.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures and for one without pixels; `.limitExceeded` for more than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let pictures = try images.viewed { (picture) throws(GenbaError) in
      [PictureView(of: picture, resizes: [PixelSize(height: size, width: size)])]
        + PictureView.tiles(of: tiling(height: picture.height, width: picture.width), size: picture)
    }
    var bundle = TensorBundle()
    bundle["pixel_values"] = try PlaneBatch(filter: filter, normalization: normalization)
      .padded(pictures.map { [$0] }, dtype: dtype)
    bundle.describe(normalization)
    bundle.set("image_sizes", to: pictures.map(\.size))
    bundle.set("batch_num_images", to: [Int](repeating: 1, count: images.count))
    return bundle
  }
}

extension LlavaOnevisionImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  init(_ file: ConfigurationFile, processor: ConfigurationFile?) throws(GenbaError) {
    numImageTokens = try processor?.integer("num_image_tokens", in: 1...1 << 20) ?? numImageTokens
    if let rule = try processor?.string("vision_aspect_ratio") {
      guard let most = rule.split(separator: "_").last.flatMap({ Int($0) }), (1...1024).contains(most) else {
        throw file.wrong("vision_aspect_ratio", "anyres_max_ and a number")
      }
      anyresMax = most
    }
    if let exact = try file.size("size", defaultToSquare: false) {
      switch exact {
      case .exact(let height, let width) where height == width: size = height
      case .shortestEdge(let edge, longest: nil): size = edge
      default: throw file.wrong("size", "a square's height and width, or a shortest_edge")
      }
    }
    if let pinpoints = try file.sizes("image_grid_pinpoints") { imageGridPinpoints = pinpoints }
    let tile = size
    guard !imageGridPinpoints.isEmpty,
      imageGridPinpoints.allSatisfy({ $0.height % tile == 0 && $0.width % tile == 0 })
    else { throw file.wrong("image_grid_pinpoints", "heights and widths that tiles of \(tile) pixels fill") }
    if try file.bool("do_resize") == false { throw file.wrong("do_resize", "true, since tiles are resized anyway") }
    if try file.bool("do_center_crop") == true {
      throw file.wrong("do_center_crop", "false, since tiles are not cropped")
    }
    filter = try file.resample()?.filter ?? filter
    normalization = try file.normalization(defaults: normalization)
  }
}
