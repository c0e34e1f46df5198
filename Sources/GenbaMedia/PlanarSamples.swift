internal import CFFmpeg
internal import GenbaCore

/// Decoded sound as it grows at its end and is taken from its beginning, one array for each channel, as float32 of
/// nominally -1 … 1.
struct PlanarSamples {
  /// In hertz; `nil` before the first of FFmpeg's frames.
  private(set) var sampleRate: Int?

  private var format = AV_SAMPLE_FMT_NONE
  private var planes: [[Float]]
  /// How many samples at the beginning of each plane have been taken.
  private var taken = 0

  /// No samples yet.
  ///
  /// - Parameter channels: How many there are; FFmpeg's first frame may say otherwise.
  init(channels: Int) { planes = Array(repeating: [], count: channels) }

  /// Samples of one channel.
  var count: Int { (planes.first?.count ?? 0) - taken }

  /// Appends [channels, samples].
  mutating func append(_ samples: Tensor<Float>) {
    let source = samples.span
    for channel in planes.indices {
      let plane = source.extracting(channel * samples.shape[1]..<(channel + 1) * samples.shape[1])
      planes[channel].reserveCapacity(nextCapacity(for: plane.count))
      for index in plane.indices { planes[channel].append(plane[index]) }
    }
  }

  /// Appends `count` samples of each channel, which stand channel by channel in turn.
  mutating func append(interleaved samples: Span<Float>, count: Int) {
    for channel in planes.indices {
      planes[channel].reserveCapacity(nextCapacity(for: count))
      for index in 0..<count { planes[channel].append(samples[index * planes.count + channel]) }
    }
  }

  /// Appends a frame's samples, scaled as libswresample does; `false` if they do not fit what came before.
  mutating func append(_ frame: UnsafePointer<AVFrame>) -> Bool {
    let channels = unsafe Int(frame.pointee.ch_layout.nb_channels)
    let rate = unsafe Int(frame.pointee.sample_rate)
    if sampleRate == nil {
      guard channels > 0, rate > 0 else { return false }
      sampleRate = rate
      unsafe format = AVSampleFormat(frame.pointee.format)
      if channels != planes.count { planes = Array(repeating: [], count: channels) }
    }
    guard channels == planes.count, rate == sampleRate, unsafe frame.pointee.format == format.rawValue else {
      return false
    }
    switch format {
    case AV_SAMPLE_FMT_U8, AV_SAMPLE_FMT_U8P: unsafe append(frame) { (x: UInt8) in (Float(x) - 128) / 128 }
    case AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S16P: unsafe append(frame) { (x: Int16) in Float(x) / 0x1p15 }
    case AV_SAMPLE_FMT_S32, AV_SAMPLE_FMT_S32P: unsafe append(frame) { (x: Int32) in Float(x) / 0x1p31 }
    case AV_SAMPLE_FMT_S64, AV_SAMPLE_FMT_S64P: unsafe append(frame) { (x: Int64) in Float(x) / 0x1p63 }
    case AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP: unsafe append(frame) { (x: Float) in x }
    case AV_SAMPLE_FMT_DBL, AV_SAMPLE_FMT_DBLP: unsafe append(frame) { (x: Double) in Float(x) }
    default: return false
    }
    return true
  }

  @inline(__always)
  private mutating func append<Sample: BitwiseCopyable>(
    _ frame: UnsafePointer<AVFrame>, _ scaled: (Sample) -> Float
  ) {
    let count = unsafe Int(frame.pointee.nb_samples)
    let isPlanar = av_sample_fmt_is_planar(format) != 0
    let step = isPlanar ? 1 : planes.count
    for channel in planes.indices {
      guard let plane = unsafe frame.pointee.extended_data[isPlanar ? channel : 0] else { continue }
      let samples = unsafe UnsafeRawPointer(plane).assumingMemoryBound(to: Sample.self) + (isPlanar ? 0 : channel)
      planes[channel].reserveCapacity(nextCapacity(for: count))
      for index in 0..<count { unsafe planes[channel].append(scaled(samples[index * step])) }
    }
  }

  /// Room for `more` samples; doubled when it must grow.
  private func nextCapacity(for more: Int) -> Int {
    let needed = taken + count + more
    return needed <= planes[0].capacity ? needed : max(needed, 2 * planes[0].capacity)
  }

  /// Puts `count` samples of silence behind the first `position` of each channel.
  mutating func insert(silence count: Int, behind position: Int) {
    for channel in planes.indices {
      planes[channel].insert(contentsOf: repeatElement(0, count: count), at: taken + position)
    }
  }

  /// Removes `count` samples of each channel that stand behind the first `position`.
  mutating func remove(_ count: Int, behind position: Int) {
    let start = taken + position
    for channel in planes.indices { planes[channel].removeSubrange(start..<start + count) }
  }

  /// The first `count` samples, or as many as there are: float32 [channels, samples].
  func prefix(_ count: Int) -> Tensor<Float> {
    let count = min(count, self.count)
    return Tensor<Float>(shape: [planes.count, count]) { output in
      for plane in planes {
        let first = plane.span.extracting(taken..<taken + count)
        for index in first.indices { output.append(first[index]) }
      }
    }
  }

  /// Takes the first `count` samples, or as many as there are: float32 [channels, samples].
  mutating func removeFirst(_ count: Int) -> Tensor<Float> {
    defer { dropFirst(count) }
    return prefix(count)
  }

  /// Drops the first `count` samples, or as many as there are, and says how many.
  @discardableResult
  mutating func dropFirst(_ count: Int) -> Int {
    let count = min(count, self.count)
    taken += count
    // Moving the rest costs less than what was taken has cost.
    guard taken > 0, taken >= self.count else { return count }
    for channel in planes.indices { planes[channel].removeFirst(taken) }
    taken = 0
    return count
  }
}
