import Genba
import GenbaTestSupport
import Testing

@Suite struct ImageToTokensTests {
  /// The table has every model, with the counts that the references give for this picture, and the PNG is a picture.
  @Test func tableAndPicture() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/tokens.png"
    let run = try Program([TestAssets.media("photo-street.jpg"), output], of: "image-to-tokens")
    #expect(run.status == 0, "\(run.errors)")
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.count == 12)
    for row in [
      ["qwen2.5-vl", "644x420", "1", "345"], ["paligemma2", "224x224", "1", "256"],
      ["smolvlm2", "1536x1152", "13", "1053"], ["pixtral-12b", "656x432", "1", "1107"],
    ] { #expect(rows.contains(row), "\(row)") }
    let picture = try ImageDecoder.decode(output)
    #expect(picture.width == 1600 && picture.height > 800)
  }
}
