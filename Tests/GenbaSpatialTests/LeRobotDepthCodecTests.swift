import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Testing

/// LeRobot's code against lerobot 0.6.1's numpy, bit for bit.
@Suite struct LeRobotDepthCodecTests {
  let golden: Golden

  init() throws { golden = try Golden(TestAssets.golden("depth.safetensors")) }

  static let codecs: [(String, LeRobotDepthCodec)] = [
    ("log", LeRobotDepthCodec()), ("linear", LeRobotDepthCodec(usesLog: false)),
    ("far", LeRobotDepthCodec(depthMax: 40, shift: 1)),
  ]

  @Test(arguments: codecs)
  func allCodesAndAllMillimetres(name: String, codec: LeRobotDepthCodec) throws {
    let codes = Tensor((0...4095).map { UInt16($0) }, shape: [1, 4096])
    golden.expectMatches("code.\(name).millimetres", codec.millimetres(codes), within: 0)
    golden.expectMatches("code.\(name).metres", codec.metres(codes), within: 0)
    let millimetres = Tensor((0...UInt16.max).map { $0 }, shape: [1, 65_536])
    golden.expectMatches("code.\(name).of-millimetres", codec.quantize(millimetres: millimetres), within: 0)
    let metres = try #require(golden.tensor("code.metres-in", as: Float.self))
    golden.expectMatches("code.\(name).of-metres", codec.quantize(metres: metres), within: 0)
  }

  /// The table that large pictures go through must hold what each value alone gives.
  @Test func largePicturesHaveTheSameCodes() {
    let codec = LeRobotDepthCodec()
    let values = (0..<70_000).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }
    let large = codec.quantize(millimetres: Tensor(values, shape: [70, 1000]))
    let rows = codec.quantize(millimetres: Tensor(Array(values[..<1000]), shape: [1, 1000]))
    #expect(Array(large)[..<1000].elementsEqual(Array(rows)))
  }

  /// What lerobot loses: a hole comes back as 10 mm there, and as a hole here.
  @Test func holesStayHoles() {
    let codec = LeRobotDepthCodec()
    let codes = codec.quantize(millimetres: Tensor([0, 800, 12_000], shape: [1, 3]))
    #expect(Array(codec.millimetres(codes)) == [10, 800, 10_000])
    let depth = codec.depthMap(codes)
    #expect(Array(depth.validMask) == [false, true, true] && Array(depth.metres)[0] == 0)
  }
}
