internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// An open container: owns FFmpeg's format context and what it reads from.
@safe
final class FFmpegInput {
  let context: UnsafeMutablePointer<AVFormatContext>
  /// The file as errors name it.
  let name: String
  /// Whether the headers alone describe the video stream; see ``describeVideoFromHeaders()``.
  private(set) var isDescribedFromHeaders = false

  private let io: FFmpegIO

  /// Opens the container and finds out what its streams hold.
  ///
  /// - Throws: What ``MediaBytes`` throws; `.unsupportedFormat` if FFmpeg does not know the format; `.truncated` if
  ///   the part that describes the rest is missing; `.limitExceeded` for too many streams.
  ///
  /// - Parameter kind: The kind of stream that is of interest; `nil` for all.
  convenience init(
    _ source: MediaSource, for kind: StreamKind? = nil, limits: DecodeLimits
  ) throws(GenbaError) {
    try self.init(source, describing: kind != .video, limits: limits)
    if kind == .video {
      isDescribedFromHeaders = describeVideoFromHeaders()
      if !isDescribedFromHeaders { try describeStreams(limits) }
    }
  }

  /// Opens the container; what its streams hold may be left to find out.
  init(_ source: MediaSource, describing: Bool, limits: DecodeLimits) throws(GenbaError) {
    name = source.name
    let reader = try MediaBytes(source, limits: limits)
    genba_ffmpeg_clear_log()
    genba_ffmpeg_forget_corrupt_packet()
    reader.grantAllowance()
    guard let io = FFmpegIO(reader), let allocated = unsafe avformat_alloc_context() else {
      throw GenbaError(.ioFailed, "there is not enough memory to open this", source: .init(path: source.name))
    }
    self.io = io
    unsafe allocated.pointee.pb = io.context
    unsafe allocated.pointee.max_streams = Int32(clamping: limits.streams)
    // Whatever a file refers to stays closed.
    unsafe allocated.pointee.io_open = { _, _, _, _, _ in genba_averror_denied }
    unsafe allocated.pointee.interrupt_callback = io.interruptCallback

    var opened: UnsafeMutablePointer<AVFormatContext>? = unsafe allocated
    let status = unsafe avformat_open_input(&opened, nil, nil, nil)
    // After a failure FFmpeg has released the context already.
    guard status >= 0, let opened = unsafe opened else {
      if reader.isLate { throw reader.timeout.at(path: name) }
      throw Self.openingFailed(name, status, limits)
    }
    unsafe context = opened
    if describing { try describeStreams(limits) }
  }

  deinit {
    var closing: UnsafeMutablePointer<AVFormatContext>? = unsafe context
    unsafe avformat_close_input(&closing)
  }

  /// How many streams there are.
  var streamCount: Int { unsafe Int(context.pointee.nb_streams) }

  /// The container's format as FFmpeg calls it: `mov,mp4,m4a,3gp,3g2,mj2`.
  var formatName: String { unsafe String(cString: context.pointee.iformat.pointee.name) }

  /// The file's length in bytes.
  var byteCount: Int64 { io.reader.size }

  /// The length that an AVI file's header claims; `nil` for other formats.
  var claimedByteCount: Int64? {
    guard formatName == "avi" else { return nil }
    let length = io.reader.bytes(at: 4, count: 4)
    return length.count == 4 ? Int64(length[...].littleEndianNumber) + 8 : nil
  }

  /// One stream; `index` is below ``streamCount``.
  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> {
    precondition(index >= 0 && index < streamCount, "stream \(index) of \(streamCount)")
    guard let stream = unsafe context.pointee.streams[index] else {
      preconditionFailure("FFmpeg lists stream \(index) without having it")
    }
    return unsafe stream
  }

  /// Whether FFmpeg looks into packets to complete what the container says of them. What has been begun goes on; it counts
  /// from the next seek on.
  var completesPackets: Bool {
    get { unsafe context.pointee.flags & AVFMT_FLAG_NOPARSE == 0 }
    set {
      let flags = AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN
      if newValue {
        unsafe context.pointee.flags &= ~flags
      } else {
        unsafe context.pointee.flags |= flags
      }
    }
  }

