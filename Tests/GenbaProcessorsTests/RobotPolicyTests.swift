import FoundationEssentials
import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

/// Robot policies' pictures against LeRobot's own functions and transformers' pi0.
@Suite struct RobotPolicyTests {
  private static let golden = Result { try Golden(TestAssets.golden("robot-policies.safetensors")) }
  static let pictures = ((try? golden.get())?.bundle.names ?? []).compactMap { name in
    name.hasSuffix(".pi0.images.values") ? String(name.dropLast(".pi0.images.values".count)) : nil
  }
  static let groots = [
    "groot", "groot-letterbox", "groot-edge", "groot-albumentations", "groot-albumentations-letterbox",
    "groot-albumentations-edge",
  ]

  @Test func thereAreGoldens() { #expect(Self.pictures.count >= 12) }

  private func processor(_ files: [String: String]) throws -> any ImageProcessor {
    let folder = try TemporaryFolder()
    for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder.path)/\(name)")) }
    return try #require(try AutoProcessor(contentsOf: folder.path).imageProcessor)
  }

  @Test(arguments: pictures)
  func leRobotsPoliciesEqualLeRobot(picture: String) throws {
    let golden = try Self.golden.get()
    let image = try ImageDecoder.decode(TestAssets.media(picture))
    for (policy, preset) in [("pi0", "pi0"), ("pi0", "pi05"), ("smolvla", "smolvla")] {
      let processor = try #require(Preset.named(preset).flatMap { AutoProcessor($0).imageProcessor })
      let tensors = try processor(image)
      // torch adds up in an order of its own; values are twice those from 0 to 1.
      golden.expectMatches("\(picture).\(policy).images", tensors["images"], within: 5e-6)
      #expect(tensors.tensor("img_masks", as: Bool.self) == Tensor([true]))
    }
  }

  @Test(arguments: pictures, groots)
  func grootEqualsLeRobotBothWays(picture: String, policy: String) throws {
    let golden = try Self.golden.get()
    let config = try #require(golden.metadata["config.\(policy)"])
    let groot = try processor(["processor_config.json": config])
    let tensors = try groot(ImageDecoder.decode(TestAssets.media(picture)))
    golden.expectMatches("\(picture).\(policy).pixel_values", tensors["pixel_values"], within: 0)
    golden.expectMatches("\(picture).\(policy).image_grid_thw", tensors["image_grid_thw"], within: 0)
  }

  @Test(arguments: pictures)
  func transformersPi0IsAnotherOne(picture: String) throws {
    let golden = try Self.golden.get()
    let pi0 = try processor(["preprocessor_config.json": #"{"image_processor_type": "PI0ImageProcessor"}"#])
    let tensors = try pi0(ImageDecoder.decode(TestAssets.media(picture)))
    golden.expectMatches("\(picture).pi0-transformers.pixel_values", tensors["pixel_values"], within: 0)
  }

  @Test func thePresetOfGrootIsLeRobotsDefault() throws {
    let preset = try #require(
      Preset.named("groot-n1.7").flatMap { AutoProcessor($0).imageProcessor as? GrootImageProcessor })
    #expect(preset.configuration == .n1_7)
    let folder = try processor(["processor_config.json": #"{"processor_kwargs": {"use_albumentations": true}}"#])
    let configuration = try #require(folder as? GrootImageProcessor).configuration
    #expect(configuration.imageTargetHeight == 256 && configuration.imageCropHeight == 230)
    #expect(configuration.useAlbumentations)
  }

  @Test func settingsAreRead() throws {
    let images = try [ImageDecoder.decode(TestAssets.media("photo-exif-2.jpg"))]
    let pi0 = try processor(["config.json": #"{"type": "pi05", "image_resolution": [30, 50], "empty_cameras": 2}"#])
    let tensors = try pi0(images)
    let pixels = try #require(tensors.tensor("images", as: Float.self))
    #expect(pixels.shape == [3, 3, 30, 50])
    #expect(tensors.tensor("img_masks", as: Bool.self) == Tensor([true, false, false]))
    #expect(Array(pixels)[3 * 30 * 50..<pixels.count].allSatisfy { $0 == -1 })
    let smolVLA = try processor(["config.json": #"{"type": "smolvla", "resize_imgs_with_padding": [50, 30]}"#])
    #expect(try smolVLA(images)["images"]?.shape == [1, 3, 30, 50])
    let unpadded = LeRobotImageProcessor(.init(height: nil, width: nil, placement: .bottomRight))
    #expect(try unpadded(images)["images"]?.shape == [1, 3, 40, 61])
  }

  @Test(
    arguments: [
      ("config.json", #"{"type": "pi0", "image_resolution": [0, 50]}"#),
      ("config.json", #"{"type": "pi0", "image_resolution": [50]}"#),
      ("config.json", #"{"type": "smolvla", "resize_imgs_with_padding": "512"}"#),
      ("config.json", #"{"type": "pi0", "empty_cameras": -1}"#),
      ("config.json", #"{"type": "act"}"#),
      ("processor_config.json", #"{"processor_kwargs": {"image_target_size": [256, 256], "crop_fraction": 2}}"#),
      (
        "preprocessor_config.json",
        #"{"image_processor_type": "PI0ImageProcessor", "size": {"height": 224, "width": 224}}"#
      ),
      ("preprocessor_config.json", #"{"image_processor_type": "PI0ImageProcessor", "pad_size": {"height": 100}}"#),
      ("preprocessor_config.json", #"{"image_processor_type": "PI0ImageProcessor", "do_pad": false}"#),
    ])
  func wrongSettingsAreErrors(file: String, text: String) {
    let error = #expect(throws: GenbaError.self) { try processor([file: text]) }
    #expect(error?.code == .invalidConfiguration)
  }

  @Test func picturesWithoutAPlaceAreErrors() throws {
    let line = Image(rgb: Tensor(repeating: 0, shape: [1, 1000, 3]))
    let nothing = Image(rgb: Tensor(repeating: 0, shape: [0, 7, 3]))
    let processors: [any ImageProcessor] = [
      LeRobotImageProcessor(.pi0), LeRobotImageProcessor(.smolVLA), PI0ImageProcessor(), GrootImageProcessor(.n1_7),
    ]
    for processor in processors {
      for images in [[], [nothing]] {
        let error = #expect(throws: GenbaError.self) { try processor(images) }
        #expect(error?.code == .mismatchedInputs)
      }
    }
    for processor in processors[..<3] { #expect(throws: GenbaError.self) { try processor(line) } }
  }
}
