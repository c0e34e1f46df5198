internal import GenbaCore
internal import GenbaMedia

/// One recording of which window after window is taken.
final class WindowSource {
  let medium: RecognizedMedium
  private let converter: SampleConverter
  private var sound: SoundWindows?
  private var video: VideoDecoder?
  /// A picture is the same in every window.
  private var picture: (bundle: TensorBundle, facts: MediaFacts)?

  init(_ converter: SampleConverter, _ medium: RecognizedMedium) throws(GenbaError) {
    self.converter = converter
    self.medium = medium
    switch medium.kind {
    case .audio:
      sound = try SoundWindows(converter, medium)
    case .video:
      let needsPixels = medium.recipe.model != nil || medium.recipe.size != nil
      let layout = medium.recipe.layout.flatMap(FrameLayout.init) ?? .nchw
      video = try VideoDecoder(
        medium.medium.paths[0], layout: needsPixels ? .nhwc : layout, limits: converter.limits)
    default:
      var facts = MediaFacts()
      do throws(SampleFailure) {
        picture = (try converter.tensors(of: medium, range: nil, facts: &facts), facts)
      } catch {
        throw GenbaError(.unsupportedFormat, error.message, source: .init(path: error.path), cause: error.cause)
      }
    }
  }

  /// When the recording begins, on its own clock.
  var beginSeconds: Double { sound?.beginSeconds ?? video?.metadata.beginStreamSeconds ?? 0 }

  /// Whether there is something of it behind this time.
  func lasts(beyond seconds: Double) -> Bool {
    if let sound { return sound.reaches(seconds, exclusive: true) }
    return seconds < (video?.metadata.endStreamSeconds ?? 0) - 1e-9
  }

  /// Whether it goes on up to this time.
  func lasts(to seconds: Double) -> Bool {
    if let sound { return sound.reaches(seconds, exclusive: false) }
    return seconds <= (video?.metadata.endStreamSeconds ?? 0) + 1e-9
  }

  /// What ended the recording before its time.
  var failure: SampleFailure? {
    sound?.failure.map { SampleFailure($0, medium: medium.medium, kind: medium.kind) }
  }

  /// The tensors of a window.
  func tensors(in range: Range<Double>, facts: inout MediaFacts) throws(SampleFailure) -> TensorBundle {
    if let picture {
      facts.add(picture.facts)
      return picture.bundle
    }
    do throws(GenbaError) {
      if let sound {
        sound.describe(in: &facts)
        let bundle = try converter.features(of: try sound.window(range), medium, facts: &facts)
        return try converter.finished(bundle, medium)
      }
      guard video != nil else { return TensorBundle() }
      let bundle = try converter.video(&video!, medium, range: range, facts: &facts)
      return try converter.finished(bundle, medium)
    } catch {
      throw SampleFailure(error, medium: medium.medium, kind: medium.kind)
    }
  }
}

/// Sound as one window after another, each the slice of the whole; in memory is what a window needs.
final class SoundWindows {
  private var blocks: AudioBlocks
  private let decoding: SoundDecoding
  private let metadata: AudioMetadata
  private let path: String
  /// Samples of each channel that are still needed, from `first` on.
  private var channels: [[Float]] = []
  private var first = 0
  private var hasEnded = false
  private(set) var failure: GenbaError?

  let beginSeconds: Double

  init(_ converter: SampleConverter, _ medium: RecognizedMedium) throws(GenbaError) {
    path = medium.medium.paths[0]
    decoding = try SoundDecoding(converter, medium)
    let decoder = try AudioDecoder(path, limits: converter.limits)
    metadata = decoder.metadata
    blocks = try decoder.blocks(
      of: 1 << 16, sampleRate: decoding.sampleRate, channels: decoding.channels, resampler: decoding.engine)
    let start = try blocks.next()
    beginSeconds = start?.ptsSeconds ?? 0
    if let start { append(start) } else { hasEnded = true }
  }

  func describe(in facts: inout MediaFacts) { decoding.describe(metadata, in: &facts) }

  private var end: Int { first + (channels.first?.count ?? 0) }

  private func index(_ seconds: Double) -> Int {
    Int(min(max((seconds - beginSeconds) * Double(blocks.sampleRate), 0), 1e15).rounded(.toNearestOrEven))
  }

  private func append(_ block: AudioSamples) {
    if channels.isEmpty { channels = Array(repeating: [], count: block.channelCount) }
    for channel in channels.indices {
      let samples = block.channel(channel)
      for index in 0..<samples.count { channels[channel].append(samples[index]) }
    }
  }

  /// Reads on until a sample is there, or none is left.
  private func read(to sample: Int) {
    while end < sample, !hasEnded {
      do throws(GenbaError) {
        if let block = try blocks.next() { append(block) } else { hasEnded = true }
      } catch {
        failure = error
        hasEnded = true
      }
    }
  }

  func reaches(_ seconds: Double, exclusive: Bool) -> Bool {
    guard seconds.isFinite else { return false }
    let sample = index(seconds) + (exclusive ? 1 : 0)
    read(to: sample)
    return end >= sample
  }

  /// The samples of a window; what lies before it is forgotten.
  func window(_ range: Range<Double>) throws(GenbaError) -> AudioSamples {
    let (start, stop) = (index(range.lowerBound), index(range.upperBound))
    read(to: stop)
    let (from, to) = (max(start, first), min(stop, end))
    guard from < to else {
      throw GenbaError(
        .outOfRange, "there is no sound from \(range.lowerBound) s to \(range.upperBound) s", source: .init(path: path))
    }
    let drop = from - first
    if drop > 0 {
      for channel in channels.indices { channels[channel].removeFirst(drop) }
      first = from
    }
    let samples = Tensor<Float>(shape: [channels.count, to - from]) { output in
      for channel in channels {
        for index in 0..<(to - from) { output.append(channel[index]) }
      }
    }
    return AudioSamples(
      samples: samples, sampleRate: blocks.sampleRate,
      ptsSeconds: beginSeconds + Double(from) / Double(blocks.sampleRate))
  }
}
