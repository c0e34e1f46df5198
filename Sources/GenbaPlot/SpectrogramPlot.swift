public import GenbaCore

/// The strength of a sound's frequencies over time, and what its axes mean.
public struct Spectrogram: Sendable {
  /// float32 [bands, frames], logarithmic: decibels, as a rule. The lowest band comes first.
  public var values: Tensor<Float>
  /// The frequency in the middle of each band, rising, in hertz.
  public var bandFrequencies: [Double]
  /// From one frame to the next.
  public var secondsPerFrame: Double
  /// The time in the middle of the first frame.
  public var ptsSeconds: Double
  /// What the values count: `dB`.
  public var unit: String
  /// What bands are called where it is not their frequency that tells them apart: pitch classes.
  public var bandNames: [String]?
  /// What the names are names of.
  public var bandTitle = "pitch class"
  /// Which values have colours of their own; what is beyond has that of the end. `nil` is from the smallest to the
  /// largest.
  public var valueRange: ClosedRange<Double>?

  /// A spectrogram from its numbers; shapes that do not fit trap.
  ///
  /// ```swift
  /// let logMel = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 512, hopLength: 160))
  /// let spectrogram = Spectrogram(
  ///   values: try logMel(audio), bandFrequencies: logMel.melFilterBank.centerFrequencies, secondsPerFrame: 0.01)
  /// ```
  public init(
    values: Tensor<Float>, bandFrequencies: [Double], secondsPerFrame: Double, ptsSeconds: Double = 0,
    unit: String = "dB", bandNames: [String]? = nil
  ) {
    precondition(bandNames.map { $0.count == bandFrequencies.count } ?? true, "as many names as bands")
    precondition(
      values.rank == 2 && values.shape[0] == bandFrequencies.count && values.count > 0,
      "a spectrogram of shape \(values.shape) with \(bandFrequencies.count) frequencies")
    precondition(secondsPerFrame > 0, "frames are more than \(secondsPerFrame) s apart")
    self.values = values
    self.bandFrequencies = bandFrequencies
    self.secondsPerFrame = secondsPerFrame
    self.ptsSeconds = ptsSeconds
    self.unit = unit
    self.bandNames = bandNames
  }
}

/// A picture of a spectrogram: time to the right, frequency upwards, strength as colour.
///
/// ```swift
/// let picture = SpectrogramPlot(title: "press.wav")(spectrogram)
/// ```
public struct SpectrogramPlot: Sendable {
  /// Pixels.
  public var width: Int
  /// Pixels.
  public var height: Int
  /// The colours of the values.
  public var colorMap: ColorMap
  /// The first line, left.
  public var title: String?
  /// The first line, right.
  public var caption: String?

  /// A plot of this size; less than 400x200 traps.
  public init(
    width: Int = 1200, height: Int = 480, colorMap: ColorMap = .magma, title: String? = nil, caption: String? = nil
  ) {
    precondition(width >= 400 && height >= 200, "a spectrogram of \(width)x\(height) pixels cannot be read")
    self.width = width
    self.height = height
    self.colorMap = colorMap
    self.title = title
    self.caption = caption
  }

