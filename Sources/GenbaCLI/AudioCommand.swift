import ArgumentParser
import Genba

/// `genba audio`: samples, a feature, or a model's input from one sound.
struct AudioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audio",
    abstract: "Samples, log-mel or a model's input from a sound file, or from a video's sound.",
    discussion: """
      Without --preset or --feature: samples float32 [channels, n], and sample_rate.

        genba audio press.wav --preset whisper-large-v3 -o press.safetensors
        genba audio press.wav --feature log-mel --n-mels 64 -o press.png
        genba audio press.wav --feature kaldi-fbank --options '{"num_mel_bins": 80}' -o press.npy
        genba audio press.wav --feature chroma --options '{"tuning": 0}' -o c.png
        genba audio press.wav --feature cqt --decibels -o press.npy
        genba audio press.wav --feature pcen -o press.png
        genba audio press.wav --feature mfcc --deltas 2 -o mfcc.safetensors
        genba audio press.wav --start 1.5 --end 3 --feature loudness
        genba audio press.wav --sample-rate 8000 --channels mono -o small.wav
        genba audio press.wav --feature stft -o spectra.safetensors
        genba audio spectra.safetensors --feature inverse-stft -o again.wav
      """)

  @Argument(help: "A sound or video file; for inverse-stft a tensor file.")
  var file: String

  @Option(help: "A model's input: a preset such as whisper-large-v3, or a folder with a model's config files.")
  var preset: String?

  @Option(help: "Whose rule makes a preset's sound of one channel; default: soundfile.")
  var audioBackend: AudioBackend?

  @Option(
    help: ArgumentHelp(
      "A feature by its kind.",
      discussion: """
        log-mel: bands in decibels. mel, mfcc, pcen, chroma, cqt (magnitudes), cqt-complex, stft (complex), \
        stft-magnitude, stft-power, onset-strength, rms, zero-crossing-rate, spectral-shape (centroid, bandwidth, \
        roll-off, flatness): as in librosa. spectral-flux: as in MATLAB. kaldi-fbank: as in torchaudio. \
        loudness: LUFS by ITU-R BS.1770, each tenth of a second and as a whole. silence: \
        start and end in seconds. clipping, dropouts: channel, first sample and the one behind the last. inverse-stft: \
        the sound of a tensor file with complex spectra.
        """))
  var feature: Feature?

  @Option(
    help: ArgumentHelp(
      "Options of stft, mfcc, kaldi-fbank and their like, as JSON with the reference's names.",
      discussion:
        "stft takes \"dtype\": \"float64\" too; mel, log-mel, mfcc, pcen and kaldi-fbank \"precision\": \"float64\".",
      valueName: "json"))
  var options: String?

  @Option(
    help: ArgumentHelp("Also the changes of a feature from frame to frame, up to this order.", valueName: "order"))
  var deltas: Int?

  @Flag(
    help: "Power and magnitudes of stft-power, stft-magnitude, mel and cqt in decibels, down to 80 below the loudest.")
  var decibels = false

  @Option(help: "Begin at this time, in seconds.")
  var start: Double?

  @Option(help: "End before this time, in seconds.")
  var end: Double?

  @Flag(name: .customLong("remove-dc"), help: "Subtract each channel's mean.")
  var removesDC = false

  @Option(help: "Resample to this rate, in hertz.")
  var sampleRate: Int?

  @Option(help: "What resamples: soxr, or swr, libswresample's own filter.")
  var resampler: Resampler.Engine = .soxr

  @Option(
    help: ArgumentHelp(
      "Channels: keep, mono (their mean), torchcodec-mono, the number of one, from 0, or a mixing matrix.",
      discussion: """
        A matrix has a row for each channel that comes out and in it a weight for each channel of the file: \
        0.5,0.5/1,-1 makes the middle and the difference of a stereo pair.
        """))
  var channels: ChannelMix = .keep

  @Option(help: "Index of the sound's stream in its container.")
  var stream: Int?

  @Option(help: "A file that is cut off or damaged: strict ends at it, partial gives what stands before the damage.")
  var damage: DamagePolicy = .strict

  @OptionGroup(title: "Log-mel") var logMel: LogMelOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// The part of the sound that was asked for; `nil` for all of it.
  private var range: Range<Double>? {
    start == nil && end == nil ? nil : (start ?? 0)..<(end ?? .infinity)
  }

  func validate() throws {
    if preset != nil && feature != nil { throw ValidationError("--preset and --feature exclude each other") }
    if preset != nil && (sampleRate != nil || channels != .keep || removesDC || resampler != .soxr) {
      throw ValidationError(
        "a preset brings its own sample rate and channels; "
          + "leave out --sample-rate, --resampler, --channels and --remove-dc")
    }
    if preset != nil && damage != .strict { throw ValidationError("a model's input is whole; leave out --damage") }
    guard (start ?? 0) >= 0, (start ?? 0) < (end ?? .infinity) else {
      throw ValidationError("--start is 0 or more and before --end, not \(start ?? 0) and \(end ?? .infinity)")
    }
    if audioBackend != nil && preset == nil { throw ValidationError("--audio-backend goes with --preset") }
    if logMel.isGiven && feature?.ofFrames != .logMel {
      throw ValidationError("--n-fft, --n-mels and their like go with --feature log-mel")
    }
    if logMel.isGiven && options != nil {
      throw ValidationError("--options and --n-fft, --n-mels and their like exclude each other")
    }
    if deltas != nil || decibels {
      guard let feature = feature?.ofFrames else {
        throw ValidationError("--deltas and --decibels go with --feature stft-magnitude, mel, mfcc and their like")
      }
      guard (0...9).contains(deltas ?? 0) else { throw ValidationError("--deltas is 0 … 9, not \(deltas ?? 0)") }
      do { try feature.check(additions) } catch { throw ValidationError(error.message) }
    }
    if feature == .inverseSTFT,
      range != nil || removesDC || resampler != .soxr || channels != .keep || stream != nil || damage != .strict
    {
      throw ValidationError("--feature inverse-stft takes --options and --sample-rate, and nothing else but an output")
    }
    if options != nil && feature?.ofFrames == nil && feature != .inverseSTFT {
      let names = FrameFeatureKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--options goes with --feature \(names)")
    }
    if let sampleRate, sampleRate < 1 { throw ValidationError("--sample-rate is above 0, not \(sampleRate)") }
  }

  func run() async throws {
    try output.check(sound: preset == nil && (feature == nil || feature == .inverseSTFT))
    if let preset {
      let bundle = try Pipeline.starting(
        model: preset, audioBackend: audioBackend, audioRange: range, audioStream: stream)(
          audio: [file])
      Warnings.report(truncatedIn: bundle, of: [file])
      try output.emit(bundle)
    } else if feature?.ofFrames == .logMel, options == nil, deltas == nil {
      // Options are checked before the file is opened: a wrong one is a matter of usage.
      let assumed = sampleRate ?? 1_000_000
      _ = try starting { () throws(GenbaError) in try LogMelSpectrogram(logMel.options(sampleRate: assumed)) }
      let audio = try decode()
      var bundle = TensorBundle()
      let spectrogram = try LogMelSpectrogram(logMel.options(sampleRate: audio.sampleRate))
      let bands = try spectrogram(audio)
      bundle.set("log_mel", to: bands)
      bundle.metadata["sample_rate"] = "\(audio.sampleRate)"
      try output.emit(bundle, drawing: "log_mel") { () throws(GenbaError) in
        try SoundPicture(of: file, audio).logMel(bands, by: spectrogram)
      }
    } else if let feature = feature?.ofFrames {
      // Options are checked before the file is opened: a wrong one is a matter of usage.
      _ = try starting { () throws(GenbaError) in
        try computation(of: feature, sampleRate: sampleRate ?? feature.largestRate)
      }
      let audio = try decode()
      let ready = try computation(of: feature, sampleRate: audio.sampleRate)
      let bundle = try feature.tensors(of: audio, ready, additions)
      try output.emit(
        bundle,
        each: { tensor, name throws(GenbaError) in
          try feature.picture(of: tensor, name: name, ready, additions, of: SoundPicture(of: file, audio))
        })
    } else if feature == .inverseSTFT {
      let spectra = try TensorBundle(contentsOf: file)
      try emit(sound(of: spectra))
    } else if case .finding(let finding) = feature {
      try output.emit(try findings(finding, in: decode()))
    } else {
      try emit(decode())
    }
  }

  private func sound(of spectra: TensorBundle) throws(GenbaError) -> AudioSamples {
    do {
      return try InverseSTFT.sound(of: spectra, options: options, sampleRate: sampleRate)
    } catch {
      throw error.at(path: file)
    }
  }

  /// Samples as tensors, as a picture or as sound.
  private func emit(_ audio: AudioSamples) throws {
    var bundle = TensorBundle()
    bundle.set("samples", to: audio.samples)
    bundle.set("sample_rate", to: Tensor<Int64>([Int64(audio.sampleRate)]))
    try output.emit(bundle, sound: audio, drawing: "samples") { () throws(GenbaError) in
      SoundPicture(of: file, audio).waveform()
    }
  }

  private var additions: FrameFeatureKind.Additions { .init(deltas: deltas ?? 0, decibels: decibels) }

  private func computation(
    of feature: FrameFeatureKind, sampleRate: Int
  ) throws(GenbaError) -> FrameFeatureKind.Computation {
    let json = logMel.isGiven ? logMel.json : options
    return try feature.computation(json, sampleRate: sampleRate)
  }

  private func decode() throws(GenbaError) -> AudioSamples {
    let decoder = try AudioDecoder(file, stream: stream, damage: damage)
    let audio =
      if let range {
        try decoder.samples(in: range, sampleRate: sampleRate, channels: channels, resampler: resampler)
      } else {
        try decoder.allSamples(sampleRate: sampleRate, channels: channels, resampler: resampler)
      }
    if let damage = audio.damage {
      StandardError.report("\(damage); what stands before it follows")
    }
    return removesDC ? audio.removingDC() : audio
  }
}
