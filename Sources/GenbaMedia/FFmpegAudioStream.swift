internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// An audio stream that FFmpeg decodes: of a sound file or of a video.
///
/// The numbers are those of torchcodec 0.11's `AudioDecoder`: priming that the container marks is skipped, and so is
/// what lies before time 0.
final class FFmpegAudioStream: AudioStream {
  let metadata: AudioMetadata

  /// What is checked at the end: FFmpeg passes over damaged pages without a word.
  let end: StreamEnd
  let limits: DecodeLimits
  /// Open at the stream's beginning; `nil` once it has been read.
  private var decoder: FFmpegDecoder?

  /// Opens the asked stream, or the one that FFmpeg finds best.
  ///
  /// - Throws: What ``FFmpegInput`` throws; `.noSuchStream`, with a list of what there is; `.limitExceeded`.
  init(_ end: StreamEnd, stream: Int?, limits: DecodeLimits) throws(GenbaError) {
    let decoder = try FFmpegDecoder(
      FFmpegInput(end.source, limits: limits), .audio, stream: stream, threads: 1, limits: limits)
    self.end = end
    self.limits = limits
    self.decoder = decoder
    metadata = AudioMetadata(header: decoder)
    try metadata.check(limits)
  }

  func reader() throws(GenbaError) -> any AudioReader { try FFmpegAudioReader(self) }

  func reader(clockTolerance: Double) throws(GenbaError) -> any AudioReader {
    try FFmpegAudioReader(self, clockTolerance: clockTolerance)
  }

  /// A decoder at the beginning. Lossy codecs may only begin there, so reading again opens the file again.
  func takeDecoder() throws(GenbaError) -> FFmpegDecoder {
    if let decoder {
      self.decoder = nil
      return decoder
    }
    return try FFmpegDecoder(
      FFmpegInput(end.source, limits: limits), .audio, stream: metadata.streamIndex, threads: 1, limits: limits)
  }
}

extension AudioMetadata {
  /// What the container says of the decoder's stream.
  init(header decoder: FFmpegDecoder) {
    let stream = unsafe decoder.stream
    let parameters = unsafe decoder.parameters
    let sampleRate = unsafe Int(parameters.pointee.sample_rate)
    let duration = unsafe stream.pointee.duration
    let start = unsafe stream.pointee.start_time
    let bits = unsafe max(
      av_get_bits_per_sample(parameters.pointee.codec_id), parameters.pointee.bits_per_raw_sample)
    let ticksAreSamples = decoder.timeBase.num == 1 && Int(decoder.timeBase.den) == sampleRate
    self.init(
      container: decoder.input.formatName, codec: decoder.input.codecName(decoder.streamIndex), sampleRate: sampleRate,
      channelCount: unsafe Int(parameters.pointee.ch_layout.nb_channels),
      channelLayout: unsafe FFmpegName.channelLayout(parameters.pointee.ch_layout),
      sampleFormat: unsafe FFmpegName.sampleFormat(AVSampleFormat(parameters.pointee.format)),
      bitDepth: bits > 0 ? Int(bits) : nil,
      bitRate: unsafe parameters.pointee.bit_rate > 0 ? Int(parameters.pointee.bit_rate) : nil,
      sampleCountFromHeader: ticksAreSamples && duration > 0 ? Int(duration) : nil,
      durationSecondsFromHeader: duration > 0 ? decoder.seconds(duration) : nil,
      beginStreamSecondsFromHeader: start == genba_no_pts ? nil : decoder.seconds(start),
      streamIndex: decoder.streamIndex, backend: .ffmpeg)
  }
}
