import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Glibc
import Testing

/// Frames of one sample make each band the square of its sample: the logarithm alone is left.
@Suite struct LogarithmTests {
  private func logarithms(
    of squares: [Float], _ logarithm: LogMelPlan.Logarithm, level: KernelLevel,
    normalization: LogMelPlan.Normalization? = nil
  ) -> (values: [Float], largest: Float) {
    let filters: [Double] = [1]
    let plan = LogMelPlan(
      nFFT: 1, window: [1], hopLength: 1, pad: 0, padMode: .constant, power: 1, filters: filters.span,
      logarithm: logarithm)
    var largest = Float.nan
    let tensor = level.run {
      Tensor<Float>(shape: [1, squares.count]) { output in
        largest = plan.append(
          squares.span, length: squares.count, columns: squares.count, normalization: normalization, to: &output)
      }
    }
    return (Array(tensor), largest)
  }

  @Test(arguments: [1, 1 / M_LN10, 10 / M_LN10]) func logarithmsAreExactToAFewBits(unit: Double) {
    // Squaring and the root must not leave the normal range.
    let values =
      stride(from: -18.0, through: 18, by: 0.0137).map { Float(pow(10, $0)) } + [1, 0.5, 2, 0.99999, 1.00001]
    let logarithm = LogMelPlan.Logarithm(floor: 1e-20, unitsPerNeper: unit)
    for level in KernelLevel.available {
      let actual = logarithms(of: values, logarithm, level: level).values
      for (value, result) in zip(values, actual) {
        let expected = log(Double(value)) * unit
        #expect(abs(Double(result) - expected) <= 2.5e-7 * max(abs(expected), unit), "\(level): log of \(value)")
      }
    }
  }

  @Test func whatIsNotAboveTheFloorIsExactlyItsLogarithm() {
    let logarithm = LogMelPlan.Logarithm(floor: 1e-10, unitsPerNeper: 1 / M_LN10)
    #expect(logarithm.ofFloor == -10)
    for level in KernelLevel.available {
      let values: [Float] = [0, 1e-30, 9.9e-11, 1e-10]
      #expect(logarithms(of: values, logarithm, level: level).values == [-10, -10, -10, -10])
    }
  }

  @Test func infinityStaysAndNaNIsReported() {
    let logarithm = LogMelPlan.Logarithm(floor: 1e-10, unitsPerNeper: 1)
    for level in KernelLevel.available {
      for position in [0, 3, 20] {
        var values = [Float](repeating: 1, count: 21)
        values[position] = .infinity
        var result = logarithms(of: values, logarithm, level: level)
        #expect(result.values[position] == .infinity && result.largest == .infinity)
        values[position] = .nan
        result = logarithms(of: values, logarithm, level: level)
        #expect(result.values[position].isNaN && result.largest.isNaN)
        #expect(result.values.filter(\.isNaN).count == 1)
      }
    }
  }

  @Test func theLargestIsFoundInEveryLane() {
    let logarithm = LogMelPlan.Logarithm(floor: 1e-10, unitsPerNeper: 1)
    for level in KernelLevel.available {
      for count in [1, 5, 16, 35] {
        for position in 0..<count {
          // All below 1, so that a lane that is not used must not count with 0.
          var values = [Float](repeating: 1e-4, count: count)
          values[position] = 1e-3
          let result = logarithms(of: values, logarithm, level: level)
          #expect(result.largest == result.values.max())
          #expect(result.values.firstIndex(of: result.largest) == position)
        }
      }
    }
  }

  @Test func normalizationIsItsFormula() {
    let logarithm = LogMelPlan.Logarithm(floor: 1e-10, unitsPerNeper: 1 / M_LN10)
    let normalization = LogMelPlan.Normalization(dynamicRange: 2, offset: 4, scale: 0.25)
    for level in KernelLevel.available {
      for count in [1, 4, 17, 40] {
        let values = noise(count).map { abs($0) }
        let raw = logarithms(of: values, logarithm, level: level)
        let normalized = logarithms(of: values, logarithm, level: level, normalization: normalization)
        #expect(normalized.largest == raw.largest)
        #expect(normalized.values == raw.values.map { (max($0, raw.largest - 2) + 4) * 0.25 })
      }
    }
  }
}
