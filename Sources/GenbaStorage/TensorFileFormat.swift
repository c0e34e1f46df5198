public import GenbaCore

/// The formats of files that hold tensors.
public enum TensorFileFormat: String, Sendable, Hashable, CaseIterable {
  case safetensors
  case npy
  case npz

  /// The format that a path's ending names, in either case; `nil` for another ending.
  public init?(ending path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    self.init(rawValue: name[name.index(after: dot)...].lowercased())
  }

  /// The format of a file, from its first bytes; `nil` if they are those of no tensor file.
  ///
  /// - Throws: `.cannotOpen` or `.truncated` if there is nothing to read.
  public static func detect(contentsOf path: String) throws(GenbaError) -> TensorFileFormat? {
    guard try FileReading.check(path) != nil else { return nil }
    do throws(GenbaError) {
      return detect(try ByteSource(path: path, limit: .max))
    } catch {
      throw error.at(path: path)
    }
  }

  static func detect(_ source: ByteSource) -> TensorFileFormat? {
    guard let start = try? source.bytes(at: 0, count: min(10, source.count)) else { return nil }
    if start.starts(with: NPY.magic) { return .npy }
    if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) { return .npz }
    // A length below 100 MB, and the brace that opens a JSON object.
    if start.count == 10, start[8] == UInt8(ascii: "{"), start[4...7].allSatisfy({ $0 == 0 }) { return .safetensors }
    return nil
  }
}
