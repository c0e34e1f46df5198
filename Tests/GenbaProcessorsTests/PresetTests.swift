import FoundationEssentials
import GenbaTestSupport
import Testing

@testable import GenbaProcessors

@Suite struct PresetTests {
  /// A preset is its model folder, byte for byte.
  @Test func presetsAreTheModelFolders() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: TestAssets.config(""))
    #expect(Set(folders) == Set(Preset.all.map(\.name)))
    for preset in Preset.all {
      for name in [
        "preprocessor_config.json", "video_preprocessor_config.json", "processor_config.json", "config.json",
      ] {
        // Most models' config.json says nothing that a processor needs.
        if name == "config.json", preset.files[name] == nil { continue }
        let file = FileManager.default.contents(atPath: TestAssets.config("\(preset.name)/\(name)"))
        #expect(preset.files[name] == file.map { Array($0) }, "\(preset.name)/\(name)")
      }
    }
  }

  /// Every preset makes a processor, for what its model takes.
  @Test func presetsMakeProcessors() throws {
    for preset in Preset.all {
      let processor = AutoProcessor(preset)
      let hears = processor.featureExtractor != nil
      let sees = processor.imageProcessor != nil || processor.videoProcessor != nil
      #expect(hears || sees, "\(preset.name)")
      #expect(!preset.name.hasPrefix("whisper") || hears && !sees)
      #expect(!preset.name.hasSuffix("-vl") || sees && !hears && processor.videoProcessor != nil)
      #expect(!preset.name.hasSuffix("-omni") || sees && hears && processor.videoProcessor != nil)
    }
    for name in ["internvl3", "llava-onevision", "smolvlm2"] {
      let processor = AutoProcessor(try #require(Preset.named(name)))
      #expect(processor.imageProcessor != nil && processor.videoProcessor is EncoderVideoProcessor, "\(name)")
    }
    let preset = try #require(Preset.named("whisper-large-v3"))
    let whisper = try #require(AutoProcessor(preset).featureExtractor as? WhisperFeatureExtractor)
    #expect(whisper.configuration.featureSize == 128 && whisper.configuration.nbMaxFrames == 3000)
  }

  @Test func presetsAreFoundByName() {
    #expect(Preset.named("qwen2.5-vl")?.name == "qwen2.5-vl")
    #expect(Preset.named("qwen2_5_vl") == nil)
  }
}
