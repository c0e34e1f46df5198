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
      for name in ["preprocessor_config.json", "video_preprocessor_config.json"] {
        let file = FileManager.default.contents(atPath: TestAssets.config("\(preset.name)/\(name)"))
        #expect(preset.files[name] == file.map { Array($0) }, "\(preset.name)/\(name)")
      }
    }
  }

  @Test func presetsAreFoundByName() {
    #expect(Preset.named("qwen2.5-vl")?.name == "qwen2.5-vl")
    #expect(Preset.named("qwen2_5_vl") == nil)
  }
}
