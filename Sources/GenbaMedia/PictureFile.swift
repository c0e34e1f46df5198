internal import GenbaCore

/// What a caller wants of a picture file.
struct PictureRequest {
  var index = 0
  var minimumSize: (height: Int, width: Int)?
  var applyOrientation = true
  var damage = DamagePolicy.strict
  var limits: DecodeLimits
}

/// A picture file's bytes and its format.
struct PictureFile {
  let name: String
  let bytes: [UInt8]
  let format: String

  init(_ source: MediaSource, limits: DecodeLimits) throws(GenbaError) {
    try source.check()
    let stored = try source.bytes(limits: limits)
    name = source.name
    switch FileSignature(Array(stored.prefix(FileSignature.length))) {
    case .picture("tiff"):
      format = "tiff"
      do { bytes = try BigTIFF.asTIFF(stored) } catch { throw error.at(path: name) }
    case .picture(let format):
      self.format = format
      bytes = stored
    case let found:
      throw GenbaError(
        .unsupportedFormat, "not a picture but \(found.description)", source: .init(path: source.name))
    }
  }

  /// How many pictures there are.
  var imageCount: Int {
    switch format {
    case "gif": max(GIFBlocks.imageCount(bytes), 1)
    case "webp": WebPAnimation(bytes)?.frameCount ?? 1
    case "tiff": max(TIFFDirectories(bytes[...])?.count ?? 0, 1)
    default: 1
    }
  }

  func decode(_ request: PictureRequest) throws(GenbaError) -> Image {
    if request.index != 0 {
      let count = imageCount
      guard (0..<count).contains(request.index) else {
        throw GenbaError(
          .outOfRange, "there is no picture \(request.index): the file has \(count), and the first one is 0")
      }
    }
    switch format {
    case "png": return try PNGDecoder.decode(bytes, request)
    case "jpeg": return try JPEGDecoder.decode(bytes, request)
    case "pfm": return try PFM.decode(bytes, request)
    default: return try decodeWithFFmpeg(request)
    }
  }

  func metadata(limits: DecodeLimits) throws(GenbaError) -> ImageMetadata {
    switch format {
    case "png": return try PNGDecoder.metadata(bytes)
    case "jpeg": return try JPEGDecoder.metadata(bytes)
    case "pfm": return try PFM.metadata(bytes)
    default:
      let image = try decodeWithFFmpeg(PictureRequest(limits: limits))
      return ImageMetadata(
        format: format, width: image.width, height: image.height, colorModel: image.colorModel,
        bitDepth: image.tensor.dtype == .float32 ? 32 : nil, orientation: image.orientation, imageCount: imageCount,
        iccProfile: image.iccProfile)
    }
  }

  private func decodeWithFFmpeg(_ request: PictureRequest) throws(GenbaError) -> Image {
    var bytes = bytes
    var frame = request.index
    if format == "tiff" {
      // FFmpeg takes the first page, so the wanted one becomes it.
      frame = 0
      if request.index > 0, let directory = TIFFDirectories(bytes[...])?.directory(at: request.index) {
        bytes = TIFFDirectories.beginning(bytes, at: directory)
      }
    }
    var image: Image
    if format == "webp", let animation = WebPAnimation(bytes) {
      image = try animation.image(at: frame, limits: request.limits) { (still) throws(GenbaError) in
        try FFmpegImageDecoder.decode(.memory(still, name: name), frame: 0, request)
      }
    } else if format == "tiff", let floats = try FloatTIFF.decode(bytes, limits: request.limits) {
      image = Image(pixels: .float32(floats.reshaped(to: floats.shape + [1])), colorModel: .gray)
    } else {
      image = try FFmpegImageDecoder.decode(.memory(bytes, name: name), frame: frame, request)
    }
    image.isOrientationApplied = false
    switch format {
    case "webp":
      image.orientation = ExifOrientation.inWebP(bytes)
      image.iccProfile = ICCProfile.inWebP(bytes)
    case "tiff":
      image.orientation = ExifOrientation.inTIFF(bytes[...]) ?? .up
      image.iccProfile = ICCProfile.inTIFF(bytes)
    default:
      break
    }
    return image
  }
}
