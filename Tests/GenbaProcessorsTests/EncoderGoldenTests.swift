import FoundationEssentials
import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaStorage
import GenbaTestSupport
import GenbaVision
import Testing

/// Image encoders against transformers' processors, on pictures of many kinds and sizes, settings as a folder has them.
@Suite struct EncoderGoldenTests {
  static let folder = TestAssets.golden("encoders")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

  @Test(arguments: names)
  func equalsTransformers(name: String) throws {
    let golden = try Golden("\(Self.folder)/\(name)")
    let model = String(name.dropLast(".safetensors".count))
    let processor = try self.processor(model, config: golden.metadata["config"])
    let pictures = Set(golden.bundle.names.compactMap { $0.split(separator: ".rgb.").first.map(String.init) })
      .filter { golden.metadata["\($0).rgb.crc32"] != nil }
    #expect(pictures.count >= 12)
    for picture in pictures.sorted() {
      let image = try ImageDecoder.decode(TestAssets.media(picture))
      golden.expectMatches("\(picture).rgb", image.convertedToRGB().tensor, within: 0)
      let tensors = try processor(images: [image])
      // DINOv3 resizes in float32, where torch adds up in an order of its own.
      let tolerance = model.hasPrefix("dinov3") ? 5e-6 : 0
      for (key, tensor) in tensors {
        golden.expectMatches("\(picture).\(key)", tensor, within: key == "pixel_values" ? tolerance : 0)
      }
      #expect(tensors.names.count == (model.contains("naflex") ? 3 : 1))
    }
  }

  @Test func thereAreGoldens() { #expect(Self.names.count >= 19) }

  /// The processor of a folder, or of one that holds these settings.
  private func processor(_ model: String, config: String?) throws -> AutoProcessor {
    guard let config else { return try AutoProcessor(contentsOf: TestAssets.config(model)) }
    let folder = try TemporaryFolder()
    try Data(config.utf8).write(to: URL(filePath: folder.path + "/preprocessor_config.json"))
    return try AutoProcessor(contentsOf: folder.path)
  }
}
