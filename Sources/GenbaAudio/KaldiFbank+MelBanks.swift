internal import GenbaCore
internal import Glibc

extension KaldiFbank {
  /// The filters: triangles on Kaldi's mel scale, whose corners are stretched for a speaker's vocal tract if the options
  /// ask for it. None takes the last bin.
  static func melBanks(_ options: Options) -> Tensor<Double> {
    let (low, high) = (mels(options.lowFrequency), mels(options.highestFrequency))
    let step = (high - low) / Double(options.numMelBins + 1)
    let half = options.nFFT / 2
    let bins = (0..<half).map { mels(Double($0) * Double(options.sampleRate) / Double(options.nFFT)) }
    return Tensor(shape: [options.numMelBins, half + 1]) { output in
      for band in 0..<options.numMelBins {
        let corners = (band...band + 2).map { corner in stretched(low + Double(corner) * step, options) }
        let isFirstOfHTK = options.htkMode && band == 0 && low != 0
        var hasWeight = false
        for mel in bins {
          var weight = triangle(mel, corners)
          // HTK leaves out the first bin of the first band.
          if isFirstOfHTK && !hasWeight && weight > 0 { (hasWeight, weight) = (true, 0) }
          output.append(weight)
        }
        output.append(0)
      }
    }
  }

  private static func mels(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }

  /// The height at `mel` of a triangle, 1 in its middle corner. Stretching may put the corners in another order: then
  /// there is no side to be on.
  private static func triangle(_ mel: Double, _ corners: [Double]) -> Double {
    let (left, center, right) = (corners[0], corners[1], corners[2])
    if mel > left && mel <= center { return (mel - left) / (center - left) }
    if mel > center && mel < right { return (right - mel) / (right - center) }
    return 0
  }

  /// A corner, in mels, as vocal tract length normalization moves it: frequencies are divided by the factor, and near
  /// both ends that fades, so that the ends stay where they are (`vtln_warp_freq`).
  private static func stretched(_ mel: Double, _ options: Options) -> Double {
    let factor = options.vtlnWarp
    guard factor != 1 else { return mel }
    let frequency = 700 * (exp(mel / 1127) - 1)
    let (low, high) = (options.lowFrequency, options.highestFrequency)
    guard frequency >= low && frequency <= high else { return mel }
    let (from, to) = (options.vtlnLow * max(1, factor), options.highestStretched * min(1, factor))
    if frequency < from { return mels(low + (from / factor - low) / (from - low) * (frequency - low)) }
    if frequency < to { return mels(frequency / factor) }
    return mels(high + (high - to / factor) / (high - to) * (frequency - high))
  }
}
