import GenbaCore
import GenbaMedia
import GenbaSpatial
import GenbaTestSupport
import Testing

@Suite struct StereoSGBMTests {
  /// Noise on a plane whose disparity is `disparity(x)`: the right picture's pixel x - d shows what the left one's x does.
  private static func plane(height: Int, width: Int, disparity: Double) -> (left: Tensor<UInt8>, right: Tensor<UInt8>) {
    func brightness(_ x: Double, _ y: Int) -> UInt8 {
      // Waves of some wavelengths, as smooth as a lens makes them.
      var sum = 128.0
      for k in 1...9 {
        let (u, v) = (Double(k * k % 11 + 3) * 0.11, Double(k * 7 % 13) * 0.13)
        sum += 13 * wave(u * x + v * Double(y) + Double(k))
      }
      return UInt8(min(max(sum, 0), 255))
    }
    func picture(_ shift: Double) -> Tensor<UInt8> {
      Tensor((0..<height * width).map { brightness(Double($0 % width) + shift, $0 / width) }, shape: [height, width])
    }
    return (picture(0), picture(disparity))
  }

  /// A sine, good to 1e-3, without a C library: x - x³/6 … by folding into a parabola.
  private static func wave(_ x: Double) -> Double {
    let turns = x / (2 * .pi)
    let t = turns - turns.rounded(.down)
    let half = t < 0.5 ? t : t - 0.5
    return (t < 0.5 ? 1 : -1) * 16 * half * (0.5 - half)
  }

  @Test(arguments: [StereoSGBM.Options.Mode.hh4, .hh], [7.0, 12.25]) func aPlane(
    mode: StereoSGBM.Options.Mode, disparity: Double
  ) throws {
    let (left, right) = Self.plane(height: 40, width: 90, disparity: disparity)
    let map = try StereoSGBM(numDisparities: 32, mode: mode)(left: left, right: right)
    var (valid, sum) = (0, 0.0)
    for row in 4..<36 {
      for column in 22..<86 where map.validMask[row, column] {
        valid += 1
        sum += abs(Double(map.pixels[row, column]) - disparity)
      }
    }
    #expect(valid > 32 * 64 * 95 / 100)
    // Sub-pixel disparities lean a little towards whole ones.
    #expect(sum / Double(valid) < (disparity == 7 ? 0.05 : 0.15), "mean error \(sum / Double(valid))")
    // What would lie outside the right picture has no disparity.
    #expect(!(0..<40).contains { map.validMask[$0, 2] })
  }

