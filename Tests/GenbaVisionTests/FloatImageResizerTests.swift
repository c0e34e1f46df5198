import GenbaCore
import GenbaKernels
import GenbaTestSupport
import GenbaVision
import Testing

/// Resizing in float32 against torch, whose sums are in an order of their own.
@Suite struct FloatImageResizerTests {
  @Test(arguments: FloatImageResizer.Filter.allCases, [true, false])
  func equalsTorch(filter: FloatImageResizer.Filter, antialias: Bool) throws {
    let pictures = try Golden(TestAssets.golden("resize.safetensors"))
    let golden = try Golden(TestAssets.golden("resize-float.safetensors"))
    var count = 0
    for index in 0... {
      guard let input = pictures.tensor("\(index).input", as: UInt8.self) else { break }
      guard golden.bundle["\(index).\(filter).\(antialias).values"] != nil else { continue }
      let size = Array(try #require(pictures.tensor("\(index).size", as: Int64.self))).map(Int.init)
      let channels = input.shape[2]
      let table = Tensor<Float>(
        (0..<channels * 256).map { Float($0 % 256) * Float(1 / 255.0) }, shape: [channels, 256])
      let planes = Tensor<Float>(shape: [channels, input.shape[0], input.shape[1]]) { output in
        for channel in 0..<channels {
          for pixel in 0..<input.shape[0] * input.shape[1] {
            output.append(table[channel, Int(input.span[pixel * channels + channel])])
          }
        }
      }
      let resizer = FloatImageResizer(
        fromHeight: input.shape[0], width: input.shape[1], toHeight: size[0], width: size[1], channels: channels,
        filter: filter, antialias: antialias)
      for level in KernelLevel.available {
        let resized = level.run { resizer(planes) }
        golden.expectMatches("\(index).\(filter).\(antialias)", resized, within: 2.5e-6)
        let direct = level.run {
          Tensor<Float>(shape: resized.shape) { output in resizer.append(input, table: table, to: &output) }
        }
        #expect(direct == resized, "\(index) at \(level)")
      }
      count += 1
    }
    #expect(count == (antialias ? 11 : 12))
  }

  @Test func theSameSizeIsTheSameValues() {
    let planes = Tensor<Float>((0..<30).map(Float.init), shape: [2, 3, 5])
    #expect(FloatImageResizer(fromHeight: 3, width: 5, toHeight: 3, width: 5, channels: 2)(planes) == planes)
  }

  @Test func badCallsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = FloatImageResizer(fromHeight: 0, width: 5, toHeight: 2, width: 5)
    }
    await #expect(processExitsWith: .failure) {
      _ = FloatImageResizer(fromHeight: 2, width: 5, toHeight: 4, width: 5)(Tensor(repeating: 0, shape: [3, 5, 2]))
    }
  }
}
