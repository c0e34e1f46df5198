internal import GenbaCore

/// A library's decoder at the beginning of a sound, which gives blocks of samples as its codec has them.
protocol BlockDecoder: AnyObject {
  /// What the header says.
  var metadata: AudioMetadata { get }

  /// Decodes the next block, and says how many samples of each channel it has: 0 at the end of the sound.
  ///
  /// - Throws: `.corruptData` for what cannot be decoded; `.unsupportedFormat` where the sound becomes another.
  func decode() throws(GenbaError) -> Int

  /// Writes a part of the block that was decoded last.
  @unsafe
  func write(_ part: Range<Int>, to rows: SampleRows, at position: Int)
}
