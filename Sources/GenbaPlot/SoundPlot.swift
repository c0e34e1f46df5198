public import GenbaCore

/// A picture of a sound: its samples above, its spectrogram below, on one time axis.
///
/// ```swift
/// let picture = SoundPlot(title: "press.wav", caption: "16000 Hz")(audio, spectrogram: spectrogram)
/// ```
public struct SoundPlot: Sendable {
  /// Pixels.
  public var width: Int
  /// Pixels of one channel's strip of samples.
  public var stripHeight: Int
  /// Pixels of the spectrogram.
  public var spectrogramHeight: Int
  /// The colours of the spectrogram.
  public var colorMap: ColorMap
  /// The first line, left.
  public var title: String?
  /// The first line, right.
  public var caption: String?

  /// A plot of this size; a width below 400, strips below 40 or a spectrogram below 100 trap.
  public init(
    width: Int = 1200, stripHeight: Int = 130, spectrogramHeight: Int = 330, colorMap: ColorMap = .magma,
    title: String? = nil, caption: String? = nil
  ) {
    precondition(
      width >= 400 && stripHeight >= 40 && spectrogramHeight >= 100,
      "a plot \(width) wide of strips of \(stripHeight) and a spectrogram of \(spectrogramHeight) cannot be read")
    self.width = width
    self.stripHeight = stripHeight
    self.spectrogramHeight = spectrogramHeight
    self.colorMap = colorMap
    self.title = title
    self.caption = caption
  }

  /// The picture: uint8 RGB.
  public func callAsFunction(_ audio: AudioSamples, spectrogram: Spectrogram) -> Image {
    let strips = CurveStrips(audio)
    let panelWidth = width - PlotLayout.left - PlotLayout.right
    let rect = PixelRect(
      left: PlotLayout.left, top: PlotLayout.top, width: panelWidth, height: strips.stripCount * stripHeight)
    let spectrogramTop = rect.bottom + PlotLayout.betweenPanels
    var canvas = Canvas(width: width, height: spectrogramTop + spectrogramHeight + PlotLayout.bottom)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: PlotLayout.left, right: PlotLayout.right)
    let axis = PlotPanel(rect: rect, xRange: strips.xRange, yRange: strips.yRange)
    _ = strips.draw(on: &canvas, in: rect, verticals: axis.timeTicks)
    SpectrogramPlot.draw(
      spectrogram, colorMap, on: &canvas,
      in: PixelRect(left: PlotLayout.left, top: spectrogramTop, width: panelWidth, height: spectrogramHeight),
      times: strips.xRange)
    return canvas.image
  }
}
