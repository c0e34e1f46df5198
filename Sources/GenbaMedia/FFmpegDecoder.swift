internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// One stream of a container, decoded frame by frame.
@safe
final class FFmpegDecoder {
  let input: FFmpegInput
  /// The stream's index in its container.
  let streamIndex: Int
  /// The frame that ``decode()`` filled last.
  let frame: UnsafeMutablePointer<AVFrame>
  /// Ticks of the stream's clock: a tick lasts `num / den` seconds.
  let timeBase: AVRational
  /// What is done about packets that the decoder refuses.
  let policy: DamagePolicy
  /// The first damage that was met.
  private(set) var damage: GenbaError?

  let codec: UnsafeMutablePointer<AVCodecContext>
  var packet: UnsafeMutablePointer<AVPacket>
  var held: UnsafeMutablePointer<AVPacket>
  private var hasSentEnd = false
  /// With ``DamagePolicy/partial``: whether the codec gives out what it holds back from before a fault.
  var isDraining = false
  /// With ``DamagePolicy/partial``: whether packets are passed over until a key frame.
  private var isWaitingForKey = false
  /// The fault that led there, until a whole frame has come.
  var fault: GenbaError?
  /// What may be left out on the way to one frame; `nil` decodes everything.
  var shortcut: DecodingShortcut?
  /// Where there is no index: what is known of the packets that have been read.
  var structure: ReferenceStructure?
  /// Whether something was left out since decoding last began at a key frame.
  private(set) var hasLeftOut = false
  /// Whether a shortcut has told the codec that the stream ends where it does not; seeking makes it go on.
  private(set) var hasEndedEarly = false
  /// When the first packet is shown that was read after decoding last began at a key frame, in ticks.
  private(set) var landing: Int64?
  /// How many packets the codec has been given.
  private(set) var decodedPacketCount = 0
  /// What the container's reader found broken on the way to the packets that come next.
  var transportDamage = TransportDamage()
  /// Whether, by a scan, something unreadable stands behind the last packet.
  private(set) var endsInDamage = false
  /// Whether `held` has a packet, which is the next.
  var isHeld = false

  /// Opens the decoder of the asked stream, or of the one that FFmpeg finds best.
  init(
    _ input: FFmpegInput, _ kind: FFmpegInput.StreamKind, stream: Int?, threads: Int, limits: DecodeLimits,
    damage: DamagePolicy = .strict
  ) throws(GenbaError) {
    let found = try unsafe input.findStream(kind, index: stream)
    let index = unsafe found.index
    self.input = input
    policy = damage
    streamIndex = index
    let pointer = unsafe input.stream(index)
    unsafe timeBase = pointer.pointee.time_base
    if kind == .video { try unsafe Self.checkSize(pointer.pointee.codecpar, input, index, limits) }

    var codec = unsafe avcodec_alloc_context3(found.codec)
    var packet = unsafe av_packet_alloc()
    var held = unsafe av_packet_alloc()
    var frame = unsafe av_frame_alloc()
    guard let codecPointer = unsafe codec, let packetPointer = unsafe packet, let heldPointer = unsafe held,
      let framePointer = unsafe frame
    else {
      unsafe avcodec_free_context(&codec)
      unsafe av_packet_free(&packet)
      unsafe av_packet_free(&held)
      unsafe av_frame_free(&frame)
      throw input.failure(genba_averror_memory, .ioFailed, "there is not enough memory to decode this", stream: index)
    }
    unsafe self.codec = codecPointer
    unsafe self.packet = packetPointer
    unsafe self.held = heldPointer
    unsafe self.frame = framePointer

    // Fields that come in packets of their own go to different threads, which see each other's frame half done.
    let hasWholeFrames = unsafe ReferenceStructure(pointer.pointee.codecpar).mayEndAtPacket
    unsafe codecPointer.pointee.thread_count = hasWholeFrames ? Int32(clamping: threads) : 1
    unsafe codecPointer.pointee.pkt_timebase = timeBase
    unsafe codecPointer.pointee.max_pixels = Int64(clamping: limits.pixels)
    if kind == .audio { unsafe codecPointer.pointee.request_sample_fmt = AV_SAMPLE_FMT_FLTP }
    var status = unsafe avcodec_parameters_to_context(codecPointer, pointer.pointee.codecpar)
    if status >= 0 { status = unsafe avcodec_open2(codecPointer, found.codec, nil) }
    guard status >= 0 else {
      throw input.failure(
        status, .corruptData, "the \(input.codecName(index)) decoder does not accept the stream's header", stream: index
      )
    }
    // Opening the file has read its first packets.
    if isVideo { transportDamage.note(stream: index, since: genba_ffmpeg_complaint_count(), in: input) }
    // Packets of other streams are not even built.
    for other in 0..<input.streamCount where other != index {
      unsafe input.stream(other).pointee.discard = AVDISCARD_ALL
    }
  }

