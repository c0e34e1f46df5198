internal import GenbaCore
internal import Glibc

/// How far tones lie from those of a piano tuned to 440 Hz, as `librosa.estimate_tuning` (0.11) finds it: the peaks of all
/// spectra between 150 and 4000 Hz, of them the louder half, and the hundredth of a class that most of them lie in.
struct TuningEstimate {
  var sampleRate: Int
  var nFFT: Int
  var binsPerOctave: Int

  /// - Parameter spectra: [nFFT / 2 + 1, frames], with channels in front or without.
  /// - Returns: -0.5 … 0.49, in classes; 0 if there is no peak.
  func tuning(of spectra: Tensor<Float>) -> Double {
    let peaks = peaks(of: spectra)
    let threshold = median(peaks.map(\.magnitude))
    var counts = [Int](repeating: 0, count: 100)
    for peak in peaks where peak.magnitude >= threshold {
      let classes = Double(binsPerOctave) * log2(peak.hertz / 27.5)
      var residual = classes - floor(classes)
      if residual >= 0.5 { residual -= 1 }
      counts[bin(of: residual)] += 1
    }
    guard !peaks.isEmpty, let most = counts.max(), let index = counts.firstIndex(of: most) else { return 0 }
    return edge(index)
  }

  /// Where the bins of the histogram begin, as numpy's `linspace(-0.5, 0.5, 101)` has it.
  private func edge(_ index: Int) -> Double { Double(index) * 0.01 - 0.5 }

  private func bin(of residual: Double) -> Int {
    var index = min(max(Int((residual + 0.5) * 100), 0), 99)
    if residual < edge(index) { index -= 1 } else if index < 99 && residual >= edge(index + 1) { index += 1 }
    return max(index, 0)
  }

  private struct Peak {
    var hertz: Double
    var magnitude: Double
  }

  /// The local maxima above a tenth of the frame's largest value, between the bins by a parabola (`piptrack`).
  private func peaks(of spectra: Tensor<Float>) -> [Peak] {
    let (bins, frames) = (nFFT / 2 + 1, spectra.shape[spectra.rank - 1])
    let highest = min(4000, Double(sampleRate) / 2)
    let source = spectra.span
    var peaks: [Peak] = []
    for first in stride(from: 0, to: spectra.count, by: bins * frames) {
      for frame in 0..<frames {
        func value(_ bin: Int) -> Double { Double(source[first + bin * frames + frame]) }
        let threshold = 0.1 * (0..<bins).reduce(0) { max($0, value($1)) }
        func loud(_ bin: Int) -> Double { value(bin) > threshold ? value(bin) : 0 }
        for bin in 1..<max(bins, 1) {
          let hertz = Double(bin) * Double(sampleRate) / Double(nFFT)
          guard hertz >= 150 && hertz < highest else { continue }
          let isLast = bin == bins - 1
          guard loud(bin) > loud(bin - 1), isLast || loud(bin) >= loud(bin + 1) else { continue }
          let slope = isLast ? value(bin) - value(bin - 1) : (value(bin + 1) - value(bin - 1)) / 2
          let curvature = isLast ? 0 : value(bin + 1) + value(bin - 1) - 2 * value(bin)
          let shift = abs(slope) >= abs(curvature) ? 0 : -slope / curvature
          peaks.append(
            Peak(
              hertz: (Double(bin) + shift) * Double(sampleRate) / Double(nFFT),
              magnitude: value(bin) + 0.5 * slope * shift))
        }
      }
    }
    return peaks
  }

  private func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
