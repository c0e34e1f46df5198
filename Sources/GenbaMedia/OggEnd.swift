internal import GenbaCore

/// What is found out at the end of an Ogg file: whether all its pages were whole, since the decoding libraries pass over
/// those that are not.
struct OggEnd {
  /// What was decoded: all of the file, or what stands before the damage.
  let source: MediaSource
  /// The damage that the source was cut off at.
  private let knownDamage: GenbaError?

  /// A source whose damage, if there is any, is met at the end.
  ///
  /// - Parameter cutsDamage: Whether the source ends before the first damaged page, so that nothing behind it moves
  ///   forward in time.
  /// - Throws: The damage, if nothing stands before it.
  init(_ source: MediaSource, cutsDamage: Bool) throws(GenbaError) {
    guard cutsDamage, let (error, count) = try OggPages.firstDamage(in: source) else {
      self.source = source
      knownDamage = nil
      return
    }
    guard count > 0 else { throw error }
    self.source = .memory(try source.bytes(at: 0, count: count), name: source.name)
    knownDamage = error
  }

  /// Throws the damage, with the time at which the sound has ended.
  func check(endSeconds: Double?) throws(GenbaError) {
    if let knownDamage { throw knownDamage.at(ptsSeconds: endSeconds) }
    do { try OggPages.check(source) } catch { throw error.at(ptsSeconds: endSeconds) }
  }
}
