import GenbaCore
import GenbaTestSupport
import GenbaVision
import Testing

@Suite struct NormalizationTests {
  /// Bits of transformers 5.23's `rescale_and_normalize` with torch 2.11, for each of three channels: values 0, 1,
  /// 100 and 255.
  @Test func tablesAreTheReferencesBits() {
    let clip = Normalization.clip.table
    #expect(clip.shape == [3, 256])
    #expect([0, 1, 255].map { clip[0, $0].bitPattern } == [0xBFE5_68DC, 0xBFE3_8A80, 0x3FF7_1542])
    #expect([0, 100, 255].map { clip[2, $0].bitPattern } == [0xBFBD_77D8, 0xBD6E_70F2, 0x4009_5661])
    let half = Normalization.half.table
    #expect([0, 1, 255].map { half[1, $0].bitPattern } == [0xBF80_0000, 0xBF7D_FDFE, 0x3F80_0000])
    #expect(half[0, 100].bitPattern == 0xBE5C_DCDD)
  }

  @Test func stepsCanBeLeftOut() {
    var normalization = Normalization.half
    normalization.doNormalize = false
    #expect(normalization.table[0, 255] == 255 * Float(1 / 255.0))
    normalization.doRescale = false
    #expect(normalization.table[2, 200] == 200)
    normalization.doNormalize = true
    #expect(normalization.table[1, 200] == (200 - 0.5) / 0.5)
  }

  @Test func planesAreEachChannelsValues() {
    let pixels = Tensor<UInt8>((0..<24).map { UInt8($0 * 10) }, shape: [2, 4, 3])
    let planes = Normalization.clip.planes(of: pixels)
    let table = Normalization.clip.table
    #expect(planes.shape == [3, 2, 4])
    for channel in 0..<3 {
      for y in 0..<2 {
        for x in 0..<4 { #expect(planes[channel, y, x] == table[channel, Int(pixels[y, x, channel])]) }
      }
    }
  }

  @Test func badCallsTrap() async {
    await #expect(processExitsWith: .failure) { _ = Normalization(imageMean: [0, 0], imageStd: [1]) }
    await #expect(processExitsWith: .failure) { _ = Normalization(imageMean: [0], imageStd: [0]) }
  }
}

/// Parts of pictures, what is around them, and the way back.
@Suite struct NormalizationPartTests {
  private let pixels = Tensor<UInt8>((0..<24).map { UInt8($0 * 10) }, shape: [2, 4, 3])

  @Test func aPartReachesBeyondThePicture() {
    func planes(_ background: Normalization.Background) -> Tensor<Float> {
      Tensor(shape: [3, 4, 3]) { output in
        Normalization.clip.appendPlanes(
          of: pixels, rows: -1..<3, columns: 2..<5, background: background, to: &output)
      }
    }
    let table = Normalization.clip.table
    for (background, expected) in [
      (Normalization.Background.zeros, [Float](repeating: 0, count: 3)),
      (.pixels(255), (0..<3).map { table[$0, 255] }),
    ] {
      let planes = planes(background)
      for channel in 0..<3 {
        for y in 0..<4 {
          for x in 0..<3 {
            let isInside = (1...2).contains(y) && x < 2
            let value = isInside ? table[channel, Int(pixels[y - 1, x + 2, channel])] : expected[channel]
            #expect(planes[channel, y, x] == value)
          }
        }
      }
    }
  }

  /// Every pixel value comes back from float32 and float16, of every usual normalisation and either backend.
  @Test func pixelsComeBack() {
    let all = Tensor<UInt8>((0..<768).map { UInt8($0 / 3) }, shape: [16, 16, 3])
    for var normalization in [Normalization.clip, .half, .imageNet] {
      for backend in ImageBackend.allCases {
        normalization.backend = backend
        #expect(normalization.pixels(ofPlanes: normalization.planes(of: all)) == all)
        let halves = Tensor<Float16>(shape: [3, 16, 16]) { normalization.appendPlanes(of: all, to: &$0) }
        let floats = Tensor<Float>(Array(halves).map { Float($0) }, shape: [3, 16, 16])
        #expect(normalization.pixels(ofPlanes: floats) == all)
      }
    }
    let strange = Tensor<Float>([.nan, .infinity, -.infinity], shape: [3, 1, 1])
    #expect(Array(Normalization.half.pixels(ofPlanes: strange)) == [0, 255, 0])
  }
}
