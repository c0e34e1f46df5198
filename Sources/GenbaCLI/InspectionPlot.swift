import Genba
import GenbaPlot

/// The picture of a file that has been looked into.
struct InspectionPlot {
  private let inspection: Inspection

  /// The most frames on a contact sheet.
  private static let frameCount = 12
  /// The most frames beside each other above a spectrogram.
  private static let frameCountWithSound = 8
  /// The most pictures of a model's input.
  private static let pictureCount = 64

  init(_ inspection: Inspection) { self.inspection = inspection }

  /// Decodes the file and draws it.
  func image() throws(GenbaError) -> Image {
    let path = inspection.path
    switch inspection.content {
    case .tensors(_, let bundle): return try tensor(of: bundle)
    case .image(_, let numbers?): return map(numbers)
    case .image(_, nil): return try TensorPicture()(ImageDecoder.decode(path), name: fileName)
    case .pointCloud: return try PointCloudPlot(width: 1200, height: 840, title: fileName)(PointCloudFile.read(path))
    case .record(let record):
      throw GenbaError(
        .mismatchedInputs, "there is nothing to draw in this \(record.kind)", source: .init(path: path))
    case .streams(_, .some, _): return try contactSheet(VideoDecoder(path, layout: .nhwc))
    case .streams(_, nil, _): return try sound(AudioDecoder(path).allSamples())
    }
  }

  private var fileName: String { inspection.path.split(separator: "/").last.map(String.init) ?? inspection.path }

  /// What may be distances, as colours with a bar: as gray levels most would be black or white. 0 is none.
  private func map(_ numbers: DepthImage) -> Image {
    let values: Tensor<Float> =
      switch numbers {
      case .uint16(let units): Tensor(Array(units).map(Float.init), shape: units.shape)
      case .float32(let values): values
      }
    let mask = Tensor(Array(values).map { $0 != 0 && $0.isFinite }, shape: values.shape)
    return MaskedMapPlot(size: 1000, title: fileName, quantity: "numbers as stored", unit: "stored")(values, mask: mask)
  }

  /// The pictures that a model sees, if this is its input; else the first tensor with two axes to draw, or the first with
  /// any element.
  private func tensor(of bundle: TensorBundle) throws(GenbaError) -> Image {
    if let seen = SeenPictures(bundle) { return pictures(seen) }
    let flat = bundle.first { $0.tensor.count > 0 && $0.tensor.shape.count { $0 > 1 } >= 2 }
    guard let (name, tensor) = flat ?? bundle.first(where: { $0.tensor.count > 0 }) else {
      throw GenbaError(.mismatchedInputs, "there is no tensor to draw", source: .init(path: inspection.path))
    }
    return try TensorPicture(origin: .init(ofTensorNamed: name))(tensor, name: name)
  }

  private func pictures(_ seen: SeenPictures) -> Image {
    let shown = min(seen.pictures.count, Self.pictureCount)
    let count = shown == seen.pictures.count ? "\(shown)" : "\(shown) of \(seen.pictures.count)"
    let sheet = ContactSheet(
      columns: seen.columns ?? (shown == 1 ? 1 : nil), title: fileName,
      caption: "\(count) picture\(count == "1" ? "" : "s") as the model sees them")
    return sheet(Array(seen.pictures.prefix(shown)), labels: Array(seen.labels.prefix(shown)))
  }

