internal import GenbaCore

/// Reads a sound file by libsndfile, piece by piece.
final class SndfileAudioReader: AudioReader {
  let beginSeconds = 0.0
  private(set) var damage: GenbaError?

  private let stream: SndfileAudioStream
  private var file: SndfileFile
  /// Samples of one channel that have been read or passed over.
  private var position = 0
  private var hasEnded = false
  /// Interleaved samples on their way into rows; of the one kind or the other.
  private var integers: [Int16]
  private var floats: [Float]

  /// Samples of all channels that one call of libsndfile gives: as many as stay in a processor's cache.
  private static let blockSize = 1 << 16

  init(_ stream: SndfileAudioStream) throws(GenbaError) {
    self.stream = stream
    file = try stream.fileAtBeginning()
    let metadata = stream.metadata
    let frames = max(Self.blockSize / metadata.channelCount, 1)
    // Sixteen bits are moved as such: libsndfile's own conversion is a scalar loop.
    let isSixteenBit = metadata.bitDepth == 16 && (metadata.codec.hasPrefix("pcm_s16") || metadata.codec == "flac")
    let blockSize = min(frames, max(metadata.sampleCountFromHeader ?? frames, 1)) * metadata.channelCount
    integers = isSixteenBit ? [Int16](repeating: 0, count: blockSize) : []
    floats = isSixteenBit ? [] : [Float](repeating: 0, count: blockSize)
  }

  var sampleRate: Int { stream.metadata.sampleRate }
  var channelCount: Int { stream.metadata.channelCount }

  var expectedCount: Int? {
    guard let left = stream.metadata.sampleCountFromHeader.map({ $0 - position }), left > 0,
      left <= stream.believableSampleCount
    else { return nil }
    return left
  }

  @unsafe
  func fill(_ rows: SampleRows, _ range: Range<Int>) throws(GenbaError) -> Int {
    var place = range.lowerBound
    while place < range.upperBound {
      let received = try nextBlock(atMost: range.upperBound - place)
      guard received > 0 else { break }
      unsafe integers.withUnsafeBufferPointer { block in
        guard let block = block.baseAddress, !integers.isEmpty else { return }
        unsafe rows.write(interleaved: block, count: received, at: place)
      }
      unsafe floats.withUnsafeBufferPointer { block in
        guard let block = block.baseAddress, !floats.isEmpty else { return }
        unsafe rows.write(interleaved: block, count: received, at: place)
      }
      place += received
    }
    return place - range.lowerBound
  }

  func skip(_ count: Int) throws(GenbaError) {
    var left = count
    if let target = exactTarget(after: left) {
      if file.seek(target) {
        position = target
        return
      }
      // A jump into damage leaves the reader anywhere: read up to there from the beginning.
      file = try stream.fileAtBeginning()
      position = 0
      left = target
    }
    while left > 0, case let received = try nextBlock(atMost: left), received > 0 { left -= received }
  }

  /// Where a jump over `count` samples leads, if the codec can jump exactly: each sample, or each frame of FLAC, must
  /// stand for itself. After a jump in an MP3 the last bits differ, and other lossy codecs promise nothing.
  private func exactTarget(after count: Int) -> Int? {
    let codec = stream.metadata.codec
    let (target, overflow) = position.addingReportingOverflow(count)
    guard count > 0, !overflow, codec.hasPrefix("pcm_") || codec == "flac",
      let end = stream.metadata.sampleCountFromHeader, target < end
    else { return nil }
    return target
  }

  /// Reads interleaved samples into the block, and says how many of each channel came; 0 at the end.
  private func nextBlock(atMost count: Int) throws(GenbaError) -> Int {
    guard !hasEnded else { return 0 }
    let received =
      integers.isEmpty ? file.read(into: &floats, atMost: count) : file.read(into: &integers, atMost: count)
    position += received
    guard received > 0 else {
      hasEnded = true
      do { try stream.checkEnd(of: file, received: position) } catch { damage = error }
      return 0
    }
    // A sound that is over the limits ends here, too.
    hasEnded = true
    try stream.metadata.check(stream.limits, sampleCount: position)
    hasEnded = false
    return received
  }
}
