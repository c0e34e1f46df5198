import Genba
import GenbaTestSupport
import Testing

/// 50 clips that are whole and 5 that are not.
@Suite struct FolderOfClipsTests {
  @Test func brokenClipsSpoilNoOthers() throws {
    let names = ["gop-2.mp4", "px-vp8.webm", "px-ffv1.mkv", "px-hevc-12bit.mp4", "line.ts"]
    let folder = try TemporaryFolder()
    var paths: [String] = []
    for number in 0..<50 {
      let name = names[number % names.count]
      let path = "\(folder.path)/clip-\(number).\(name.split(separator: ".")[1])"
      var file = try AtomicFile(path: path)
      try file.write(FileReading.bytes(of: TestAssets.media(name)))
      try file.commit()
      paths.append(path)
    }
    let broken = ["empty.mp4", "text.mp4", "truncated.mp4", "damaged.avi", "cut-after-moov.mp4"].map(TestAssets.corrupt)
    paths.insert(contentsOf: broken, at: 20)
    var results = 0
    var failed: [String] = []
    for path in paths {
      do throws(GenbaError) {
        var video = try VideoDecoder(path)
        #expect(try video.allFrames().count > 0)
        results += 1
      } catch {
        failed.append(try #require(error.source.path))
      }
    }
    #expect(results == 50 && failed == broken)
  }
}
