internal import GenbaCore

/// One audio stream of a file, opened by one of the libraries.
protocol AudioStream: AnyObject {
  var metadata: AudioMetadata { get }

  /// A new reader at the first sample, at the stream's own rate and with all its channels. It keeps what it needs of
  /// the stream.
  func reader() throws(GenbaError) -> any AudioReader

  /// The same, but every sample stands where the container's clock has it: where time stamps leave more than
  /// `tolerance` seconds out there is silence, and what they place twice comes once.
  func reader(clockTolerance: Double) throws(GenbaError) -> any AudioReader
}

extension AudioStream {
  /// Sound files have no clock but their samples.
  func reader(clockTolerance: Double) throws(GenbaError) -> any AudioReader { try reader() }
}

/// Reads a sound from its first sample to its last, piece by piece; the pieces joined are the whole sound, bit for
/// bit, however it is cut.
protocol AudioReader: AnyObject {
  /// In hertz.
  var sampleRate: Int { get }

  var channelCount: Int { get }

  /// When the first sample of the sound is played, in seconds.
  var beginSeconds: Double { get }

  /// How many samples of one channel are still to come, as far as the header is to be believed; `nil` if it is not.
  var expectedCount: Int? { get }

  /// What broke the sound off before its end; known once ``fill(_:_:)`` has given fewer samples than there was room for.
  var damage: GenbaError? { get }

  /// The stretches of silence so far that a clock has put where nothing was recorded, in seconds.
  var gaps: [Range<Double>] { get }

  /// Writes the next samples into `range` of each row, and says how many they are: fewer only where the sound ends or
  /// breaks off.
  ///
  /// - Throws: `.limitExceeded`; nothing more can be read then. Damage is not thrown.
  @unsafe
  func fill(_ rows: SampleRows, _ range: Range<Int>) throws(GenbaError) -> Int

  /// Passes over that many samples, or over as many as there are.
  func skip(_ count: Int) throws(GenbaError)
}

extension AudioReader {
  var gaps: [Range<Double>] { [] }

  /// The next samples, float32 [channels, `count`]; fewer only where the sound ends or breaks off, and none behind that.
  ///
  /// Memory is asked for as the header promises samples, if it can be believed, and otherwise as they come.
  func read(_ count: Int) throws(GenbaError) -> Tensor<Float> {
    var parts: [Tensor<Float>] = []
    var left = count
    var size = expectedCount ?? Self.firstPart
    while true {
      let asked = min(left, size)
      let part = try readPart(asked)
      parts.append(part)
      left -= part.shape[1]
      guard left > 0, part.shape[1] == asked else { break }
      // Behind the end that the header promises, there is nothing as a rule.
      size = parts.count == 1 ? Self.firstPart : min(2 * size, Self.largestPart / max(channelCount, 1))
    }
    return Tensor(joining: parts.filter { $0.shape[1] > 0 }, channels: channelCount)
  }

  /// At most `count` samples, in memory for as many.
  private func readPart(_ count: Int) throws(GenbaError) -> Tensor<Float> {
    var received = 0
    let roomy = try Tensor<Float>(shape: [channelCount, count]) { output throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { room, written throws(GenbaError) in
        if let rows = unsafe SampleRows(room, channels: channelCount) {
          received = try unsafe fill(rows, 0..<count)
        }
        // What was not written is cut off below.
        written = room.count
      }
    }
    return roomy.prefix(samples: received)
  }

  private static var firstPart: Int { 1 << 14 }
  private static var largestPart: Int { 1 << 24 }
}