  deinit {
    var codec: UnsafeMutablePointer<AVCodecContext>? = unsafe codec
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    var held: UnsafeMutablePointer<AVPacket>? = unsafe held
    var frame: UnsafeMutablePointer<AVFrame>? = unsafe frame
    unsafe avcodec_free_context(&codec)
    unsafe av_packet_free(&packet)
    unsafe av_packet_free(&held)
    unsafe av_frame_free(&frame)
  }

  @unsafe
  private static func checkSize(
    _ parameters: UnsafePointer<AVCodecParameters>, _ input: FFmpegInput, _ stream: Int, _ limits: DecodeLimits
  ) throws(GenbaError) {
    let (width, height) = unsafe (Int(parameters.pointee.width), Int(parameters.pointee.height))
    let source = GenbaError.Source(path: input.name, stream: stream)
    if width <= 0 || height <= 0 {
      // FFmpeg takes note of no size over its limits, of which ours is one.
      let isTooLarge = FFmpegInput.complaint.hasPrefix("Picture size ")
      throw GenbaError(
        isTooLarge ? .limitExceeded : .corruptData,
        isTooLarge
          ? "a frame has more pixels than the limit of \(limits.pixels); raise DecodeLimits.pixels"
          : "the header gives the frames no size", source: source, cause: FFmpegInput.cause())
    }
    guard width <= limits.pixels / height else {
      throw GenbaError(
        .limitExceeded,
        "a frame has \(width) x \(height) pixels and the limit is \(limits.pixels); raise DecodeLimits.pixels",
        source: source)
    }
  }

  /// The stream.
  var stream: UnsafeMutablePointer<AVStream> { unsafe input.stream(streamIndex) }

  /// What the stream's header says of its codec.
  var parameters: UnsafeMutablePointer<AVCodecParameters> { unsafe stream.pointee.codecpar }

  /// When ``frame`` is shown, in ticks of ``timeBase``.
  var framePts: Int64 { unsafe genba_frame_pts(frame) }

  /// For how long ``frame`` is shown, in ticks of ``timeBase``.
  var frameDuration: Int64 { unsafe genba_frame_duration(frame) }

  /// A time of the stream's clock in seconds; multiplied before it is divided, as torchcodec does.
  func seconds(_ ticks: Int64) -> Double {
    Double(ticks) * Double(timeBase.num) / Double(timeBase.den)
  }

  /// Decodes the next frame into ``frame``; `false` at the end.
  ///
  /// - Throws: `.corruptData` if the container or the decoder refuses what it reads.
  func decode() throws(GenbaError) -> Bool {
    while true {
      let status = unsafe avcodec_receive_frame(codec, frame)
      if status >= 0 { return true }
      if status == genba_averror_eof {
        guard isDraining else {
          try noteDamageAtEnd()
          return false
        }
        beginAtNextKeyFrame()
        continue
      }
      if status != genba_averror_again {
        try note(input.failure(status, .corruptData, "the stream cannot be decoded", stream: streamIndex))
        if hasSentEnd { return false }
        if policy == .partial { beginAtNextKeyFrame() }
      }
      if shortcut?.endsNow == true {
        hasLeftOut = true
        hasEndedEarly = true
        sendEnd()
      } else {
        try sendPacket()
      }
    }
  }

  /// Makes the codec give out all frames that it holds back.
  private func sendEnd() {
    hasSentEnd = true
    shortcut?.endsNow = false
    unsafe avcodec_send_packet(codec, nil)
  }

  /// Makes the codec give out what it holds back, forget everything, and begin at the next key frame; `false` at the end of
  /// the file.
  @discardableResult
  func beginAnew() -> Bool {
    if hasSentEnd { return false }
    if !isDraining { unsafe avcodec_send_packet(codec, nil) }
    isDraining = true
    return true
  }

  private func beginAtNextKeyFrame() {
    unsafe avcodec_flush_buffers(codec)
    isDraining = false
    isWaitingForKey = true
  }

