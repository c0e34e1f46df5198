internal import CFFmpeg
internal import GenbaCore

/// A libswresample context for planar float32, for one sound, whole or in parts.
@safe
struct SampleConverter: ~Copyable {
  private let context: OpaquePointer
  private let inputChannels: Int
  private let outputChannels: Int

  /// A change of rate that leaves the channels as they are, whatever they mean.
  init(channels: Int, from inputRate: Int, to outputRate: Int, engine: Resampler.Engine) throws(GenbaError) {
    var layout = unsafe AVChannelLayout()
    unsafe layout.order = AV_CHANNEL_ORDER_UNSPEC
    unsafe layout.nb_channels = Int32(channels)
    try unsafe self.init(from: layout, at: inputRate, to: layout, at: outputRate, engine: engine)
  }

  /// A mix to one channel by libswresample's matrix, and a change of rate.
  ///
  /// - Parameter layout: Where the channels' speakers stand, in FFmpeg's words; `nil` for the usual layout of as many.
  init(
    mixing channels: Int, layout name: String?, from inputRate: Int, to outputRate: Int, engine: Resampler.Engine
  ) throws(GenbaError) {
    var layout = unsafe AVChannelLayout()
    defer { unsafe av_channel_layout_uninit(&layout) }
    let isNamed = name.map { unsafe av_channel_layout_from_string(&layout, $0) == 0 } ?? false
    if unsafe !isNamed || Int(layout.nb_channels) != channels {
      unsafe av_channel_layout_uninit(&layout)
      unsafe av_channel_layout_default(&layout, Int32(channels))
    }
    var mono = unsafe AVChannelLayout()
    unsafe av_channel_layout_default(&mono, 1)
    try unsafe self.init(from: layout, at: inputRate, to: mono, at: outputRate, engine: engine)
  }

  @unsafe
  private init(
    from input: AVChannelLayout, at inputRate: Int, to output: AVChannelLayout, at outputRate: Int,
    engine: Resampler.Engine
  ) throws(GenbaError) {
    inputChannels = unsafe Int(input.nb_channels)
    outputChannels = unsafe Int(output.nb_channels)
    var (input, output) = unsafe (input, output)
    var context: OpaquePointer?
    let status = unsafe swr_alloc_set_opts2(
      &context, &output, AV_SAMPLE_FMT_FLTP, Int32(outputRate), &input, AV_SAMPLE_FMT_FLTP, Int32(inputRate), 0, nil)
    guard status >= 0, let context = unsafe context else {
      unsafe swr_free(&context)
      throw Self.failed("a sound of \(inputChannels) channels cannot be resampled", status)
    }
    if engine == .soxr {
      unsafe av_opt_set_int(UnsafeMutableRawPointer(context), "resampler", Int64(SWR_ENGINE_SOXR.rawValue), 0)
    }
    let started = unsafe swr_init(context)
    guard started >= 0 else {
      var unused: OpaquePointer? = unsafe context
      unsafe swr_free(&unused)
      throw engine == .soxr && started == -ENOSYS
        ? Self.failed("this libswresample was built without soxr; ask for the engine .swr", started)
        : Self.failed("\(inputChannels) channels cannot be mixed and resampled", started)
    }
    unsafe self.context = context
  }

  deinit {
    var context: OpaquePointer? = unsafe context
    unsafe swr_free(&context)
  }

  /// The most samples of one channel that a sound of that length becomes.
  func outputBound(inputCount: Int) throws(GenbaError) -> Int {
    guard inputCount < Int(Int32.max) - (1 << 20) else {
      throw GenbaError(.limitExceeded, "a sound of \(inputCount) samples is too long for libswresample")
    }
    return unsafe Int(swr_get_out_samples(context, Int32(inputCount)))
  }

