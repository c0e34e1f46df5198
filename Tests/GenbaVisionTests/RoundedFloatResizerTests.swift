import GenbaCore
import GenbaKernels
import GenbaTestSupport
import GenbaVision
import Testing

/// The float resize that qwen_vl_utils asks torchvision for, bit for bit.
@Suite struct RoundedFloatResizerTests {
  @Test(arguments: [
    [97, 131, 56, 84], [300, 200, 84, 200], [90, 330, 28, 56], [64, 64, 224, 280],
  ])
  func equalsTorchvisions(sizes: [Int]) throws {
    let golden = try Golden(TestAssets.golden("qwen-vl-utils/resize.safetensors"))
    let (height, width) = (sizes[0], sizes[1])
    let pixels = Tensor<UInt8>(shape: [height, width, 3]) { output in
      for index in 0..<height * width * 3 { output.append(UInt8(((index * 2_654_435_761) >> 13) & 255)) }
    }
    let resizer = RoundedFloatResizer(fromHeight: height, width: width, toHeight: sizes[2], width: sizes[3])
    for level in KernelLevel.available {
      let resized = level.run { resizer(pixels) }
      golden.expectMatches("\(height)x\(width)-\(sizes[2])x\(sizes[3])", resized, within: 0)
    }
  }

  @Test func theSameSizeIsTheSamePicture() {
    let pixels = Tensor<UInt8>(shape: [2, 3, 3]) { output in for value in 0..<18 { output.append(UInt8(value)) } }
    #expect(RoundedFloatResizer(fromHeight: 2, width: 3, toHeight: 2, width: 3)(pixels) == pixels)
  }
}
