import GenbaCore
import GenbaVision
import Testing

/// What Patchify adds to the kernel: shapes, repetition, and calls that cannot be.
@Suite struct PatchifyTests {
  private let patchify = Patchify(patchSize: 14, mergeSize: 2, temporalPatchSize: 2, normalization: .half)

  private func frame(_ seed: Int) -> Tensor<UInt8> {
    Tensor((0..<28 * 56 * 3).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed) }, shape: [28, 56, 3])
  }

  private func patches(_ frames: [Tensor<UInt8>]) -> Tensor<Float> {
    Tensor(shape: patchify.shape(height: 28, width: 56)) { output in patchify.append(frames, to: &output) }
  }

  @Test func aPictureIsAllFramesOfItsPatch() {
    #expect(patchify.factor == 28)
    #expect(patches([frame(1)]).shape == [8, 1176])
    #expect(patches([frame(1)]) == patches([frame(1), frame(1)]))
    #expect(patches([frame(1)]) != patches([frame(1), frame(2)]))
  }

  @Test func theLastElementIsTheLastPixelsBlue() {
    let (first, second) = (frame(1), frame(2))
    let result = patches([first, second])
    #expect(result[7, 1175] == Normalization.half.table[2, Int(second[27, 55, 2])])
    #expect(result[7, 1175 - 196] == Normalization.half.table[2, Int(first[27, 55, 2])])
  }

  @Test func badCallsTrap() async {
    await #expect(processExitsWith: .failure) {
      let patchify = Patchify(patchSize: 14, mergeSize: 2, temporalPatchSize: 2, normalization: .half)
      let frame = Tensor<UInt8>(repeating: 0, shape: [14, 28, 3])
      _ = Tensor<Float>(shape: [2, 1176]) { output in patchify.append([frame], to: &output) }
    }
  }
}
