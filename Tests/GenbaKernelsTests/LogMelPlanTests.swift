import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Glibc
import Testing

@Suite struct LogMelPlanTests {
  /// All below 131, and beyond that those that have no other factors than 2, 3 and 5.
  private static let lengths = (1...300).filter { $0 <= 130 || LogMelPlan.isFast(nFFT: $0) }

  @Test(arguments: lengths) func binsAreThoseOfTheDefinition(nFFT: Int) {
    var reference = SpectrumReference(nFFT: nFFT)
    reference.hopLength = 3
    // 19 frames: whole vectors at each level, and a rest.
    reference.expectSameBins(samples: noise(nFFT + 18 * 3), columns: 19, at: [0, 1, 7, 16, 18])
  }

  @Test(arguments: [320, 400, 405, 480, 500, 512, 625, 729, 800, 960, 1000, 1023, 1024, 1103, 1536, 1875, 2046, 2048])
  func binsOfLongFramesAreThoseOfTheDefinition(nFFT: Int) {
    var reference = SpectrumReference(nFFT: nFFT)
    reference.hopLength = nFFT / 4
    reference.expectSameBins(samples: noise(nFFT + 16 * (nFFT / 4)), columns: 17, at: [2, 16])
  }

  @Test func lengthsWithOtherFactorsAreToldApart() {
    #expect((1...16).filter { LogMelPlan.isFast(nFFT: $0) } == [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16])
    for nFFT in [-400, -1, 0, 7, 11, 14, 401, 1023, .max] { #expect(!LogMelPlan.isFast(nFFT: nFFT)) }
  }

  @Test func aShortWindowStandsInTheMiddle() {
    for (nFFT, winLength) in [(16, 10), (16, 11), (15, 8), (512, 400), (8, 1), (8, 0)] {
      var reference = SpectrumReference(nFFT: nFFT, winLength: winLength)
      reference.hopLength = 5
      reference.expectSameBins(samples: noise(nFFT + 95), columns: 20, at: [0, 15, 19])
    }
  }

  @Test func magnitudesAreRootsOfPower() {
    for nFFT in [15, 16] {
      var reference = SpectrumReference(nFFT: nFFT)
      reference.power = 1
      reference.expectSameBins(samples: noise(60), columns: 40)
    }
  }

  @Test func paddingIsThatOfTheDefinition() {
    for padMode in [LogMelPlan.PadMode.constant, .reflect] {
      for nFFT in [16, 27] {
        for count in [1, 2, 3, 7, 8, 9, 16, 17, 40, 200] {
          var reference = SpectrumReference(nFFT: nFFT)
          reference.pad = nFFT / 2
          reference.padMode = padMode
          reference.hopLength = 5
          let columns = reference.plan.frameCount(length: count)
          #expect(columns == (count + 2 * (nFFT / 2) - nFFT) / 5 + 1)
          reference.expectSameBins(samples: noise(count), columns: columns)
        }
      }
    }
  }

  @Test func silenceBehindTheSamplesIsPartOfTheSignal() {
    for padMode in [LogMelPlan.PadMode.constant, .reflect] {
      // At 31 of 39 samples, the last frame begins in silence and sees the last sample in the mirror.
      for (count, length) in [(30, 30), (30, 31), (30, 38), (30, 39), (31, 39), (32, 39), (30, 60), (30, 200)] {
        var reference = SpectrumReference(nFFT: 16)
        reference.pad = 8
        reference.padMode = padMode
        reference.hopLength = 3
        reference.expectSameBins(
          samples: noise(count), length: length, columns: reference.plan.frameCount(length: length))
      }
    }
  }

  @Test(arguments: 1...35) func anyNumberOfFramesFits(columns: Int) {
    var reference = SpectrumReference(nFFT: 12)
    reference.hopLength = 40
    reference.expectSameBins(samples: noise(12 + 40 * columns), columns: columns)
  }

  @Test func aHopMayBeLongerThanTheSignal() {
    var reference = SpectrumReference(nFFT: 12)
    reference.hopLength = 1 << 30
    reference.pad = 6
    reference.expectSameBins(samples: noise(100), columns: 20)
  }

  @Test func anEmptySignalIsSilence() {
    for padMode in [LogMelPlan.PadMode.constant, .reflect] {
      var reference = SpectrumReference(nFFT: 12)
      reference.padMode = padMode
      reference.pad = 6
      reference.expectSameBins(samples: [], columns: 1)
      reference.expectSameBins(samples: [], length: 100, columns: 20)
    }
  }

  /// A sine on a bin, with a window of ones: (n / 2)² there and nothing elsewhere.
  @Test func aSineStandsInItsBin() {
    var reference = SpectrumReference(nFFT: 400)
    reference.window = [Double](repeating: 1, count: 400)
    let plan = reference.plan
    let samples = (0..<420).map { Float(sin(2 * .pi * 37 * Double($0) / 400)) }
    for level in KernelLevel.available {
      let bins = level.run {
        Tensor<Float>(shape: [201, 20]) { plan.append(samples.span, length: 420, columns: 20, to: &$0) }
      }
      for bin in 0...200 {
        for frame in 0..<20 {
          let value = Double(bins.span[bin * 20 + frame])
          #expect(abs(value - (bin == 37 ? 40_000 : 0)) < 0.02, "\(level), bin \(bin), frame \(frame)")
        }
      }
    }
  }

  /// Lanes without a frame are 0, and must not count where all bands are below.
  @Test func theLargestIsOneOfTheValues() {
    let filters: [Double] = [-1]
    let plan = LogMelPlan(
      nFFT: 1, window: [1], hopLength: 1, pad: 0, padMode: .constant, power: 2, filters: filters.span, logarithm: nil)
    for level in KernelLevel.available {
      for count in 1...20 {
        let samples = noise(count).map { $0 + 2 }
        var largest = Float.nan
        let bands = level.run {
          Tensor<Float>(shape: [count]) { largest = plan.append(samples.span, length: count, columns: count, to: &$0) }
        }
        #expect(largest == Array(bands).max())
      }
    }
  }
}
