public import GenbaCore

/// numpy's format for several named arrays: a zip file of .npy files.
///
/// Files are written byte for byte as `numpy.savez` writes them, not compressed. What `numpy.savez` and
/// `numpy.savez_compressed` wrote is read, each array straight into its memory, and checksums are verified. numpy's
/// files have no place for a bundle's metadata, which is left out.
///
/// ```swift
/// let bytes = try NPZ.encode(bundle)
/// let same = try NPZ.decode(bytes)
/// ```
public enum NPZ {
  /// The file's bytes.
  ///
  /// - Throws: `.unsupportedFormat` for bfloat16, which numpy has not.
  public static func encode(_ bundle: TensorBundle) throws(GenbaError) -> [UInt8] {
    var sink = MemorySink()
    try write(bundle, to: &sink)
    return sink.bytes
  }

  /// The arrays of a file, in its order, called by their members' names without `.npy`.
  ///
  /// - Throws: `.truncated`, `.corruptData` (a wrong checksum, for one), or `.unsupportedFormat` for members
  ///   that are no arrays and for element types that Genba has not.
  public static func decode(_ bytes: [UInt8]) throws(GenbaError) -> TensorBundle {
    try read(ByteSource(bytes))
  }

  static func write<Sink: ByteSink & ~Copyable>(_ bundle: TensorBundle, to sink: inout Sink) throws(GenbaError) {
    var members: [ZipMember] = []
    var offset = 0
    for (name, tensor) in bundle {
      let header: [UInt8]
      do throws(GenbaError) {
        header = try NPY.header(of: tensor)
      } catch {
        throw GenbaError(error.code, "tensor \"\(name)\": \(error.message)")
      }
      var checksum = CRC32()
      checksum.update(header)
      checksum.update(tensor.bytes)
      let member = ZipMember(
        name: Array("\(name).npy".utf8), byteCount: header.count + tensor.byteCount, checksum: checksum.value,
        offset: offset)
      guard member.name.count <= 0xFFFF else {
        throw GenbaError(.mismatchedInputs, "a name of \(member.name.count) bytes is too long for a zip file")
      }
      let localHeader = member.localHeader
      try sink.write(localHeader)
      try sink.write(header)
      try sink.write(tensor.bytes)
      offset += localHeader.count + member.byteCount
      members.append(member)
    }
    try sink.write(ZipMember.centralDirectory(of: members, at: offset))
  }

  static func read(_ source: ByteSource) throws(GenbaError) -> TensorBundle {
    var bundle = TensorBundle()
    for member in try ZipMember.all(in: source) {
      let fileName = String(decoding: member.name, as: UTF8.self)
      do throws(GenbaError) {
        guard fileName.hasSuffix(".npy") else {
          throw GenbaError(.unsupportedFormat, "this member of the zip file is not a .npy array")
        }
        let name = String(fileName.dropLast(4))
        guard bundle[name] == nil else { throw GenbaError(.corruptData, "the zip file holds this name twice") }
        bundle[name] = try array(of: member, in: source)
      } catch {
        throw GenbaError(error.code, "\(fileName): \(error.message)", cause: error.cause)
      }
    }
    return bundle
  }

  private static func array(of member: ZipMember, in source: ByteSource) throws(GenbaError) -> AnyTensor {
    let start = try member.contentStart(in: source)
    guard let deflatedCount = member.deflatedCount else {
      return try array(in: StoredStream(source, start..<start + member.byteCount), checksum: member.checksum)
    }
    let content = try InflateStream(source, start..<start + deflatedCount, count: member.byteCount)
    let tensor = try array(in: content, checksum: member.checksum)
    try content.finish()
    return tensor
  }

  private static func array(in content: some ByteStream, checksum: UInt32) throws(GenbaError) -> AnyTensor {
    var stream = ChecksummedStream(content)
    let tensor = try NPY.read(&stream)
    guard stream.checksum.value == checksum else {
      throw GenbaError(.corruptData, "the checksum differs: the file was damaged after it was written")
    }
    return tensor
  }
}
