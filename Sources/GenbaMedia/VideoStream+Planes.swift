internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

extension VideoStream {
  /// The planes of the frame of an index.
  func planes(at index: Int) throws(GenbaError) -> FramePlanes {
    decoder.input.beginOperation()
    try check(index)
    try decode(at: index, followedBy: announcedFollower(of: index))
    return try currentPlanes()
  }

  private func currentPlanes() throws(GenbaError) -> FramePlanes {
    let frame = unsafe decoder.frame
    let format = unsafe frame.pointee.format
    var planes: [AnyTensor] = []
    var plane = genba_plane()
    var depth = 8
    while planes.count < 4,
      unsafe genba_describe_plane(
        format, frame.pointee.width, frame.pointee.height, Int32(planes.count), &plane)
    {
      let data = unsafe [frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, frame.pointee.data.3]
      let strides = unsafe [
        frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2, frame.pointee.linesize.3,
      ]
      guard let start = unsafe data[planes.count] else { break }
      if planes.isEmpty { depth = Int(plane.depth) }
      let stride = plane.rows == 256 && plane.row_bytes == 4 && plane.columns == 1 ? 4 : Int(strides[planes.count])
      planes.append(unsafe Self.tensor(UnsafeRawPointer(start), stride: stride, plane))
    }
    guard !planes.isEmpty else {
      throw decoder.error(
        .unsupportedFormat, "the pixel format \(decoder.framePixelFormat) has no planes in memory",
        ptsSeconds: currentPtsSeconds)
    }
    return FramePlanes(
      planes: planes, pixelFormat: decoder.framePixelFormat, bitDepth: depth, width: decoder.frameWidth,
      height: decoder.frameHeight, colorSpace: unsafe FFmpegName.colorSpace(frame.pointee.colorspace),
      colorRange: unsafe FFmpegName.colorRange(frame.pointee.color_range), fieldOrder: currentFieldOrder,
      isKeyFrame: isKeyFrame, ptsSeconds: currentPtsSeconds, durationSeconds: currentDurationSeconds)
  }

  /// The fields of the frame that the decoder holds.
  var currentFieldOrder: FieldOrder {
    switch unsafe genba_frame_fields(decoder.frame) {
    case 1: .topFirst
    case 2: .bottomFirst
    default: .progressive
    }
  }

  @unsafe
  private static func tensor(_ start: UnsafeRawPointer, stride: Int, _ plane: genba_plane) -> AnyTensor {
    switch (plane.sample_bytes, plane.is_float) {
    case (1, _): unsafe AnyTensor(rows(start, stride, plane, as: UInt8.self))
    case (2, _): unsafe AnyTensor(rows(start, stride, plane, as: UInt16.self))
    case (_, true) where !plane.is_big_endian: unsafe AnyTensor(rows(start, stride, plane, as: Float.self))
    default: unsafe AnyTensor(rows(start, stride, plane, as: UInt32.self))
    }
  }

  @unsafe
  private static func rows<Element: TensorElement>(
    _ start: UnsafeRawPointer, _ stride: Int, _ plane: genba_plane, as type: Element.Type
  ) -> Tensor<Element> {
    let perRow = Int(plane.row_bytes / plane.sample_bytes)
    let (rows, columns) = (Int(plane.rows), Int(plane.columns))
    let samples = perRow % columns == 0 ? perRow / columns : 0
    let shape = samples == 0 ? [rows, perRow] : samples == 1 ? [rows, columns] : [rows, columns, samples]
    return Tensor(shape: shape) { output in
      for row in 0..<rows {
        let line = unsafe start + row * stride
        for place in 0..<perRow {
          let value = unsafe line.loadUnaligned(fromByteOffset: place * MemoryLayout<Element>.size, as: type)
          output.append(plane.is_big_endian ? swapped(value) : value)
        }
      }
    }
  }

  private static func swapped<Element: TensorElement>(_ value: Element) -> Element {
    if let word = value as? UInt16, let swapped = word.byteSwapped as? Element { return swapped }
    if let word = value as? UInt32, let swapped = word.byteSwapped as? Element { return swapped }
    return value
  }
}
