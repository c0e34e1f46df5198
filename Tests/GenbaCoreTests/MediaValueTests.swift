import GenbaCore
import Testing

@Suite struct MediaValueTests {
  @Test func channelsAreRowsOfTheSamples() {
    let audio = AudioSamples(samples: Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3]), sampleRate: 3)
    #expect(audio.channelCount == 2 && audio.sampleCount == 3 && audio.durationSeconds == 1)
    let second = audio.channel(1)
    #expect(second.count == 3 && second[0] == 4)
  }

  @Test func framesKnowTheirSizeInEitherLayout() {
    let planes = Frame(
      pixels: Tensor(repeating: 0, shape: [3, 4, 5]), layout: .nchw, ptsSeconds: 0, durationSeconds: 0.04)
    let pixels = Frame(
      pixels: Tensor(repeating: 0, shape: [4, 5, 3]), layout: .nhwc, ptsSeconds: 0, durationSeconds: 0.04)
    #expect(planes.height == 4 && planes.width == 5)
    #expect(pixels.height == 4 && pixels.width == 5)
  }

  @Test func depthUnitsBecomeMetresAndHolesStayHoles() {
    let depth = DepthMap(units: Tensor<UInt16>([0, 1500, 65535, 1], shape: [2, 2]))
    #expect(Array(depth.metres) == [0, 1.5, 65.535, 0.001])
    #expect(Array(depth.validMask) == [false, true, true, true])
  }
}
