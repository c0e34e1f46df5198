internal import GenbaCore

/// Reads a few bytes here and there of a source: those that lie close together are read at once.
///
/// A file is opened for each piece, which takes a server a while where the file is not on this machine.
struct SourcePieces {
  let source: MediaSource
  private var place = 0
  private var piece: [UInt8] = []

  private static let pieceSize = 4096

  init(_ source: MediaSource) { self.source = source }

  /// The bytes from `offset` on, at most `count`, of a source that is rereadable. Where it ends, so do they.
  mutating func bytes(at offset: Int, count: Int) throws(GenbaError) -> [UInt8] {
    // Without a sum, since a broken file's offset may be any number.
    if offset < place || offset - place > piece.count - count {
      piece = try source.bytes(at: offset, count: max(count, Self.pieceSize))
      place = offset
    }
    return Array(piece.dropFirst(offset - place).prefix(count))
  }
}
