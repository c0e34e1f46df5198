import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Testing

@Suite struct DepthScaleTests {
  /// A number, and what the data set's documentation makes of it.
  static let units: [(String, UInt16, Float)] = [
    ("mm", 1234, 1.234), ("tum", 5000, 1), ("kitti", 640, 2.5), ("sun-rgbd", 1000 << 3, 1), ("sun-rgbd", 1, 8.192),
    ("nyu", UInt16(700).byteSwapped, 0.895032), ("250", 500, 2),
  ]

  @Test(arguments: units)
  func unitsBecomeMetres(name: String, unit: UInt16, metres: Float) throws {
    let scale = try #require(DepthScale(name: name))
    let depth = try DepthMap(.uint16(Tensor([unit, 0], shape: [1, 2])), scale: scale)
    #expect(abs(Array(depth.metres)[0] - metres) < 1e-6 && Array(depth.metres)[1] == 0)
    #expect(Array(depth.validMask) == [true, false])
  }

  @Test(arguments: ["millimetres", "tum", "kitti", "sun-rgbd", "lerobot", "metres"])
  func distancesBecomeUnitsAndBack(name: String) throws {
    let scale = try #require(DepthScale(name: name))
    let depth = DepthMap(metres: Tensor([0, 0.5, 1.25, 7.75], shape: [2, 2]))
    let back = try DepthMap(depth.image(scale: scale), scale: scale)
    #expect(back.validMask == depth.validMask)
    expectClose(back.metres, depth.metres, within: name == "lerobot" ? 0.002 : 1e-6)
  }

  @Test func whatHasNoNumberIsAnError() throws {
    let far = DepthMap(metres: Tensor([70], shape: [1, 1]))
    #expect(throws: GenbaError.self) { try far.image(scale: .millimetres) }
    #expect(throws: GenbaError.self) { try far.image(scale: .nyu) }
    #expect(throws: GenbaError.self) { try DepthMap(.float32(Tensor([1], shape: [1, 1])), scale: .sunRGBD) }
    #expect(DepthScale(name: "inches") == nil && DepthScale(name: "0") == nil && DepthScale(name: "nan") == nil)
  }

  @Test func whatIsNoDistanceIsNotValid() {
    let depth = DepthMap(
      metres: Tensor([.nan, .infinity, -1, 0, 2, 3], shape: [2, 3]),
      validMask: Tensor([true, true, true, true, true, false], shape: [2, 3]))
    #expect(Array(depth.validMask) == [false, false, false, false, true, false])
    #expect(Array(depth.metres) == [0, 0, 0, 0, 2, 0])
  }

  @Test func aWrongScaleIsNoticed() throws {
    let units = Tensor<UInt16>([900, 1000, 1100], shape: [1, 3])
    #expect(try DepthMap(.uint16(units), scale: .millimetres).scaleWarning == nil)
    let warning = try DepthMap(.uint16(units), scale: .metres).scaleWarning
    #expect(warning?.contains("1000") == true)
    #expect(DepthMap(metres: Tensor(repeating: 0, shape: [2, 2])).scaleWarning != nil)
  }
}
