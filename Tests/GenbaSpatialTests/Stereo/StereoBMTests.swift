import GenbaCore
import GenbaMedia
import GenbaSpatial
import GenbaTestSupport
import Testing

@Suite struct StereoBMTests {
  private static func scene(_ side: String) throws -> Image {
    try ImageDecoder.decode(TestAssets.media("stereo/scene-\(side).png"))
  }

  /// The rendered spheres, whose disparities are known exactly.
  @Test func aRenderedScene() throws {
    let truth = try Golden(TestAssets.golden("stereo-scene.safetensors"))
    let expected = Array(try #require(truth.tensor("disparity", as: Float.self)))
    let visible = Array(try #require(truth.tensor("visible", as: Bool.self)))
    let map = try StereoBM(numDisparities: 48)(left: Self.scene("left"), right: Self.scene("right"))
    let (values, valid, trust) = (Array(map.pixels), Array(map.validMask), Array(map.confidence))
    let seen = values.indices.filter { visible[$0] }
    let found = seen.filter { valid[$0] }
    let wrong = found.filter { abs(values[$0] - expected[$0]) > 1 }
    #expect(found.count > seen.count * 95 / 100, "\(found.count) of \(seen.count)")
    #expect(wrong.count < seen.count / 33, "\(wrong.count) of \(seen.count)")
    let sureWrong = wrong.filter { trust[$0] > 0.5 }
    #expect(sureWrong.count * 4 < wrong.count, "what is wrong is trusted less: \(sureWrong.count) of \(wrong.count)")
  }

  @Test func theResultDoesNotDependOnThreads() throws {
    let matcher = try StereoBM(numDisparities: 48, blockSize: 7)
    let (left, right) = (try Self.scene("left"), try Self.scene("right"))
    #expect(try matcher(left: left, right: right) == matcher(left: left, right: right, threads: 2))
  }

  /// A window as large as the picture, pixels alone, and no texture: no disparity, and no trap.
  @Test func flatAndTinyPicturesHaveNoDisparities() throws {
    let matcher = try StereoBM(numDisparities: 16, blockSize: 15)
    for (height, width) in [(1, 1), (1, 50), (50, 1), (30, 40)] {
      let flat = Tensor<UInt8>(repeating: 90, shape: [height, width])
      let map = try matcher(left: flat, right: flat)
      #expect(map.validMask == Tensor(repeating: false, shape: [height, width]))
    }
  }

  @Test func wrongOptionsAndPairsAreErrors() throws {
    for change: (inout StereoBM.Options) -> Void in [
      { $0.numDisparities = 20 }, { $0.blockSize = 4 }, { $0.blockSize = 17 }, { $0.differenceCap = 16 },
      { $0.uniquenessRatio = -1 }, { $0.speckleRange = -1 },
    ] {
      var options = StereoBM.Options()
      change(&options)
      #expect { try StereoBM(options) } throws: { ($0 as? GenbaError)?.code == .invalidConfiguration }
    }
    let error = #expect(throws: GenbaError.self) {
      try StereoBM()(
        left: Tensor<UInt8>(repeating: 0, shape: [4, 5]), right: Tensor<UInt8>(repeating: 0, shape: [4, 6]))
    }
    #expect(error?.code == .mismatchedInputs)
  }
}
