internal import GenbaCore

/// One audio stream of a file, opened by one of the libraries.
protocol AudioStream: AnyObject {
  var metadata: AudioMetadata { get }

  /// All samples from the beginning, at the stream's own rate and with all its channels.
  func readAll() throws(GenbaError) -> AudioSamples

  /// A new reader at the first sample. It keeps what it needs of the stream.
  func reader() throws(GenbaError) -> any AudioReader

  /// The same, but every sample stands where the container's clock has it: where time stamps leave more than
  /// `tolerance` seconds out there is silence, and what they place twice comes once.
  func reader(clockTolerance: Double) throws(GenbaError) -> any AudioReader
}

extension AudioStream {
  /// Sound files have no clock but their samples.
  func reader(clockTolerance: Double) throws(GenbaError) -> any AudioReader { try reader() }
}

/// Reads a sound from its first sample to its last, piece by piece; the pieces joined are what ``AudioStream/readAll()``
/// gives.
protocol AudioReader: AnyObject {
  /// In hertz.
  var sampleRate: Int { get }

  /// When the first sample of the sound is played, in seconds.
  var beginSeconds: Double { get }

  /// The next samples, float32 [channels, `count`]; fewer only where the sound ends, and none behind that. After an
  /// error, which ends the sound, what was decoded before it.
  func read(_ count: Int) throws(GenbaError) -> Tensor<Float>

  /// The stretches of silence so far that a clock has put where nothing was recorded, in seconds.
  var gaps: [Range<Double>] { get }

  /// Passes over that many samples, or over as many as there are.
  func skip(_ count: Int) throws(GenbaError)
}

extension AudioReader {
  var gaps: [Range<Double>] { [] }
}
