internal import GenbaCore

/// What is found out at the end of a stream whose format has a length or a checksum in each page or frame: whether all
/// of them were whole. The decoding libraries pass over those that are not.
struct StreamEnd {
  /// What is wrong, and how many bytes stand whole before it.
  typealias Damage = (error: GenbaError, wholeByteCount: Int)

  /// What is decoded: all of the file, or what stands before the damage.
  let source: MediaSource
  /// The damage that the source was cut off at.
  private let knownDamage: GenbaError?
  private let firstDamage: (MediaSource) throws(GenbaError) -> Damage?

  /// A source whose damage, if there is any, is met at the end.
  ///
  /// - Parameters:
  ///   - cutsDamage: Whether the source ends before the first damage, so that nothing behind it moves forward in time.
  ///   - firstDamage: Goes through the whole source.
  /// - Throws: The damage, if nothing stands before it.
  init(
    _ source: MediaSource, cutsDamage: Bool, _ firstDamage: @escaping (MediaSource) throws(GenbaError) -> Damage?
  ) throws(GenbaError) {
    self.firstDamage = firstDamage
    guard cutsDamage, let (error, count) = try firstDamage(source) else {
      self.source = source
      knownDamage = nil
      return
    }
    guard count > 0 else { throw error }
    self.source =
      count == (try source.byteCount()) ? source : .memory(try source.bytes(at: 0, count: count), name: source.name)
    knownDamage = error
  }

  /// The same with what there is to look for in files of that kind; in most there is nothing.
  init(_ source: MediaSource, of signature: FileSignature, cutsDamage: Bool) throws(GenbaError) {
    switch signature {
    case .sound("mp3"), .sound("aac"):
      try self.init(source, cutsDamage: cutsDamage, MPEGFrames.firstDamage)
    case .sound("vorbis"), .sound("opus"), .sound("ogg flac"), .recording("ogg"):
      try self.init(source, cutsDamage: cutsDamage, OggPages.firstDamage)
    default:
      try self.init(source, cutsDamage: cutsDamage) { (_) throws(GenbaError) in nil }
    }
  }

  /// Throws the damage, with the time at which the sound has ended.
  func check(endSeconds: Double?) throws(GenbaError) {
    if let knownDamage { throw knownDamage.at(ptsSeconds: endSeconds) }
    if let (error, _) = try firstDamage(source) { throw error.at(ptsSeconds: endSeconds) }
  }

  /// What a decoder's complaint comes from, where the format tells more of it than the decoder.
  func cause(of complaint: GenbaError, endSeconds: Double?) -> GenbaError {
    do throws(GenbaError) {
      try check(endSeconds: endSeconds)
      return complaint
    } catch {
      return error
    }
  }
}
