import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Testing

@Suite struct LogMelBoundsTests {
  /// Reads and writes stay inside the samples and the rows, however these lie, and give the same numbers.
  @Test func nothingOutsideIsTouched() throws {
    for nFFT in [12, 16, 27, 400] {
      for count in [0, 1, 5, nFFT - 1, nFFT, nFFT + 1, 2 * nFFT + 13, 24 * nFFT + 3] {
        for padMode in [LogMelPlan.PadMode.constant, .reflect] {
          var reference = SpectrumReference(nFFT: nFFT)
          reference.hopLength = max(nFFT / 3, 1)
          reference.pad = nFFT / 2
          reference.padMode = padMode
          try expectGuarded(reference.plan, samples: noise(count))
        }
      }
    }
  }

  private func expectGuarded(_ plan: LogMelPlan, samples: [Float]) throws {
    let columns = plan.frameCount(length: samples.count)
    let size = plan.bandCount * columns
    for level in KernelLevel.available {
      let expected = level.run {
        Tensor<Float>(shape: [size]) { plan.append(samples.span, length: samples.count, columns: columns, to: &$0) }
      }
      for side in GuardedMemorySide.allCases {
        let input = GuardedMemory(samples, against: side)
        let output = GuardedMemory([Float](repeating: .nan, count: size), against: side)
        level.run {
          var span = unsafe OutputSpan(buffer: output.elements, initializedCount: 0)
          let source = unsafe Span(_unsafeElements: UnsafeBufferPointer(input.elements))
          plan.append(source, length: samples.count, columns: columns, to: &span)
          #expect(span.count == size)
          _ = unsafe span.finalize(for: output.elements)
        }
        #expect(unsafe Array(output.elements) == Array(expected), "\(level), \(samples.count) samples, \(side)")
      }
    }
  }

  @Test func valuesGoBehindThoseThatAreThere() {
    let plan = SpectrumReference(nFFT: 8).plan
    let samples = noise(8)
    let tensor = Tensor<Float>(shape: [2 + 2 * plan.bandCount]) { output in
      output.append(7)
      plan.append(samples.span, length: 8, columns: 1, to: &output)
      output.append(8)
      plan.append(samples.span, length: 8, columns: 1, to: &output)
    }
    let values = Array(tensor)
    #expect(values[0] == 7 && values[1 + plan.bandCount] == 8)
    #expect(values[1..<1 + plan.bandCount] == values[(2 + plan.bandCount)...])
  }

  @Test func badCallsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>(shape: [4]) {
        LogMelPlan.single.append([Float](repeating: 0, count: 9).span, length: 8, columns: 1, to: &$0)
      }
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>(shape: [4]) {
        LogMelPlan.single.append([Float](repeating: 0, count: 9).span, length: 9, columns: 5, to: &$0)
      }
    }
    await #expect(processExitsWith: .failure) { _ = SpectrumReference(nFFT: 0).plan }
  }
}

extension LogMelPlan {
  /// Of one band.
  fileprivate static var single: LogMelPlan {
    let filters: [Double] = [1]
    return LogMelPlan(
      nFFT: 1, window: [1], hopLength: 1, pad: 0, padMode: .constant, power: 1, filters: filters.span, logarithm: nil)
  }
}
