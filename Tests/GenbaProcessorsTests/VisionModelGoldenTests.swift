import FoundationEssentials
import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaStorage
import GenbaTestSupport
import GenbaVision
import Testing

/// Models with tiles, patch multiples and padding against transformers' processors: all outputs, picture by picture and
/// as a batch of unequal pictures, settings as a folder has them.
@Suite struct VisionModelGoldenTests {
  static let folder = TestAssets.golden("vision")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  private static let batch = ["photo-street.jpg", "photo-board.jpg", "photo-wide.jpg"]

  @Test(arguments: names)
  func equalsTransformers(name: String) throws {
    let golden = try Golden("\(Self.folder)/\(name)")
    let model = String(name.dropLast(".safetensors".count))
    let processor = try processor(model, config: golden.metadata["config"])
    #expect(
      golden.metadata["class"]?.hasSuffix("Pil") == (processor as? SmolVLMImageProcessor).map { $0.backend == .pil }
        ?? false)
    let pictures = Set(golden.bundle.names.compactMap { $0.split(separator: ".rgb.").first.map(String.init) })
      .filter { golden.metadata["\($0).rgb.crc32"] != nil }
    #expect(pictures.count >= 12)
    for picture in pictures.sorted() {
      let image = try ImageDecoder.decode(TestAssets.media(picture))
      golden.expectMatches("\(picture).rgb", image.convertedToRGB().tensor, within: 0)
      expectMatches(golden, picture, try processor([image]))
      if let expected = golden.tensor("\(picture).token_count", as: Int64.self) {
        let count = try processor.tokenCount(height: image.height, width: image.width)
        #expect(count == Int(expected.span[0]), "\(picture)")
      }
    }
    let images = try Self.batch.map { try ImageDecoder.decode(TestAssets.media($0)) }
    expectMatches(golden, "batch", try processor(images))
  }

  /// Every output that the reference has, and no other.
  private func expectMatches(_ golden: Golden, _ name: String, _ tensors: TensorBundle) {
    let expected = Set(
      golden.bundle.names.filter { $0.hasPrefix("\(name).") }.map { key in
        var key = key.dropFirst(name.count + 1)
        for ending in [".shape", ".indices", ".values"] where key.hasSuffix(ending) { key.removeLast(ending.count) }
        return String(key)
      }
    ).subtracting(["rgb", "token_count"])
    #expect(Set(tensors.names) == expected, "\(name)")
    for (key, tensor) in tensors {
      guard key == "image_pixel_values" else {
        golden.expectMatches("\(name).\(key)", tensor, within: 0)
        continue
      }
      // Phi-4's whole picture is resized in float32, in torch's own order.
      golden.expectMatches("\(name).\(key)", tensor, within: 1e-5)
    }
  }

  @Test func thereAreGoldens() { #expect(Self.names.count == 27) }

  /// The processor of a folder, or of one that holds these settings.
  private func processor(_ model: String, config: String?) throws -> any ImageProcessor {
    if let config {
      let folder = try TemporaryFolder()
      try Data(config.utf8).write(to: URL(filePath: folder.path + "/preprocessor_config.json"))
      // The model's own processor has its settings beside them.
      let original = TestAssets.config(
        String(config.split(separator: "\"folder\": \"").last?.prefix { $0 != "\"" } ?? ""))
      if !config.contains("\"processor_class\": null"),
        let own = FileManager.default.contents(atPath: original + "/processor_config.json")
      {
        try own.write(to: URL(filePath: folder.path + "/processor_config.json"))
      }
      return try #require(try AutoProcessor(contentsOf: folder.path).imageProcessor)
    }
    let ending = "-torchvision"
    let isTorchvision = model.hasSuffix(ending)
    let folder = TestAssets.config(isTorchvision ? String(model.dropLast(ending.count)) : model)
    let processor = try #require(try AutoProcessor(contentsOf: folder).imageProcessor)
    guard isTorchvision, var smolVLM = processor as? SmolVLMImageProcessor else { return processor }
    smolVLM.backend = .torchvision
    return smolVLM
  }
}
