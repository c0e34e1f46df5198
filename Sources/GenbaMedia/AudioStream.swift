internal import GenbaCore

/// One audio stream of a file, opened by one of the libraries.
protocol AudioStream: AnyObject {
  var metadata: AudioMetadata { get }

  /// All samples from the beginning, at the stream's own rate and with all its channels.
  func readAll() throws(GenbaError) -> AudioSamples
}
