internal import GenbaCore

/// One audio stream of a file, opened by one of the libraries.
protocol AudioStream: AnyObject {
  var metadata: AudioMetadata { get }

  /// All samples from the beginning, at the stream's own rate and with all its channels.
  func readAll() throws(GenbaError) -> AudioSamples

  /// A new reader at the first sample. It keeps what it needs of the stream.
  func reader() throws(GenbaError) -> any AudioReader
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

  /// Passes over that many samples, or over as many as there are.
  func skip(_ count: Int) throws(GenbaError)
}
