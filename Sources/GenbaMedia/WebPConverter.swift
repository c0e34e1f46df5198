internal import CFFmpeg
internal import GenbaCore

/// Turns the luma and chroma of a lossy WebP into RGB with libwebp's arithmetic, so that pixels equal Pillow's.
///
/// libwebp interpolates chroma with weights 9, 3, 3 and 1, and has its own fixed-point form of BT.601; libswscale's
/// result is up to 25 levels away. (libwebp 1.x, default decoding options.)
@safe
struct WebPConverter {
  /// One plane of a frame.
  @unsafe
  private struct Plane {
    let rows: UnsafePointer<UInt8>
    let rowBytes: Int

    func row(_ index: Int) -> UnsafePointer<UInt8> { unsafe rows + index * rowBytes }
  }

  private let width: Int
  private let height: Int
  private let luma: Plane
  private let u: Plane
  private let v: Plane
  private let alpha: Plane?
  private var hasAlpha: Bool { unsafe alpha != nil }

  /// `nil` unless the frame is 4:2:0, with or without an alpha plane.
  init?(_ frame: UnsafePointer<AVFrame>) {
    let format = unsafe AVPixelFormat(frame.pointee.format)
    guard format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVA420P else { return nil }
    unsafe width = Int(frame.pointee.width)
    unsafe height = Int(frame.pointee.height)
    guard let y = unsafe frame.pointee.data.0, let u = unsafe frame.pointee.data.1,
      let v = unsafe frame.pointee.data.2
    else { return nil }
    unsafe luma = Plane(rows: y, rowBytes: Int(frame.pointee.linesize.0))
    unsafe self.u = Plane(rows: u, rowBytes: Int(frame.pointee.linesize.1))
    unsafe self.v = Plane(rows: v, rowBytes: Int(frame.pointee.linesize.2))
    unsafe alpha = frame.pointee.data.3.map { unsafe Plane(rows: $0, rowBytes: Int(frame.pointee.linesize.3)) }
  }

  /// uint8 RGB or RGBA.
  func image() -> Image {
    let channels = hasAlpha ? 4 : 3
    let pixels = Tensor<UInt8>(shape: [height, width, channels]) { output in
      for line in 0..<height { appendRow(line, to: &output) }
    }
    return Image(pixels: .uint8(pixels), colorModel: channels == 3 ? .rgb : .rgba)
  }

  private func appendRow(_ line: Int, to output: inout OutputSpan<UInt8>) {
    let near = line / 2
    let far = min(max(line.isMultiple(of: 2) ? near - 1 : near + 1, 0), (height + 1) / 2 - 1)
    let (uNear, uFar) = unsafe (u.row(near), u.row(far))
    let (vNear, vFar) = unsafe (v.row(near), v.row(far))
    let (lumaRow, alphaRow) = unsafe (luma.row(line), alpha?.row(line))
    let lastChroma = (width + 1) / 2 - 1
    for column in 0..<width {
      let here = column / 2
      let beside = min(max(column.isMultiple(of: 2) ? here - 1 : here + 1, 0), lastChroma)
      let y = unsafe Self.scale(Int(lumaRow[column]), 19077)
      let u = unsafe Self.blend(uNear[here], uNear[beside], uFar[here], uFar[beside])
      let v = unsafe Self.blend(vNear[here], vNear[beside], vFar[here], vFar[beside])
      output.append(Self.clip(y + Self.scale(v, 26149) - 14234))
      output.append(Self.clip(y - Self.scale(u, 6419) - Self.scale(v, 13320) + 8708))
      output.append(Self.clip(y + Self.scale(u, 33050) - 17685))
      if let alphaRow = unsafe alphaRow { unsafe output.append(alphaRow[column]) }
    }
  }

  /// Chroma between four samples, in sixteenths.
  private static func blend(_ nearest: UInt8, _ beside: UInt8, _ across: UInt8, _ diagonal: UInt8) -> Int {
    (9 * Int(nearest) + 3 * Int(beside) + 3 * Int(across) + Int(diagonal) + 8) >> 4
  }

  /// A product with a factor in units of 2^-14, in units of 2^-6.
  private static func scale(_ level: Int, _ factor: Int) -> Int { (level * factor) >> 8 }

  /// A level from one with six fractional bits.
  private static func clip(_ level: Int) -> UInt8 { UInt8(min(max(level >> 6, 0), 255)) }
}
