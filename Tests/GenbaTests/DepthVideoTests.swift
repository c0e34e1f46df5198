import Genba
import GenbaTestSupport
import Testing

/// A depth video as LeRobot stores it: its codes in lossless HEVC, gray of 12 bits.
@Suite struct DepthVideoTests {
  @Test func framesAreTheCodesThatWereStored() throws {
    let depth = try DepthMap(contentsOf: TestAssets.media("depth/scene-mm.png"), scale: .millimetres)
    let units = Tensor(Array(depth.metres).map { UInt16(($0 * 1000).rounded()) }, shape: depth.metres.shape)
    let codec = LeRobotDepthCodec()
    let expected = codec.depthMap(codec.quantize(millimetres: units))
    var video = try VideoDecoder(TestAssets.media("depth/scene-lerobot.mp4"))
    let maps = try video.depthMaps(at: [0, 1], scale: .leRobot)
    // The clip has an even size: a row and a column of the scene are cut off. The second frame is mirrored.
    #expect(maps[0].metres.shape == [120, 160])
    for row in 0..<120 {
      for column in 0..<160 {
        #expect(maps[0].metres[row, column] == expected.metres[row, column])
        #expect(maps[1].metres[row, 159 - column] == expected.metres[row, column])
      }
    }
  }

  @Test func aVideoOfColoursIsAnError() throws {
    let error = #expect(throws: GenbaError.self) {
      var video = try VideoDecoder(TestAssets.media("line-h264.mp4"))
      _ = try video.depthMaps(at: [0], scale: .leRobot)
    }
    #expect(error?.code == .unsupportedFormat)
  }
}
