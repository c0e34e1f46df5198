internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

extension FFmpegDecoder {
  /// Columns of ``frame`` as decoded, before any rotation.
  var frameWidth: Int { unsafe Int(frame.pointee.width) }

  /// Rows of ``frame`` as decoded, before any rotation.
  var frameHeight: Int { unsafe Int(frame.pointee.height) }

  /// How ``frame`` stores its pixels.
  var framePixelFormat: String {
    unsafe FFmpegName.pixelFormat(AVPixelFormat(frame.pointee.format)) ?? "\(unsafe frame.pointee.format)"
  }

  /// An error of this stream.
  func error(
    _ code: GenbaError.Code, _ message: String, ptsSeconds: Double? = nil, cause: String? = nil
  ) -> GenbaError {
    GenbaError(
      code, message, source: .init(path: input.name, stream: streamIndex, ptsSeconds: ptsSeconds),
      cause: cause)
  }

  /// Throws or notes `.truncated` if the file was cut off: its index or its header leads beyond its end, or its
  /// packets break off.
  ///
  /// - Parameter endSeconds: Where the frames end that are there, if that is known.
  func checkCompleteness(endSeconds: Double?, endsInPacket: Bool = false) throws(GenbaError) {
    let indexedEnd = unsafe genba_stream_indexed_end(stream)
    let claimed = max(indexedEnd, input.claimedByteCount ?? 0)
    let words: String
    if claimed > input.byteCount {
      words = "the file has \(input.byteCount) of \(claimed) bytes"
    } else if endsInPacket || FFmpegInput.complaint.contains("ended prematurely") {
      words = "the file ends in the middle of a packet"
    } else if endsInDamage {
      try note(
        error(
          .corruptData, "what stands behind the last frame cannot be read", ptsSeconds: endSeconds,
          cause: FFmpegInput.cause()))
      return
    } else {
      return
    }
    try note(
      error(.truncated, "\(words): it was cut off, and what can be decoded ends here", ptsSeconds: endSeconds))
  }
}

extension VideoIndex {
  /// Goes through the stream's packets from the beginning to the end of the file.
  ///
  /// Where the headers say what there is and frames come in the order in which they are shown, FFmpeg need not look into
  /// each packet as well to complete what the container says of it; should that be incomplete all the same, it does in
  /// a second pass.
  init(scanning decoder: FFmpegDecoder, limits: DecodeLimits) throws(GenbaError) {
    let comeInOrder = unsafe decoder.parameters.pointee.video_delay == 0
    guard decoder.input.isDescribedFromHeaders, comeInOrder, decoder.policy == .strict else {
      try self.init(visiting: decoder, limits)
      return
    }
    decoder.input.completesPackets = false
    try self.init(visiting: decoder, limits)
    guard hasIncompletePackets else { return }
    decoder.input.completesPackets = true
    guard decoder.seek(to: -(1 << 60)) else { throw decoder.error(.ioFailed, "the file cannot be read again") }
    try self.init(visiting: decoder, limits)
  }

  private init(visiting decoder: FFmpegDecoder, _ limits: DecodeLimits) throws(GenbaError) {
    self.init(numerator: decoder.timeBase.num, denominator: decoder.timeBase.den)
    var first: Int64?
    var structure = unsafe ReferenceStructure(decoder.parameters)
    var clock = PacketClock(decoder)
    try decoder.scanPackets { (packet, bytes) throws(GenbaError) in
      // Also packets that are not shown may hold what changes the meaning of others.
      let role = structure.examine(bytes, isKey: packet.isKey)
      if role.isLaterField, packet.pts ?? packet.dts == nil { return }
      if packet.duration <= 0 || role.isUnmarkedKey { hasIncompletePackets = true }
      let packet = try clock.timed(packet)
      if packet.isDiscarded { return }
      if role.isLaterField { return extend(packet) }
      guard let pts = packet.pts ?? packet.dts else { return }
      append(packet, role)
      endsInPacket = packet.isPartial
      let start = first ?? pts
      first = start
      guard abs(decoder.seconds(pts) - decoder.seconds(start)) <= limits.seconds else {
        throw decoder.error(
          .limitExceeded, "the stream is longer than \(limits.seconds) s; raise DecodeLimits.seconds",
          ptsSeconds: decoder.seconds(pts))
      }
    }
    finish(structure, isCounted: clock.isCounted)
    if count == 0 {
      throw decoder.error(.truncated, "there is not one frame in the stream", cause: FFmpegInput.cause())
    }
  }
}

extension VideoMetadata {
  /// What the container says of the decoder's stream, whose frames are turned by `rotation`.
  init(header decoder: FFmpegDecoder, _ rotation: VideoRotation) {
    let context = unsafe decoder.input.context
    let stream = unsafe decoder.stream
    let parameters = unsafe decoder.parameters
    let degrees = unsafe genba_stream_rotation(stream)
    let width = unsafe Int(parameters.pointee.width)
    let height = unsafe Int(parameters.pointee.height)
    let swapsAxes = rotation.swapsAxes
    self.init(
      container: decoder.input.formatName, codec: decoder.input.codecName(decoder.streamIndex),
      profile: unsafe FFmpegName.profile(parameters.pointee.codec_id, parameters.pointee.profile),
      streamIndex: decoder.streamIndex, width: swapsAxes ? height : width, height: swapsAxes ? width : height,
      pixelFormat: unsafe FFmpegName.pixelFormat(AVPixelFormat(parameters.pointee.format)),
      colorSpace: unsafe FFmpegName.colorSpace(parameters.pointee.color_space),
      colorRange: unsafe FFmpegName.colorRange(parameters.pointee.color_range),
      rotation: degrees.isNaN ? nil : degrees,
      bitRate: unsafe Self.positive(parameters.pointee.bit_rate).map { Int($0) })
    fieldOrder = unsafe FieldOrder(parameters.pointee.field_order)
    durationSecondsFromHeader = unsafe Self.positive(stream.pointee.duration).map(decoder.seconds)
    durationSecondsFromContainer = unsafe Self.positive(context.pointee.duration).map {
      Double($0) / Double(AV_TIME_BASE)
    }
    let start = unsafe stream.pointee.start_time
    beginStreamSecondsFromHeader = start == genba_no_pts ? nil : decoder.seconds(start)
    numFramesFromHeader = unsafe Self.positive(stream.pointee.nb_frames).map { Int($0) }
    let rate = unsafe stream.pointee.r_frame_rate
    averageFPSFromHeader = rate.num > 0 && rate.den > 0 ? Double(rate.num) / Double(rate.den) : nil
  }

  private static func positive(_ value: Int64) -> Int64? { value > 0 ? value : nil }
}

extension FieldOrder {
  init?(_ order: AVFieldOrder) {
    switch order {
    case AV_FIELD_PROGRESSIVE: self = .progressive
    case AV_FIELD_TT, AV_FIELD_TB: self = .topFirst
    case AV_FIELD_BB, AV_FIELD_BT: self = .bottomFirst
    default: return nil
    }
  }
}
