public import GenbaCore
internal import Glibc

/// A picture of a sound's samples over time, a strip for each channel (the first eight).
///
/// The light band reaches from the lowest to the highest sample of each pixel column, the dark one shows their
/// root mean square.
///
/// ```swift
/// let picture = WaveformPlot(title: "press.wav")(audio)  // 1200 pixels wide
/// ```
public struct WaveformPlot: Sendable {
  /// Pixels.
  public var width: Int
  /// Pixels of one channel's strip.
  public var stripHeight: Int
  /// The first line, left.
  public var title: String?
  /// The first line, right.
  public var caption: String?

  /// A plot of this size; a width below 400 or a height below 40 traps.
  public init(width: Int = 1200, stripHeight: Int = 150, title: String? = nil, caption: String? = nil) {
    precondition(width >= 400 && stripHeight >= 40, "a waveform of \(width)x\(stripHeight) pixels cannot be read")
    self.width = width
    self.stripHeight = stripHeight
    self.title = title
    self.caption = caption
  }

  /// The picture: uint8 RGB.
  public func callAsFunction(_ audio: AudioSamples) -> Image {
    let strips = CurveStrips(audio)
    let rect = PixelRect(
      left: PlotLayout.left, top: PlotLayout.top, width: width - PlotLayout.left - 24,
      height: strips.stripCount * stripHeight)
    var canvas = Canvas(width: width, height: rect.bottom + PlotLayout.bottom)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: PlotLayout.left, right: 24)
    let axis = PlotPanel(rect: rect, xRange: strips.xRange, yRange: strips.yRange)
    strips.draw(on: &canvas, in: rect, verticals: axis.timeTicks).drawTimeAxis(on: &canvas)
    return canvas.image
  }
}

extension CurveStrips {
  /// A sound's channels over its time; over a second if there is nothing.
  init(_ audio: AudioSamples) {
    let statistics = TensorStatistics(AnyTensor(audio.samples))
    let peak = Self.niceCeiling(of: max(-(statistics.minimum ?? 0), statistics.maximum ?? 0))
    let duration = audio.sampleCount == 0 ? 1 : audio.durationSeconds
    self.init(
      values: audio.samples, xRange: audio.ptsSeconds...audio.ptsSeconds + duration, yRange: -peak...peak,
      title: "amplitude", rowName: "channel")
  }

  /// The next of 1, 2 or 5 · 10^n; 1 for nothing.
  private static func niceCeiling(of value: Double) -> Double {
    guard value > 1e-9 else { return 1 }
    let magnitude = pow(10, log10(value).rounded(.down))
    return [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= value } ?? value
  }
}