  /// The picture: uint8 RGB.
  public func callAsFunction(_ spectrogram: Spectrogram) -> Image {
    var canvas = Canvas(width: width, height: height)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: PlotLayout.left, right: PlotLayout.right)
    let rect = PixelRect(
      left: PlotLayout.left, top: PlotLayout.top, width: width - PlotLayout.left - PlotLayout.right,
      height: height - PlotLayout.top - PlotLayout.bottom)
    let duration = Double(spectrogram.values.shape[1]) * spectrogram.secondsPerFrame
    Self.draw(
      spectrogram, colorMap, on: &canvas, in: rect, times: spectrogram.ptsSeconds...spectrogram.ptsSeconds + duration)
    return canvas.image
  }

  static func draw(
    _ spectrogram: Spectrogram, _ colorMap: ColorMap, on canvas: inout Canvas, in rect: PixelRect,
    times: ClosedRange<Double>
  ) {
    let (bands, frames) = (spectrogram.values.shape[0], spectrogram.values.shape[1])
    let panel = PlotPanel(rect: rect, xRange: times, yRange: 0...Double(bands))
    // A frame's colour reaches half a frame to either side of its time.
    func frame(at seconds: Double) -> Double {
      (seconds - spectrogram.ptsSeconds) / spectrogram.secondsPerFrame + 0.5
    }
    let statistics = TensorStatistics(AnyTensor(spectrogram.values))
    var range = spectrogram.valueRange ?? valueRange(statistics)
    // One value everywhere is silence: dark, on a scale of whole numbers.
    if let low = statistics.minimum, low == statistics.maximum { range = low...low + 10 }
    let grid = PixelGrid(interleaved: spectrogram.values, height: bands, width: frames, channels: 1)
    let values = grid.averaged(
      rows: AreaShare.shares(sourceCount: bands, targetCount: rect.height).reversed(),
      columns: AreaShare.shares(
        of: frame(at: times.lowerBound)...frame(at: times.upperBound), sourceCount: frames, targetCount: rect.width))
    canvas.fillHeatMap(values, in: rect, range: range, colorMap)
    // Where there is no sound, there is nothing: an axis may begin before it and end behind it.
    let sound = [-0.5, Double(frames)].map { spectrogram.ptsSeconds + $0 * spectrogram.secondsPerFrame }.map {
      min(max(Int(panel.x($0).rounded()), rect.left), rect.right)
    }
    for (left, right) in [(rect.left, sound[0]), (sound[1], rect.right)] where right - left > 1 {
      canvas.fill(PixelRect(left: left, top: rect.top, width: right - left, height: rect.height), Theme.grid)
    }
    if let names = spectrogram.bandNames {
      let step = max(1, (names.count * 18 + rect.height - 1) / rect.height)
      let ticks = stride(from: 0, to: names.count, by: step).map { Ticks.Tick(value: Double($0), label: names[$0]) }
      panel.drawVerticalAxis(on: &canvas, Ticks(ticks: ticks), title: spectrogram.bandTitle) { panel.y($0 + 0.5) }
    } else {
      panel.drawVerticalAxis(
        on: &canvas, frequencyTicks(of: spectrogram, height: rect.height), title: "frequency (Hz)"
      ) { panel.y(band(of: $0, in: spectrogram.bandFrequencies)) }
    }
    panel.drawTimeAxis(on: &canvas)
    panel.drawColorBar(on: &canvas, colorMap, range: range, title: spectrogram.unit)
  }

  /// From the smallest to the largest value, and never empty.
  static func valueRange(_ statistics: TensorStatistics) -> ClosedRange<Double> {
    guard let low = statistics.minimum, let high = statistics.maximum else { return 0...1 }
    return high - low > abs(high) * 1e-6 + 1e-12 ? low...high : low - 1...low + 1
  }

  /// Octaves, from the highest down, as far as their labels do not touch.
  private static func frequencyTicks(of spectrogram: Spectrogram, height: Int) -> Ticks {
    let frequencies = spectrogram.bandFrequencies
    let bands = Double(frequencies.count)
    var ticks: [Ticks.Tick] = []
    var lastPlace = Double.infinity
    let octaves: [Double] = [64_000, 32_000, 16_000, 8_000, 4_000, 2_000, 1_000, 500, 250, 125, 62.5]
    for frequency in octaves where frequency <= frequencies[frequencies.count - 1] && frequency >= frequencies[0] {
      let place = band(of: frequency, in: frequencies) / bands * Double(height)
      guard lastPlace - place >= 22 else { continue }
      lastPlace = place
      let label = frequency >= 1000 ? "\(Int(frequency / 1000))k" : Ticks.number(frequency, decimals: 0)
      ticks.append(Ticks.Tick(value: frequency, label: label))
    }
    return Ticks(ticks: ticks)
  }

  /// Where a frequency stands among the bands, as a fraction; a band's frequency is in its middle.
  private static func band(of frequency: Double, in frequencies: [Double]) -> Double {
    guard let above = frequencies.firstIndex(where: { $0 >= frequency }), above > 0 else { return 0.5 }
    let (low, high) = (frequencies[above - 1], frequencies[above])
    return Double(above) - 0.5 + (high > low ? (frequency - low) / (high - low) : 0)
  }
}

extension Canvas {
  /// Colours a rectangle by [rows, columns] of numbers, one for each pixel.
  mutating func fillHeatMap(_ values: [Float], in rect: PixelRect, range: ClosedRange<Double>, _ colorMap: ColorMap) {
    let table = colorMap.table
    let scale = 255 / (range.upperBound - range.lowerBound)
    for y in 0..<rect.height {
      for x in 0..<rect.width {
        let value = Double(values[y * rect.width + x])
        let color =
          value.isNaN
          ? colorMap(.nan) : table[Int(min(max((value - range.lowerBound) * scale, 0), 255).rounded())]
        self[rect.left + x, rect.top + y] = color
      }
    }
  }
}
