internal import GenbaCore

/// The frames of an animated WebP, of which FFmpeg reads only the pictures that they are made of.
///
/// A frame is a picture somewhere on a canvas, laid over what is there or put in its place; what it covered may become
/// clear before the next one. (Google's WebP container specification; canvas and blending as in libwebp 1.x's
/// `WebPAnimDecoder`, which Pillow stands on: the background is clear whatever the file says.)
struct WebPAnimation {
  private struct Frame {
    var left: Int, top: Int, width: Int, height: Int
    /// Whether it replaces what is under it, and whether its place is cleared afterwards.
    var replaces: Bool, clears: Bool
    /// The chunks of its picture.
    var picture: ArraySlice<UInt8>
  }

  /// Columns and rows of the canvas.
  let width: Int, height: Int
  private let hasAlpha: Bool
  private let frames: [Frame]

  /// How many frames there are.
  var frameCount: Int { frames.count }

  /// `nil` for a WebP without animation.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 30, bytes[8..<16].elementsEqual("WEBPVP8X".utf8), bytes[20] & 2 != 0 else { return nil }
    hasAlpha = bytes[20] & 16 != 0
    width = bytes[24..<27].littleEndianNumber + 1
    height = bytes[27..<30].littleEndianNumber + 1
    var frames: [Frame] = []
    WebPChunks.visit(bytes) { name, chunk in
      guard name.elementsEqual("ANMF".utf8), chunk.count > 16 else { return }
      func field(_ index: Int) -> Int {
        chunk[chunk.startIndex + 3 * index..<chunk.startIndex + 3 * index + 3].littleEndianNumber
      }
      let flags = chunk[chunk.startIndex + 15]
      frames.append(
        Frame(
          left: 2 * field(0), top: 2 * field(1), width: field(2) + 1, height: field(3) + 1, replaces: flags & 2 != 0,
          clears: flags & 1 != 0, picture: chunk.dropFirst(16)))
    }
    self.frames = frames
  }

  /// The canvas once a frame has been drawn: RGB, or RGBA where the file says that it is transparent somewhere.
  ///
  /// - Parameter decode: Decodes a still WebP.
  /// - Throws: `.corruptData` for a frame beyond the canvas or of another size than it says; what `decode` throws.
  func image(
    at index: Int, limits: DecodeLimits, decode: (_ still: [UInt8]) throws(GenbaError) -> Image
  ) throws(GenbaError) -> Image {
    try PictureLibrary.check(width: width, height: height, limits: limits)
    guard frames.indices.contains(index) else {
      throw GenbaError(.corruptData, "an animated WebP of \(frames.count) frames")
    }
    // What every later frame hides needs no drawing.
    let first = frames[...index].lastIndex { covers($0) } ?? 0
    var canvas = [UInt8](repeating: 0, count: 4 * width * height)
    for number in first...index {
      let frame = frames[number]
      guard frame.left + frame.width <= width, frame.top + frame.height <= height else {
        throw GenbaError(.corruptData, "frame \(number) of the WebP is not all on its canvas")
      }
      if number > first, frames[number - 1].clears { clear(frames[number - 1], on: &canvas) }
      let picture = try decode(still(frame))
      guard picture.width == frame.width, picture.height == frame.height, case .uint8(let pixels) = picture.pixels
      else { throw GenbaError(.corruptData, "frame \(number) of the WebP is not of the size that it says") }
      draw(pixels, frame, on: &canvas)
    }
    guard hasAlpha else {
      let rgb = Tensor<UInt8>(shape: [height, width, 3]) { output in
        for index in canvas.indices where index % 4 != 3 { output.append(canvas[index]) }
      }
      return Image(rgb: rgb)
    }
    return Image(pixels: .uint8(Tensor(canvas, shape: [height, width, 4])), colorModel: .rgba)
  }

  private func covers(_ frame: Frame) -> Bool { frame.replaces && frame.width == width && frame.height == height }

  /// A frame's picture as a file of its own.
  private func still(_ frame: Frame) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var content = Array("WEBP".utf8)
    if frame.picture.starts(with: "ALPH".utf8) {
      content += Array("VP8X".utf8) + number(10, 4) + [16, 0, 0, 0] + number(frame.width - 1, 3)
      content += number(frame.height - 1, 3)
    }
    content += frame.picture
    return Array("RIFF".utf8) + number(content.count, 4) + content
  }

  private func clear(_ frame: Frame, on canvas: inout [UInt8]) {
    for row in frame.top..<frame.top + frame.height {
      let start = 4 * (row * width + frame.left)
      for index in start..<start + 4 * frame.width { canvas[index] = 0 }
    }
  }

  private func draw(_ pixels: Tensor<UInt8>, _ frame: Frame, on canvas: inout [UInt8]) {
    let source = pixels.span
    let channels = pixels.shape[2]
    for row in 0..<frame.height {
      for column in 0..<frame.width {
        let from = (row * frame.width + column) * channels
        let to = 4 * ((frame.top + row) * width + frame.left + column)
        let alpha = channels == 4 ? source[from + 3] : 255
        if frame.replaces || alpha == 255 {
          for channel in 0..<3 { canvas[to + channel] = source[from + channel] }
          canvas[to + 3] = alpha
        } else if alpha > 0 {
          blend(source, from, alpha: UInt32(alpha), onto: to, of: &canvas)
        }
      }
    }
  }

  /// libwebp's `BlendPixelNonPremult`: weights in 24 bits, rounded down.
  private func blend(
    _ source: Span<UInt8>, _ from: Int, alpha: UInt32, onto to: Int, of canvas: inout [UInt8]
  ) {
    let under = UInt32(canvas[to + 3]) * (256 - alpha) >> 8
    let together = alpha + under
    let scale = (1 << 24) / together
    for channel in 0..<3 {
      let sum = UInt32(source[from + channel]) * alpha + UInt32(canvas[to + channel]) * under
      canvas[to + channel] = UInt8(truncatingIfNeeded: sum &* scale >> 24)
    }
    canvas[to + 3] = UInt8(truncatingIfNeeded: together)
  }
}
