public import GenbaCore

/// A picture of a recording: frames along the time axis, each with its left edge where it is shown, and the spectrogram of
/// the sound below, on the same axis.
///
/// ```swift
/// let picture = RecordingPlot(title: "line4.mp4")(frames, until: 12.5, spectrogram: spectrogram)
/// ```
public struct RecordingPlot: Sendable {
  /// Pixels.
  public var width: Int
  /// Pixels of the spectrogram.
  public var spectrogramHeight: Int
  /// The colours of the spectrogram.
  public var colorMap: ColorMap
  /// The first line, left.
  public var title: String?
  /// The first line, right.
  public var caption: String?

  private static let lineUnderFrame = 26

  /// A plot of this size; a width below 400 or a spectrogram below 100 traps.
  public init(
    width: Int = 1200, spectrogramHeight: Int = 300, colorMap: ColorMap = .magma, title: String? = nil,
    caption: String? = nil
  ) {
    precondition(width >= 400 && spectrogramHeight >= 100, "a plot of \(width)x\(spectrogramHeight) cannot be read")
    self.width = width
    self.spectrogramHeight = spectrogramHeight
    self.colorMap = colorMap
    self.title = title
    self.caption = caption
  }

  /// The picture: uint8 RGB.
  ///
  /// - Parameters:
  ///   - frames: In the order of their times, from the beginning of the axis on; at least one, or it traps. Each has the
  ///     room until the next one; the labels say when it is shown.
  ///   - end: Where the axis ends, in seconds.
  ///   - spectrogram: The sound, on the frames' clock.
  public func callAsFunction(_ frames: [Frame], until end: Double, spectrogram: Spectrogram) -> Image {
    precondition(!frames.isEmpty, "a recording without frames is drawn by SoundPlot")
    let begin = frames[0].ptsSeconds
    let times = begin...max(end, begin + 1e-3)
    let panelWidth = width - PlotLayout.left - PlotLayout.right
    let cellWidth = panelWidth / frames.count
    let tallest = frames.map { Double($0.height) / Double(max($0.width, 1)) }.max() ?? 0.5
    let frameHeight = min(max(Int((Double(cellWidth - 4) * tallest).rounded()), 16), 2 * cellWidth)
    let top = 52
    let spectrogramTop = top + frameHeight + Self.lineUnderFrame + PlotLayout.betweenPanels
    var canvas = Canvas(width: width, height: spectrogramTop + spectrogramHeight + PlotLayout.bottom)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: PlotLayout.left, right: PlotLayout.right)
    let axis = PlotPanel(
      rect: PixelRect(left: PlotLayout.left, top: top, width: panelWidth, height: frameHeight), xRange: times,
      yRange: 0...1)
    for frame in frames {
      let left = Int(axis.x(frame.ptsSeconds).rounded())
      let height = min(
        Int((Double(cellWidth - 4) * Double(frame.height) / Double(max(frame.width, 1))).rounded()), frameHeight)
      // At its left edge, not in the middle of its cell, which is where its time is.
      let cell = PixelRect(
        left: left, top: top, width: max(min(cellWidth - 4, height * frame.width / max(frame.height, 1)), 1),
        height: max(height, 1))
      // A white frame has edges too.
      canvas.outline(canvas.draw(frame.grid, within: cell), Theme.frame)
      canvas.fill(PixelRect(left: left, top: top, width: 1, height: frameHeight + 8), Theme.frame)
      canvas.draw(
        "\(Ticks.number(frame.ptsSeconds, decimals: 2)) s", x: Double(left) + 4,
        baseline: Double(top + frameHeight) + 18, style: .label)
    }
    SpectrogramPlot.draw(
      spectrogram, colorMap, on: &canvas,
      in: PixelRect(left: PlotLayout.left, top: spectrogramTop, width: panelWidth, height: spectrogramHeight),
      times: times)
    return canvas.image
  }
}