  /// Feeds the decoder the stream's next packet that is wanted, or the news that there are no more.
  private func sendPacket() throws(GenbaError) {
    var facts: PacketFacts
    while true {
      if isHeld {
        unsafe swap(&packet, &held)
        isHeld = false
      } else {
        guard try readPacket() else { return sendEnd() }
      }
      facts = unsafe PacketFacts(packet)
      if landing == nil { landing = facts.pts ?? facts.dts }
      if transportDamage.reaches(facts), try !passTransportDamage(at: facts) { return }
      if isWaitingForKey, !facts.isKey {
        unsafe av_packet_unref(packet)
        continue
      }
      isWaitingForKey = false
      let isUnneeded = isUnneeded(facts)
      guard let shortcut, shortcut.leavesOut(facts, isUnneeded: isUnneeded) else { break }
      hasLeftOut = true
      unsafe av_packet_unref(packet)
    }
    if unsafe genba_packet_is_encrypted(packet) {
      unsafe av_packet_unref(packet)
      throw error(.unsupportedFormat, "the stream is encrypted; decrypt the file with its key first")
    }
    let status = unsafe avcodec_send_packet(codec, packet)
    decodedPacketCount += 1
    shortcut?.note(facts)
    let time = (facts.pts ?? facts.dts).map(seconds)
    unsafe av_packet_unref(packet)
    if status < 0, status != genba_averror_eof {
      try note(
        input.failure(status, .corruptData, "a packet cannot be decoded", stream: streamIndex, ptsSeconds: time))
      if policy == .partial { beginAnew() }
    }
  }

  /// Whether no other frame needs that of the packet, by what has been read so far; `nil` where an index knows.
  private func isUnneeded(_ facts: PacketFacts) -> Bool? {
    guard structure != nil, let start = unsafe packet.pointee.data else { return nil }
    let bytes = unsafe Span(_unsafeStart: start, count: Int(packet.pointee.size))
    guard let role = structure?.examine(bytes, isKey: facts.isKey) else { return nil }
    return structure?.isUnneededSoFar(role)
  }

  /// Reads the stream's next packet; `false` at the end of the file.
  func readPacket() throws(GenbaError) -> Bool {
    while true {
      try input.checkTime(stream: streamIndex)
      let complaints = genba_ffmpeg_complaint_count()
      genba_ffmpeg_forget_corrupt_packet()
      let status = unsafe av_read_frame(input.context, packet)
      if isVideo { transportDamage.note(stream: streamIndex, since: complaints, in: input) }
      if status < 0 { try input.checkTime(stream: streamIndex) }
      if status == genba_averror_eof { return false }
      if status < 0 {
        try note(input.failure(status, .corruptData, "the file cannot be read on", stream: streamIndex))
        return false
      }
      if unsafe Int(packet.pointee.stream_index) == streamIndex { return true }
      unsafe av_packet_unref(packet)
    }
  }

  /// Throws the damage, or keeps it where decoding goes on all the same.
  func note(_ error: GenbaError) throws(GenbaError) {
    if damage == nil { damage = error }
    if policy == .strict { throw error }
    if fault == nil { fault = error }
  }

  /// Visits the stream's packets from here to the end of the file, without decoding.
  func scanPackets(
    _ visit: (_ facts: PacketFacts, _ bytes: Span<UInt8>) throws(GenbaError) -> Void
  ) throws(GenbaError) {
    defer {
      endsInDamage = transportDamage.isAtEnd
      transportDamage = TransportDamage()
    }
    while try readPacket() {
      defer { unsafe av_packet_unref(packet) }
      let bytes = unsafe UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
      try visit(unsafe PacketFacts(packet), unsafe Span(_unsafeElements: bytes))
      transportDamage = TransportDamage()
    }
  }

  /// Continues at the last key frame that the container finds not after `time`, in ticks; `false` if it finds none.
  ///
  /// - Parameter keepsState: Whether the codec is left as it is, since it forgets what came before by itself at the key
  ///   frame. Emptying it costs H.264 all its tables.
  func seek(to time: Int64, keepsState: Bool = false) -> Bool {
    finishSeek(
      keepsState: keepsState && !hasSentEnd && !isDraining,
      unsafe avformat_seek_file(input.context, Int32(streamIndex), Int64.min, time, time, 0))
  }

  /// Continues at a place in the file, in bytes; `false` if the container cannot.
  func seek(toByte byte: Int64) -> Bool {
    finishSeek(keepsState: false, unsafe avformat_seek_file(input.context, -1, byte, byte, byte, AVSEEK_FLAG_BYTE))
  }

  private func finishSeek(keepsState: Bool, _ status: Int32) -> Bool {
    guard status >= 0 else { return false }
    if !keepsState { unsafe avcodec_flush_buffers(codec) }
    hasSentEnd = false
    hasLeftOut = false
    hasEndedEarly = false
    isDraining = false
    isWaitingForKey = false
    transportDamage = TransportDamage()
    unsafe av_packet_unref(held)
    isHeld = false
    fault = nil
    landing = nil
    return true
  }
}
