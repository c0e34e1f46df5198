internal import CFFmpeg

extension SampleRows {
  /// Writes samples `range` of a frame's channels, scaled as libswresample does; `false` for a sample format that is
  /// none.
  func write(_ frame: UnsafePointer<AVFrame>, _ range: Range<Int>, at position: Int) -> Bool {
    switch unsafe AVSampleFormat(frame.pointee.format) {
    case AV_SAMPLE_FMT_U8, AV_SAMPLE_FMT_U8P:
      unsafe write(frame, range, at: position) { (x: UInt8) in (Float(x) - 128) / 128 }
    case AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S16P:
      unsafe write(frame, range, at: position) { (x: Int16) in Float(x) / 0x1p15 }
    case AV_SAMPLE_FMT_S32, AV_SAMPLE_FMT_S32P:
      unsafe write(frame, range, at: position) { (x: Int32) in Float(x) / 0x1p31 }
    case AV_SAMPLE_FMT_S64, AV_SAMPLE_FMT_S64P:
      unsafe write(frame, range, at: position) { (x: Int64) in Float(x) / 0x1p63 }
    case AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP: unsafe write(frame, range, at: position) { (x: Float) in x }
    case AV_SAMPLE_FMT_DBL, AV_SAMPLE_FMT_DBLP: unsafe write(frame, range, at: position) { (x: Double) in Float(x) }
    default: return false
    }
    return true
  }

  @inline(__always)
  private func write<Sample: BitwiseCopyable>(
    _ frame: UnsafePointer<AVFrame>, _ range: Range<Int>, at position: Int, _ scaled: (Sample) -> Float
  ) {
    let isPlanar = unsafe av_sample_fmt_is_planar(AVSampleFormat(frame.pointee.format)) != 0
    let step = isPlanar ? 1 : unsafe channelCount
    for channel in unsafe 0..<channelCount {
      guard let plane = unsafe frame.pointee.extended_data[isPlanar ? channel : 0] else { continue }
      let samples = unsafe UnsafeRawPointer(plane).assumingMemoryBound(to: Sample.self)
      let first = range.lowerBound * step + (isPlanar ? 0 : channel)
      unsafe write(samples + first, step: step, count: range.count, channel: channel, at: position, scaled)
    }
  }
}