  /// Begins a call from outside: forgets old complaints and grants new reads.
  func beginOperation() {
    genba_ffmpeg_clear_log()
    io.reader.grantAllowance()
  }

  /// Throws once the call from outside has used up its time.
  func checkTime(stream: Int? = nil) throws(GenbaError) {
    if io.reader.isLate { throw io.reader.timeout.at(path: name, stream: stream) }
  }

  /// Reads the streams' first packets, since many headers say too little.
  func describeStreams(_ limits: DecodeLimits) throws(GenbaError) {
    let count = streamCount
    // The decoders that FFmpeg opens for this are to have the same limit on pixels as ours.
    var options = unsafe [OpaquePointer?](repeating: nil, count: count)
    for index in 0..<count {
      unsafe av_dict_set_int(&options[index], "max_pixels", Int64(clamping: limits.pixels), 0)
    }
    let status = unsafe options.withUnsafeMutableBufferPointer { buffer in
      let status = unsafe avformat_find_stream_info(context, buffer.baseAddress)
      for index in 0..<count { unsafe av_dict_free(&buffer[index]) }
      return status
    }
    try checkTime()
    guard status >= 0 else { throw failure(status, .corruptData, "the streams cannot be made out") }
    guard streamCount <= limits.streams else { throw Self.tooManyStreams(name, limits) }
  }
}

extension FFmpegInput {
  /// An error with FFmpeg's words as its cause.
  func failure(
    _ status: Int32, _ code: GenbaError.Code, _ message: String, stream: Int? = nil, ptsSeconds: Double? = nil
  ) -> GenbaError {
    let source = GenbaError.Source(path: name, stream: stream, ptsSeconds: ptsSeconds)
    if status == genba_averror_exit {
      return GenbaError(
        .corruptData, "the file leads its reader round in circles; it was given up", source: source,
        cause: Self.cause(status))
    }
    return GenbaError(code, message, source: source, cause: Self.cause(status))
  }

  /// `FFmpeg: moov atom not found: Invalid data found when processing input`; `nil` if there is nothing to say.
  static func cause(_ status: Int32 = 0) -> String? {
    var parts = [complaint]
    if status < 0 {
      unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
        unsafe genba_ffmpeg_describe(status, text.baseAddress, Int32(text.count))
        if let start = text.baseAddress { unsafe parts.append(String(cString: start)) }
      }
    }
    let words = parts.filter { !$0.isEmpty }.joined(separator: ": ")
    return words.isEmpty ? nil : "FFmpeg: \(words)"
  }

  /// What FFmpeg last complained about on this thread.
  static var complaint: String { unsafe String(cString: genba_ffmpeg_last_complaint()) }

  private static func openingFailed(_ name: String, _ status: Int32, _ limits: DecodeLimits) -> GenbaError {
    let source = GenbaError.Source(path: name)
    let complaint = unsafe String(cString: genba_ffmpeg_first_complaint())
    if complaint.contains("max_streams") { return tooManyStreams(name, limits) }
    if complaint.contains("moov atom not found") {
      return GenbaError(
        .truncated, "the file ends before its index; it was cut off, or its recording was never finished",
        source: source, cause: cause(status))
    }
    if status == genba_averror_exit {
      return GenbaError(
        .corruptData, "the file leads its reader round in circles; it was given up", source: source,
        cause: cause(status))
    }
    return GenbaError(
      .unsupportedFormat, "this is no sound, picture or video that FFmpeg can read", source: source,
      cause: cause(status))
  }

  private static func tooManyStreams(_ name: String, _ limits: DecodeLimits) -> GenbaError {
    GenbaError(
      .limitExceeded, "the file has more than \(limits.streams) streams; raise DecodeLimits.streams",
      source: .init(path: name))
  }
}
