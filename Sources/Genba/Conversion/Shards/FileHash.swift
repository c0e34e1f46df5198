internal import GenbaCore
internal import GenbaStorage

/// The hash of a file's bytes that a recipe asks for.
struct FileHash: ~Copyable {
  private let kind: ConversionRecipe.ShardHash
  private var sha256 = SHA256()
  private var xxh64 = XXH64()

  init(_ kind: ConversionRecipe.ShardHash) { self.kind = kind }

  mutating func update(_ bytes: RawSpan) {
    switch kind {
    case .sha256: sha256.update(bytes)
    case .xxh64: xxh64.update(bytes)
    }
  }

  /// In hexadecimal digits.
  consuming func finish() -> String {
    switch kind {
    case .sha256: sha256.finish()
    case .xxh64: xxh64.hexadecimal
    }
  }

  /// The hash of a file as it is.
  static func of(_ path: String, _ kind: ConversionRecipe.ShardHash) throws(GenbaError) -> String {
    var hash = FileHash(kind)
    var offset = 0
    let size = FileRange.size(of: path)
    while offset < size {
      let piece = try FileRange.read(path, from: offset, count: min(1 << 20, size - offset))
      hash.update(unsafe piece.span.bytes)
      offset += piece.count
    }
    return hash.finish()
  }
}
