import Genba
import GenbaTestSupport
import Testing

/// `Examples/clip-sampler`: what each rule takes of one clip.
@Suite struct ClipSamplerExampleTests {
  @Test func everyRuleHasItsFrames() throws {
    let folder = try TemporaryFolder()
    let picture = folder.path + "/clip.png"
    let run = try Program([TestAssets.media("line-h264.mp4"), picture], of: "clip-sampler")
    #expect(run.status == 0, "\(run.errors) \(run.output)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 8, "\(run.output)")
    // 3 s at 2 frames per second; all 90 frames are never decoded for them.
    #expect(lines[0].hasPrefix("qwen2-vl: 6 frames of 90, ") && lines[0].contains("at 0.00 0.50 1.00 1.50 2.00 2.50 s"))
    for line in lines.dropLast() {
      let decoded = line.split(separator: ",").first { $0.hasSuffix(" decoded") }?.split(separator: " ").first
      #expect(decoded.flatMap { Int($0) }.map { $0 > 0 && $0 <= 90 } == true, "\(line)")
    }
    let image = try ImageDecoder.decode(picture)
    #expect(image.width == 2000 && image.height > 700)
  }

  @Test func aMissingClipIsNamed() throws {
    let run = try Program(["/no/such/clip.mp4", "/dev/null"], of: "clip-sampler")
    #expect(run.status == 1 && run.output.contains("/no/such/clip.mp4"))
  }
}
