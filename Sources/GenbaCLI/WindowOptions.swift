import ArgumentParser
import Genba

/// `genba video --windows`: frames and sound of the same stretches of time.
struct WindowOptions: ParsableArguments {
  @Option(help: "Cut the recording into windows of this length, as 2s or 500ms: frames, sound and masks of each.")
  var windows: Duration?

  @Option(help: "From the beginning of one window to the next, as 1s or 250ms; default: their length.")
  var hop: Duration?

  @Option(help: "Sample rate of the windows' sound, in hertz; default: its own.")
  var sampleRate: Int?

  @Option(help: "The windows' channels: keep, mono, torchcodec-mono, or the index of one; default: mono.")
  var channels: ChannelMix?

  @Flag(help: "The windows' log-mel too, of 128 bands in decibels, 25 ms every 10 ms.")
  var logMel = false

  func validate() throws {
    guard windows == nil else {
      if let sampleRate, !(100...10_000_000).contains(sampleRate) {
        throw ValidationError("--sample-rate is from 100 to 10000000, not \(sampleRate)")
      }
      return
    }
    if hop != nil || sampleRate != nil || channels != nil || logMel {
      throw ValidationError("--hop, --sample-rate, --channels and --log-mel go with --windows")
    }
  }

  /// A length of time on the command line.
  struct Duration: ExpressibleByArgument {
    let seconds: Double

    init?(argument: String) {
      var (text, unit) = (Substring(argument), 1.0)
      if text.hasSuffix("ms") {
        (text, unit) = (text.dropLast(2), 1e-3)
      } else if text.hasSuffix("s") {
        text = text.dropLast()
      }
      guard let number = Double(text), number > 0, number.isFinite else { return nil }
      seconds = number * unit
    }
  }

  /// The windows of a file in one bundle.
  ///
  /// - Parameter options: How pictures are read; the sound's are those of the command line.
  func bundle(
    of file: String, length: Duration, reading options: MediaReader.Options
  ) throws(GenbaError) -> TensorBundle {
    do throws(GenbaError) {
      return try stack(file, length: length.seconds, hop: (hop ?? length).seconds, options)
    } catch {
      throw error.at(path: file)
    }
  }

  private func stack(
    _ file: String, length: Double, hop: Double, _ options: MediaReader.Options
  ) throws(GenbaError) -> TensorBundle {
    var options = options
    options.sampleRate = sampleRate
    options.channels = channels ?? .mono
    var spectrogram: LogMelSpectrogram?
    if logMel {
      var rate = sampleRate ?? 16_000
      if sampleRate == nil { rate = try MediaReader(file, options).sampleRate ?? rate }
      let made = try LogMelSpectrogram(.init(sampleRate: rate, nFFT: rate / 40, hopLength: rate / 100))
      options.contextSamples = made.options.nFFT / 2
      spectrogram = made
    }
    var reader = try MediaReader(file, options).windows(length: length, hop: hop)
    let ends = [reader.videoMetadata?.endStreamSeconds, reader.audioMetadata?.durationSecondsFromHeader]
    if let end = ends.compactMap(\.self).max(), end / hop > Double(Self.mostWindows) { throw Self.tooMany(options) }
    var windows: [MediaWindow] = []
    var bytes = 0
    while let window = try reader.next() {
      // A window has masks and times too, and a place in the list.
      bytes += 256 + (window.frames?.pixels.count ?? 0) + 5 * (window.samples?.samples.count ?? 0)
      guard bytes <= options.limits.frameBytes, windows.count < Self.mostWindows else { throw Self.tooMany(options) }
      windows.append(window)
    }
    for gap in reader.gaps { StandardError.report("warning: \(gap.error)") }
    if let damage = reader.soundDamage { StandardError.report("warning: \(damage)") }
    return try TensorBundle(stacking: windows, logMel: spectrogram)
  }

  private static let mostWindows = 1_000_000

  private static func tooMany(_ options: MediaReader.Options) -> GenbaError {
    GenbaError(
      .limitExceeded,
      "the windows are more than \(mostWindows), or take more than \(options.limits.frameBytes) bytes; lower --fps, or take fewer with a longer --hop"
    )
  }
}