  /// Converts a whole sound into `outputCount` samples of each channel. Where fewer come, the rest is 0; what would be
  /// beyond is dropped.
  ///
  /// - Parameter input: float32 [channels, samples].
  func convert(
    _ input: Tensor<Float>, outputCount: Int
  ) throws(GenbaError) -> (samples: Tensor<Float>, written: Int) {
    let inputCount = input.shape[1]
    var received = 0
    let samples = try Tensor<Float>(shape: [outputChannels, outputCount]) { output throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { target, initialized throws(GenbaError) in
        try unsafe input.withUnsafeBytes { bytes throws(GenbaError) in
          let source = unsafe bytes.assumingMemoryBound(to: Float.self)
          var consumed = 0
          while received < outputCount {
            let count = min(inputCount - consumed, 1 << 20)
            let made = unsafe step(
              from: source, stride: inputCount, at: consumed, count: count, to: target, stride: outputCount,
              at: received)
            guard made >= 0 else { throw Self.failed("resampling failed", made) }
            // Once all is consumed, libswresample gives what it held back, in one piece or more.
            if count == 0 && made == 0 { break }
            consumed += count
            received += Int(made)
          }
        }
        for channel in 0..<outputChannels {
          unsafe target[channel * outputCount + received..<(channel + 1) * outputCount].update(repeating: 0)
        }
        initialized = outputChannels * outputCount
      }
    }
    return (samples, received)
  }

  /// Converts the next part of a sound into as much as is ready then; `nil` is its end, and gives the rest.
  ///
  /// - Parameter input: float32 [channels, samples].
  func convertNext(_ input: Tensor<Float>?) throws(GenbaError) -> Tensor<Float> {
    let inputCount = input?.shape[1] ?? 0
    if input != nil && inputCount == 0 { return Tensor(shape: [outputChannels, 0]) { _ in } }
    let room = try outputBound(inputCount: inputCount) + 1024
    var received = 0
    let roomy = try Tensor<Float>(shape: [outputChannels, room]) { output throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { target, initialized throws(GenbaError) in
        var made: Int32 = 0
        if let input {
          made = unsafe input.withUnsafeBytes { bytes in
            unsafe step(
              from: bytes.assumingMemoryBound(to: Float.self), stride: inputCount, at: 0, count: inputCount, to: target,
              stride: room, at: 0)
          }
          received = Int(max(made, 0))
        } else {
          repeat {
            made = unsafe step(
              from: UnsafeBufferPointer(start: nil, count: 0), stride: 0, at: 0, count: 0, to: target, stride: room,
              at: received)
            received += Int(max(made, 0))
          } while made > 0 && received < room
        }
        guard made >= 0 else { throw Self.failed("resampling failed", made) }
        for channel in 0..<outputChannels {
          unsafe target[channel * room + received..<(channel + 1) * room].update(repeating: 0)
        }
        initialized = outputChannels * room
      }
    }
    return roomy.prefix(samples: received)
  }

  /// Gives libswresample the next `count` samples, or with 0 the end, and takes what it has ready.
  @unsafe
  private func step(
    from source: UnsafeBufferPointer<Float>, stride inputCount: Int, at consumed: Int, count: Int,
    to target: UnsafeMutableBufferPointer<Float>, stride outputCount: Int, at received: Int
  ) -> Int32 {
    var inputs = unsafe (0..<inputChannels).map { channel in
      unsafe source.baseAddress.map { unsafe UnsafeRawPointer($0 + channel * inputCount + consumed) }
        .map { unsafe $0.assumingMemoryBound(to: UInt8.self) }
    }
    var outputs = unsafe (0..<outputChannels).map { channel in
      unsafe target.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + channel * outputCount + received) }
        .map { unsafe $0.assumingMemoryBound(to: UInt8.self) }
    }
    let room = Int32(clamping: outputCount - received)
    return unsafe outputs.withUnsafeMutableBufferPointer { outputs in
      unsafe inputs.withUnsafeMutableBufferPointer { inputs in
        unsafe swr_convert(context, outputs.baseAddress, room, count > 0 ? inputs.baseAddress : nil, Int32(count))
      }
    }
  }

  private static func failed(_ message: String, _ status: Int32) -> GenbaError {
    let words = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
      unsafe av_strerror(status, text.baseAddress, text.count)
      return unsafe text.baseAddress.map { unsafe String(cString: $0) } ?? ""
    }
    return GenbaError(.unsupportedFormat, message, cause: "libswresample: \(words)")
  }
}