  /// The rendered spheres, whose disparities are known exactly.
  @Test(arguments: StereoSGBM.Options.Mode.allCases) func aRenderedScene(mode: StereoSGBM.Options.Mode) throws {
    let truth = try Golden(TestAssets.golden("stereo-scene.safetensors"))
    let expected = Array(try #require(truth.tensor("disparity", as: Float.self)))
    let visible = Array(try #require(truth.tensor("visible", as: Bool.self)))
    let map = try StereoSGBM(numDisparities: 48, mode: mode)(left: Self.scene("left"), right: Self.scene("right"))
    let (values, valid, trust) = (Array(map.pixels), Array(map.validMask), Array(map.confidence))
    var (wrong, holes, count) = (0, 0, 0)
    var (sureWrong, sure) = (0, 0)
    for index in values.indices where visible[index] {
      count += 1
      if !valid[index] { holes += 1 }
      let isWrong = abs(values[index] - expected[index]) > 1
      if valid[index] && isWrong { wrong += 1 }
      if trust[index] > 0.6 {
        sure += 1
        sureWrong += isWrong ? 1 : 0
      }
    }
    #expect(Double(holes) < 0.02 * Double(count), "\(holes) holes of \(count)")
    #expect(Double(wrong) < 0.02 * Double(count), "\(wrong) wrong of \(count)")
    #expect(Double(sure) > 0.5 * Double(count) && Double(sureWrong) < 0.003 * Double(sure), "\(sureWrong) of \(sure)")
    for index in values.indices where !valid[index] { #expect(values[index] == 0 && trust[index] == 0) }
  }

  @Test func theResultDoesNotDependOnThreads() throws {
    let matcher = try StereoSGBM(numDisparities: 48)
    let (left, right) = (try Self.scene("left"), try Self.scene("right"))
    #expect(try matcher(left: left, right: right) == matcher(left: left, right: right, threads: 3))
  }

  @Test func sixteenBitsOfTheSamePictureMatchAlike() throws {
    let (left, right) = Self.plane(height: 20, width: 60, disparity: 5)
    func deep(_ tensor: Tensor<UInt8>) -> Tensor<UInt16> {
      Tensor(Array(tensor).map { UInt16($0) << 4 }, shape: tensor.shape)
    }
    let matcher = try StereoSGBM(numDisparities: 16)
    let maximum = max(Array(left).max() ?? 0, Array(right).max() ?? 0)
    #expect(maximum > 127, "or the brightness would be shifted by less")
    #expect(try matcher(left: left, right: right) == matcher(left: deep(left), right: deep(right)))
  }

  @Test func flatAndTinyPicturesHaveNoDisparities() throws {
    let matcher = try StereoSGBM(numDisparities: 16)
    for (height, width) in [(1, 1), (1, 50), (50, 1), (30, 40)] {
      let flat = Tensor<UInt8>(repeating: 90, shape: [height, width])
      let map = try matcher(left: flat, right: flat)
      #expect(map.validMask == Tensor(repeating: false, shape: [height, width]))
      #expect(map.pixels == Tensor(repeating: 0, shape: [height, width]))
    }
  }

  @Test func holesAreFilledFromTheBackground() {
    let map = DisparityMap(
      pixels: Tensor([0, 5, 0, 0, 2, 0, 0, 0, 0, 0], shape: [2, 5]),
      validMask: Tensor([false, true, false, false, true, false, false, false, false, false], shape: [2, 5]),
      confidence: Tensor([0, 0.5, 0, 0, 0.25, 0, 0, 0, 0, 0], shape: [2, 5]))
    let filled = map.filled()
    #expect(Array(filled.pixels) == [5, 5, 2, 2, 2, 0, 0, 0, 0, 0])
    #expect(Array(filled.validMask) == [true, true, true, true, true, false, false, false, false, false])
    #expect(filled.confidence == map.confidence)
    #expect(Array(map.keeping(confidenceAtLeast: 0.3).validMask).filter { $0 }.count == 1)
  }

  @Test func wrongOptionsAreErrors() {
    for change: (inout StereoSGBM.Options) -> Void in [
      { $0.numDisparities = 100 }, { $0.numDisparities = 528 }, { $0.numDisparities = 0 }, { $0.blockSize = 6 },
      { $0.P2 = 72 }, { $0.P1 = 40 }, { $0.uniquenessRatio = 100 }, { $0.minDisparity = 20_000 },
      { $0.P2Slope = .nan }, { $0.differenceCap = -1 }, { $0.speckleWindowSize = -1 },
    ] {
      var options = StereoSGBM.Options()
      change(&options)
      #expect { try StereoSGBM(options) } throws: { ($0 as? GenbaError)?.code == .invalidConfiguration }
    }
  }

  @Test func picturesOfDifferentSizesAreAnError() throws {
    let matcher = try StereoSGBM(numDisparities: 16)
    let error = #expect(throws: GenbaError.self) {
      try matcher(
        left: Tensor<UInt8>(repeating: 0, shape: [4, 5]), right: Tensor<UInt8>(repeating: 0, shape: [4, 6]))
    }
    #expect(error?.code == .mismatchedInputs && error?.message.contains("5x4") == true)
    #expect(throws: GenbaError.self) {
      try matcher(left: Tensor<UInt8>(repeating: 0, shape: [0, 5]), right: Tensor<UInt8>(repeating: 0, shape: [0, 5]))
    }
  }

  private static func scene(_ side: String) throws -> Image {
    try ImageDecoder.decode(TestAssets.media("stereo/scene-\(side).png"))
  }
}
