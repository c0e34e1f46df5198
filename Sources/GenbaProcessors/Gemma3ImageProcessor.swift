public import GenbaCore
public import GenbaVision

/// Pictures for Gemma 3: the whole picture, and with pan and scan, crops of one that is much longer than wide.
///
/// Equal bit for bit to transformers 5.23's `Gemma3ImageProcessor` with torchvision 0.26, given the same RGB bytes, and
/// with the numbers that its `Gemma3Processor` fills in for pan and scan where the config has none.
///
/// ```swift
/// var processor = Gemma3ImageProcessor()
/// processor.doPanAndScan = true
/// let tensors = try processor(image)
/// tensors["pixel_values"]  // float32 [Σ (1 + crops), 3, 224, 224]: each picture, then its crops
/// tensors["num_crops"]     // int64 [pictures]
/// ```
public struct Gemma3ImageProcessor: ImageProcessor, Hashable {
  /// Whether pictures are cropped too.
  public var doPanAndScan = false
  /// The shortest side that a crop may have.
  public var panAndScanMinCropSize = 256
  /// The most crops of a picture.
  public var panAndScanMaxNumCrops = 4
  /// The ratio of the sides from which on a picture is cropped.
  public var panAndScanMinRatioToActivate = 1.2
  /// Whether pictures that are not cropped are resized.
  public var doResize = true
  /// What they are resized to.
  public var size = PixelSize(height: 224, width: 224)
  /// The weights of resizes.
  public var filter = ImageResizer.Filter.bilinear
  /// Tokens of a picture or a crop (`image_seq_length` of the model's processor).
  public var imageSeqLength = 256
  /// What becomes of pixel values.
  public var normalization = Normalization.half

  /// A processor with the defaults of transformers' classes.
  public init() {}

  /// Where the crops of a picture of that size lie; none for one that is not cropped.
  public func tiling(height: Int, width: Int) -> Tiling {
    .panAndScan(
      height: height, width: width, minCropSize: panAndScanMinCropSize, maxNumCrops: panAndScanMaxNumCrops,
      minRatioToActivate: panAndScanMinRatioToActivate)
  }

  /// `pixel_values` and `num_crops` of pictures of any sizes, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures and for one without pixels; `.limitExceeded` for more than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let resizes = doPanAndScan || doResize ? [size] : []
    let pictures = try images.viewed { (picture) throws(GenbaError) in
      let crops = doPanAndScan ? tiling(height: picture.height, width: picture.width).tiles : []
      return [PictureView(of: picture, resizes: resizes)]
        + crops.map { PictureView(of: picture, source: $0, resizes: resizes) }
    }
    var bundle = TensorBundle()
    try PlaneBatch(filter: filter, normalization: normalization).set(&bundle, pictures, dtype: dtype)
    bundle.set("num_crops", to: pictures.map { $0.views.count - 1 })
    return bundle
  }

  /// So many for the picture and for each crop.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    let crops = try [PixelSize(height: height, width: width)].eachSize {
      doPanAndScan ? tiling(height: $0.height, width: $0.width).tiles.count : 0
    }
    return imageSeqLength * (1 + crops[0])
  }
}

extension Gemma3ImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  init(_ file: ConfigurationFile, processor: ConfigurationFile?) throws(GenbaError) {
    imageSeqLength = try processor?.integer("image_seq_length", in: 1...1 << 20) ?? imageSeqLength
    doPanAndScan = try file.bool("do_pan_and_scan") ?? doPanAndScan
    panAndScanMinCropSize = try file.integer("pan_and_scan_min_crop_size", in: 1...1 << 16) ?? panAndScanMinCropSize
    panAndScanMaxNumCrops = try file.integer("pan_and_scan_max_num_crops", in: 1...1024) ?? panAndScanMaxNumCrops
    panAndScanMinRatioToActivate =
      try file.number("pan_and_scan_min_ratio_to_activate", in: 0...1e6) ?? panAndScanMinRatioToActivate
    doResize = try file.step("do_resize") ?? doResize
    size = try file.exactSize("size") ?? size
    filter = try file.resample()?.filter ?? filter
    normalization = try file.normalization(defaults: normalization)
  }
}
