internal import GenbaCore
internal import GenbaKernels

/// The bins of one octave, at the rate that is enough for them.
struct CQTOctave {
  /// Whether the sound is halved in rate behind this octave.
  let halves: Bool

  private let plan: STFTPlan
  private let spectra: [SparseSpectrum]

  /// - Parameters:
  ///   - rate: Of the sound here, in hertz.
  ///   - baseRate: Of the sound in the highest octave: what halving has taken from the windows is given back.
  init(
    _ wavelets: CQTWavelets, bins: Range<Int>, rate: Double, baseRate: Double, hopLength: Int
  ) {
    halves = hopLength % 2 == 0
    let options = wavelets.options
    let nFFT = wavelets.transformLength(bins, rate: rate)
    let fft = DoubleFFT(length: nFFT)
    plan = STFTPlan(
      nFFT: nFFT, window: [Double](repeating: 1, count: nFFT), hopLength: hopLength, pad: nFFT / 2,
      padMode: options.padMode.kernelMode)
    spectra = bins.map { bin in
      let scale = options.scale ? 1 / wavelets.length(of: bin, rate: baseRate).squareRoot() : 1
      return wavelets.spectrum(of: bin, rate: rate, scale: scale * (baseRate / rate).squareRoot(), fft)
    }
  }

  /// The bins of a sound at this octave's rate: [bins, frames, 2].
  func response(to samples: [Float]) -> Tensor<Float> {
    let frames = 1 + samples.count / plan.hopLength
    var response = Tensor<Float>(repeating: 0, shape: [spectra.count, frames, 2])
    var sums = response.mutableSpan
    // Spectra of some frames at a time, so that memory does not grow with their number.
    for first in stride(from: 0, to: frames, by: 64) {
      let count = min(64, frames - first)
      let block = Tensor<Float>(shape: [plan.binCount, count, 2]) { output in
        plan.appendFrames(
          of: samples.span, .complex, from: first * plan.hopLength - plan.pad, columns: count, to: &output)
      }
      for (row, spectrum) in spectra.enumerated() {
        add(block.span, count, times: spectrum, to: &sums, at: 2 * (row * frames + first))
      }
    }
    return response
  }

  private func add(
    _ block: Span<Float>, _ count: Int, times spectrum: SparseSpectrum, to sums: inout MutableSpan<Float>, at start: Int
  ) {
    for (index, bin) in spectrum.bins.enumerated() {
      let (re, im) = (spectrum.real[index], spectrum.imaginary[index])
      let row = block.extracting(2 * bin * count..<2 * (bin + 1) * count)
      for frame in 0..<count {
        let (x, y) = (row[2 * frame], row[2 * frame + 1])
        sums[start + 2 * frame] += re * x - im * y
        sums[start + 2 * frame + 1] += re * y + im * x
      }
    }
  }
}