  /// Frames of a clip with their times; where it has sound too, along the axis of its spectrogram.
  private func contactSheet(_ decoder: consuming VideoDecoder) throws(GenbaError) -> Image {
    let metadata = decoder.metadata
    let sound = try soundOfVideo()
    let total = metadata.numFrames ?? 0
    let count = min(total, sound == nil ? Self.frameCount : Self.frameCountWithSound)
    var frames: [Frame] = []
    let indices =
      sound == nil
      ? (0..<count).map { $0 * total / count }
      : Self.spread(count, over: metadata).map { decoder.frameIndices(in: $0..<Double.infinity).lowerBound }
    decoder.announce(indices)
    for index in indices { frames.append(try decoder.frame(at: index)) }
    var facts = ["\(metadata.width) × \(metadata.height)"]
    if let rate = metadata.averageFPS { facts.append("\(Self.short(rate)) fps") }
    if let seconds = metadata.durationSeconds { facts.append("\(Self.short(seconds)) s") }
    facts.append("\(count) of \(total) frames")
    if let sound, sound.sampleCount > 0, !frames.isEmpty {
      facts.append("log-mel at \(sound.sampleRate) Hz")
      let soundEnd = sound.ptsSeconds + Double(sound.sampleCount) / Double(sound.sampleRate)
      return RecordingPlot(title: fileName, caption: facts.joined(separator: " · "))(
        frames, until: max(metadata.endStreamSeconds ?? soundEnd, soundEnd), spectrogram: try spectrogram(of: sound))
    }
    return ContactSheet(title: fileName, caption: facts.joined(separator: " · "))(frames)
  }

  /// Times at equal distances from the beginning.
  private static func spread(_ count: Int, over video: VideoMetadata) -> [Double] {
    let begin = video.beginStreamSeconds
    let length = max((video.endStreamSeconds ?? begin) - begin, 0)
    return (0..<count).map { begin + length * Double($0) / Double(count) }
  }

  private func soundOfVideo() throws(GenbaError) -> AudioSamples? {
    do throws(GenbaError) {
      return try AudioDecoder(inspection.path).allSamples()
    } catch  where error.code == .noSuchStream {
      return nil
    }
  }

  private func spectrogram(of audio: AudioSamples) throws(GenbaError) -> Spectrogram {
    // Some 43 ms, or the next power of two above: bands of a machine's hum stay apart.
    var nFFT = 256
    while nFFT * 24 < audio.sampleRate { nFFT *= 2 }
    // As many frames as there are pixels to see, as far as no sample is left out.
    let hopLength = min(max(audio.sampleCount / 4000, nFFT / 8), nFFT / 2)
    let logMel = try LogMelSpectrogram(.init(sampleRate: audio.sampleRate, nFFT: nFFT, hopLength: hopLength))
    return Spectrogram(
      values: try logMel(audio.meanOfAllChannels), bandFrequencies: logMel.melFilterBank.centerFrequencies,
      secondsPerFrame: Double(hopLength) / Double(audio.sampleRate), ptsSeconds: audio.ptsSeconds)
  }

  private func sound(_ audio: AudioSamples) throws(GenbaError) -> Image {
    let channels = audio.channelCount == 1 ? "mono" : "\(audio.channelCount) channels, log-mel of their mean"
    let caption = SoundPicture(of: inspection.path, audio).caption(channels)
    return SoundPlot(stripHeight: audio.channelCount > 2 ? 80 : 130, title: fileName, caption: caption)(
      audio, spectrogram: try spectrogram(of: audio))
  }

  /// A number with two decimals, or none if it is whole.
  private static func short(_ value: Double) -> String {
    Ticks.number(value, decimals: abs(value - value.rounded()) < 0.005 && value >= 1 ? 0 : 2)
  }
}

extension TensorPicture.Origin {
  /// Frequencies rise upwards, and spectrograms have their lowest band in row 0; rows of a picture go down.
  init(ofTensorNamed name: String) {
    self =
      [
        "input_features", "log_mel", "mel", "mfcc", "stft", "stft_magnitude", "stft_power", "cqt", "pcen", "chroma",
      ].contains(name)
      ? .lower : .upper
  }
}

extension AudioSamples {
  /// One channel: the mean of all.
  fileprivate var meanOfAllChannels: AudioSamples {
    guard channelCount > 1 else { return self }
    let span = samples.span
    let mean = Tensor<Float>(shape: [1, sampleCount]) { output in
      for index in 0..<sampleCount {
        var sum: Float = 0
        for channel in 0..<channelCount { sum += span[channel * sampleCount + index] }
        output.append(sum / Float(channelCount))
      }
    }
    return AudioSamples(samples: mean, sampleRate: sampleRate, ptsSeconds: ptsSeconds)
  }
}
