internal import GenbaAudio
internal import GenbaCore
internal import GenbaKernels

/// Features of one clip, a row for each frame: what normalizes by column and pads by row.
struct FrameMatrix {
  /// [frames, width].
  private var values: Tensor<Float>
  /// How many frames there are; what is behind them has been cut off.
  private(set) var count: Int
  private let width: Int

  /// Kaldi's features of a signal at the options' rate.
  init(_ samples: Span<Float>, _ fbank: KaldiFbank) {
    width = fbank.columnCount
    count = fbank.frameCount(sampleCount: samples.count)
    values = Tensor<Float>(shape: [count, width]) { output in fbank.append(samples, to: &output) }
  }

  /// A batch of Kaldi's features: float32 [clips, rows, width], each clip normalized by itself and then filled.
  ///
  /// - Parameters:
  ///   - rows: Frames of each clip: more are cut off.
  ///   - padding: What fills a shorter clip.
  static func batch(
    _ clips: [AudioSamples], _ fbank: KaldiFbank, rows: Int, padding: Double, _ normalize: (inout FrameMatrix) -> Void
  ) -> Tensor<Float> {
    Tensor<Float>(shape: [clips.count, rows, fbank.columnCount]) { output in
      for clip in clips {
        var frames = FrameMatrix(clip.channel(0), fbank)
        normalize(&frames)
        frames.truncate(to: rows)
        frames.append(paddedTo: rows, with: Float(padding), to: &output)
      }
    }
  }

  /// The bands of a signal of `length` samples that begins with `samples`, turned so that a frame is a row.
  init(
    _ samples: Span<Float>, length: Int, frames: Int, _ plan: LogMelPlan,
    normalization: LogMelPlan.Normalization? = nil
  ) {
    width = plan.bandCount
    count = frames
    let bands = Tensor<Float>(shape: [plan.bandCount, frames]) { output in
      plan.append(samples, length: length, columns: frames, normalization: normalization, to: &output)
    }
    let span = bands.span
    values = Tensor<Float>(shape: [frames, plan.bandCount]) { output in
      for frame in 0..<frames {
        for band in 0..<plan.bandCount { output.append(span[band * frames + frame]) }
      }
    }
  }

  /// Replaces each value, by what may depend on its column.
  mutating func map(_ transform: (_ value: Float, _ column: Int) -> Float) {
    let (count, width) = (count, width)
    var span = values.mutableSpan
    for row in stride(from: 0, to: count * width, by: width) {
      for column in 0..<width { span[row + column] = transform(span[row + column], column) }
    }
  }

  /// Sets all values of these frames.
  mutating func fill(_ frames: Range<Int>, with value: Float) {
    let width = width
    var span = values.mutableSpan
    for index in frames.lowerBound * width..<frames.upperBound * width { span[index] = value }
  }

  /// Keeps the first `frames` of them.
  mutating func truncate(to frames: Int) { count = min(count, frames) }

  /// Gives each column mean 0 and divides it by `deviation` of its variance.
  ///
  /// - Parameters:
  ///   - frames: The first so many count for mean and variance; all are changed.
  ///   - ddof: What is subtracted from their number where the variance is divided by it.
  ///   - centers: Whether the mean is subtracted.
  ///   - deviation: The divisor for a variance.
  mutating func normalizeColumns(
    over frames: Int, ddof: Int, centers: Bool = true, deviation: (Double) -> Double
  ) {
    let (means, variances) = moments(over: frames, ddof: ddof)
    let offsets = means.map { centers ? Float($0) : 0 }
    let divisors = variances.map { Float(deviation($0)) }
    map { value, column in (value - offsets[column]) / divisors[column] }
  }

  private func moments(over frames: Int, ddof: Int) -> (means: [Double], variances: [Double]) {
    let span = values.span
    var means = [Double](repeating: 0, count: width)
    for row in 0..<frames {
      for column in 0..<width { means[column] += Double(span[row * width + column]) }
    }
    for column in 0..<width { means[column] /= Double(frames) }
    var variances = [Double](repeating: 0, count: width)
    for row in 0..<frames {
      for column in 0..<width {
        let difference = Double(span[row * width + column]) - means[column]
        variances[column] += difference * difference
      }
    }
    for column in 0..<width { variances[column] /= Double(frames - ddof) }
    return (means, variances)
  }

  /// Appends the frames, and as many rows of `padding` as make `frames` of them.
  func append(paddedTo frames: Int, with padding: Float = 0, to output: inout OutputSpan<Float>) {
    let span = values.span
    for index in 0..<count * width { output.append(span[index]) }
    output.append(repeating: padding, count: (frames - count) * width)
  }

  /// Appends these frames.
  func append(_ frames: Range<Int>, to output: inout OutputSpan<Float>) {
    let span = values.span
    for index in frames.lowerBound * width..<frames.upperBound * width { output.append(span[index]) }
  }

  /// Appends the whole as `frames` frames, each between the two nearest, as torch's `interpolate` does with
  /// `mode="bilinear", align_corners=False`.
  func append(shrunkTo frames: Int, to output: inout OutputSpan<Float>) {
    let span = values.span
    let scale = Float(count) / Float(frames)
    for frame in 0..<frames {
      let place = max(0, scale * (Float(frame) + 0.5) - 0.5)
      let first = min(Int(place), count - 1)
      let second = min(first + 1, count - 1)
      let share = place - Float(first)
      for column in 0..<width {
        output.append((1 - share) * span[first * width + column] + share * span[second * width + column])
      }
    }
  }
}
