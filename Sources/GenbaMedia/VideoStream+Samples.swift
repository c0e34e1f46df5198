internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

extension VideoStream {
  /// Frames as brightness of 8 bits.
  func grayFrames(at indices: [Int]) throws(GenbaError) -> PlaneBatch<UInt8> {
    try unsafe samples(at: indices) { _ in (AV_PIX_FMT_GRAY8.rawValue, 1, 255) }
  }

  /// Frames with 16 bits a sample: of gray formats of 9 to 16 bits what is stored, of others RGB or gray of full scale.
  func deepFrames(at indices: [Int]) throws(GenbaError) -> PlaneBatch<UInt16> {
    try unsafe samples(at: indices) { frame in
      let format = unsafe frame.pointee.format
      guard genba_is_gray(format) else { return (Self.rgb48, 3, 65_535) }
      var plane = genba_plane()
      let isThere = unsafe genba_describe_plane(format, frame.pointee.width, frame.pointee.height, 0, &plane)
      guard isThere, plane.sample_bytes == 2 else { return (Self.gray16, 1, 65_535) }
      return (format, 1, 1 << Int(plane.depth) - 1)
    }
  }

  private static var rgb48: Int32 { AV_PIX_FMT_RGB48LE.rawValue }
  private static var gray16: Int32 { AV_PIX_FMT_GRAY16LE.rawValue }

  /// Decodes each distinct frame once and converts it to the format that `target` names, with its channels and its
  /// largest value.
  private func samples<Element: TensorElement & FixedWidthInteger>(
    at indices: [Int], target: (UnsafeMutablePointer<AVFrame>) -> (format: Int32, channels: Int, maximum: Int)
  ) throws(GenbaError) -> PlaneBatch<Element> {
    decoder.input.beginOperation()
    for index in indices { try check(index) }
    let order = indices.indices.sorted { (indices[$0], $0) < (indices[$1], $1) }
    guard let first = order.first else {
      let shape = [0, 1, metadata.height, metadata.width]
      return PlaneBatch(
        pixels: Tensor(repeating: 0, shape: shape), maximum: Int(Element.max), ptsSeconds: [], durationSeconds: [])
    }
    // The first frame shows what there will be.
    try decode(at: indices[first], followedBy: .unknown)
    let wanted = unsafe target(decoder.frame)
    try checkBytes(frames: indices.count * MemoryLayout<Element>.size)
    let area = wanted.channels * metadata.height * metadata.width
    var ptsSeconds = [Double](repeating: 0, count: indices.count)
    var durationSeconds = ptsSeconds
    let shape = [indices.count, wanted.channels, metadata.height, metadata.width]
    let pixels = try Tensor<Element>(shape: shape) { (output) throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { (buffer, count) throws(GenbaError) in
        var last: (frame: [Element], time: BatchTime)?
        var end = Int.max
        for (position, place) in order.enumerated() {
          let index = indices[place]
          let follower = order[position...].first { indices[$0] > index }.map { Follower.frame(indices[$0]) } ?? .none
          if try isThere(index, follower, before: &end, orElse: last.map { _ in index }) {
            try checkSize()
            last = (try converted(to: wanted.format, channels: wanted.channels), currentTime(place))
          }
          guard let (frame, time) = last else { break }
          let slot = unsafe UnsafeMutableBufferPointer(rebasing: buffer[place * area..<(place + 1) * area])
          unsafe writeUpright(frame, channels: wanted.channels, to: slot)
          ptsSeconds[place] = time.ptsSeconds
          durationSeconds[place] = time.durationSeconds
        }
        count = buffer.count
      }
    }
    return PlaneBatch(
      pixels: pixels, maximum: wanted.maximum, ptsSeconds: ptsSeconds, durationSeconds: durationSeconds)
  }

  /// The frame that the decoder holds in another format: [rows, columns, channels].
  private func converted<Element: FixedWidthInteger>(
    to format: Int32, channels: Int
  ) throws(GenbaError) -> [Element] {
    let frame = unsafe decoder.frame
    let count = decoder.frameWidth * decoder.frameHeight * channels
    var status: Int32 = 0
    let needsConverter = unsafe frame.pointee.format != format
    let converter = unsafe needsConverter ? genba_picture_converter(frame, format) : nil
    defer { unsafe sws_freeContext(converter) }
    var values = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, written in
      status = unsafe genba_convert_picture_with(converter, frame, format, buffer.baseAddress)
      written = status < 0 ? 0 : count
    }
    guard status >= 0 else {
      throw decoder.error(
        .unsupportedFormat, "the pixel format \(decoder.framePixelFormat) cannot be converted",
        ptsSeconds: currentPtsSeconds)
    }
    var plane = genba_plane()
    if unsafe genba_describe_plane(format, 1, 1, 0, &plane), plane.is_big_endian {
      for place in values.indices { values[place] = values[place].byteSwapped }
    }
    return values
  }

  /// Writes pixels, which come as they are stored, as upright planes.
  private func writeUpright<Element>(
    _ pixels: [Element], channels: Int, to output: UnsafeMutableBufferPointer<Element>
  ) {
    let (width, height) = (decoder.frameWidth, decoder.frameHeight)
    let (rows, columns) = (currentSize.height, currentSize.width)
    // Where the first pixel is, and how far its neighbours to the right and below are.
    let (first, right, below) =
      switch rotation {
      case .none: (0, 1, width)
      case .half: (height * width - 1, -1, -width)
      case .clockwise90: ((height - 1) * width, -width, 1)
      case .counterclockwise90: (width - 1, width, -1)
      }
    unsafe pixels.withUnsafeBufferPointer { pixels in
      for channel in 0..<channels {
        for row in 0..<rows {
          for column in 0..<columns {
            let from = (first + row * below + column * right) * channels + channel
            unsafe output[(channel * rows + row) * columns + column] = unsafe pixels[from]
          }
        }
      }
    }
  }
}
