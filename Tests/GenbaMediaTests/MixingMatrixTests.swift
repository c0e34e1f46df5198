import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Channels mixed by a matrix.
@Suite struct MixingMatrixTests {
  @Test func rowsAreWeightedSums() throws {
    let decoder = try AudioDecoder(TestAssets.media("8ch.wav"))
    let all = try decoder.allSamples()
    let rows: [[Float]] = [(0..<8).map { Float($0) / 8 - 0.3 }, [1, -1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 2, 0, 0]]
    let mixed = try decoder.allSamples(channels: .matrix(rows))
    #expect(mixed.samples.shape == [3, all.sampleCount])
    let source = Array(all.samples)
    for (row, weights) in rows.enumerated() {
      var sums = [Double](repeating: 0, count: all.sampleCount)
      for channel in 0..<8 {
        let weight = Double(weights[channel])
        for index in sums.indices { sums[index] += weight * Double(source[channel * all.sampleCount + index]) }
      }
      expectClose(mixed.row(row).map { Double($0) }, sums, within: 1e-6)
    }
  }

  /// The unit matrix keeps the channels, a permutation exchanges them, and both are resampled as the channels are.
  @Test func matricesOfOnes() throws {
    let decoder = try AudioDecoder(TestAssets.media("machine-44k1-stereo.flac"))
    for rate in [44_100, 16_000] {
      let kept = try decoder.allSamples(sampleRate: rate)
      #expect(try decoder.allSamples(sampleRate: rate, channels: .matrix([[1, 0], [0, 1]])) == kept)
      let exchanged = try decoder.allSamples(sampleRate: rate, channels: .matrix([[0, 1], [1, 0]]))
      #expect(exchanged.row(0) == kept.row(1) && exchanged.row(1) == kept.row(0))
    }
  }

  @Test func partsAreSlicesOfTheWhole() throws {
    let decoder = try AudioDecoder(TestAssets.media("machine-44k1-stereo.flac"))
    let mix = ChannelMix.matrix([[0.5, 0.5], [1, -1], [0.25, 0]])
    let whole = try decoder.allSamples(sampleRate: 22_050, channels: mix)
    let part = try decoder.samples(in: 1..<1.5, sampleRate: 22_050, channels: mix)
    for channel in 0..<3 {
      #expect(part.row(channel) == Array(whole.row(channel)[22_050..<33_075]))
    }
  }

  @Test(arguments: [[], [[1]], [[1, 2, 3]], [[1, 2], [1]], [[.nan, 1]], [[.infinity, 0]]] as [[[Float]]])
  func matricesThatDoNotFit(rows: [[Float]]) throws {
    let decoder = try AudioDecoder(TestAssets.media("machine-44k1-stereo.flac"))
    let error = #expect(throws: GenbaError.self) { try decoder.allSamples(channels: .matrix(rows)) }
    #expect(error?.code == .outOfRange, "\(String(describing: error))")
  }
}
