import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import GenbaVision
import Testing

/// From a file to a model's tensors, against what transformers makes of the same file.
@Suite struct RecordingToTensorsTests {
  @Test(
    arguments: [("whisper-large-v2", 80), ("whisper-large-v3", 128)],
    ["speech-16k.wav", "long-16k.flac", "machine-44k1-stereo.flac"])
  func sound(model: (name: String, mels: Int), clip: String) throws {
    let golden = try Golden(TestAssets.golden("\(model.name)/\(clip).safetensors"))
    let extractor = try WhisperFeatureExtractor(featureSize: model.mels)
    let audio = try AudioDecoder(TestAssets.media(clip)).allSamples(
      sampleRate: extractor.samplingRate, channels: .mono)
    golden.expectMatches("samples", audio.samples.reshaped(to: [audio.sampleCount]), within: 0)
    let features = try extractor(audio)["input_features"]
    golden.expectMatches("input_features", features, within: 1.2e-4)
    golden.expectMatches("exact", features, within: 6e-5)
  }

  @Test(
    arguments: ["qwen2-vl", "qwen2.5-vl", "qwen3-vl"],
    ["photo-aloe.jpg", "photo-board.jpg", "photo-wide.jpg", "photo-1x1.jpg"])
  func picture(model: String, picture: String) throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config(model))
    try expectPicture(picture, asIn: model) { image in try processor(images: [image]) }
  }

  /// Turned by EXIF, gray, CMYK, with alpha: transformers' rules on the way to RGB.
  @Test(arguments: ["photo-exif-6.jpg", "photo-gray.jpg", "photo-cmyk.jpg", "png-rgba.png", "png-palette-trns.png"])
  func pictureOfAnotherKind(_ picture: String) throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config("qwen2.5-vl"))
    try expectPicture(picture, asIn: "qwen2.5-vl") { image in try processor(images: [image]) }
  }

  /// A picture that the budget of transformers' class makes smaller.
  @Test func pictureOverTheBudget() throws {
    let processor = Qwen2VLImageProcessor(.qwen2VLImage)
    try expectPicture("photo-large.jpg", asIn: "qwen2-vl-class-defaults") { image in try processor(image) }
  }

  private func expectPicture(
    _ picture: String, asIn folder: String, sourceLocation: SourceLocation = #_sourceLocation,
    processor: (Image) throws -> TensorBundle
  ) throws {
    let golden = try Golden(TestAssets.golden("\(folder)/\(picture).safetensors"))
    let image = try ImageDecoder.decode(TestAssets.media(picture))
    golden.expectMatches("rgb", image.convertedToRGB().tensor, within: 0, sourceLocation: sourceLocation)
    let tensors = try processor(image)
    golden.expectMatches("image_grid_thw", tensors["image_grid_thw"], within: 0, sourceLocation: sourceLocation)
    golden.expectMatches("pixel_values", tensors["pixel_values"], within: 0, sourceLocation: sourceLocation)
  }
}
