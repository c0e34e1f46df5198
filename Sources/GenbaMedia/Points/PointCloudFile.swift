public import GenbaCore

/// Point clouds as files: PLY (Stanford) and PCD (Point Cloud Library), as text or binary.
///
/// Written are float32 `x y z`, and if there are any, normals (`nx ny nz`; PCD: `normal_x normal_y normal_z`) and 8-bit
/// colours (`red green blue`; PCD: `rgb`, packed). Binary files are little-endian. Read are these, in any numeric type,
/// among any other properties, in either byte order; PCD also in `binary_compressed`.
///
/// ```swift
/// try PointCloudFile.write(points.pointCloud(), to: "weld.ply")
/// let cloud = try PointCloudFile.read("weld.ply")
/// try PointCloudFile.metadata("weld.ply").fields.map(\.name)  // ["x", "y", "z"]
/// ```
public enum PointCloudFile {
  /// The formats. A name's ending chooses one.
  public enum Format: String, Sendable, Hashable, Codable, CaseIterable {
    case ply
    case pcd
  }

  /// How the numbers stand in the file.
  public enum Encoding: Sendable, CaseIterable {
    case ascii
    /// Little-endian.
    case binary
  }

  /// Writes a cloud, complete or not at all; the name's ending, .ply or .pcd, chooses the format.
  ///
  /// - Throws: `.unsupportedFormat` for another ending, `.ioFailed`.
  public static func write(_ cloud: PointCloud, to path: String, encoding: Encoding = .binary) throws(GenbaError) {
    guard let format = format(of: path) else {
      throw GenbaError(
        .unsupportedFormat, "the name must end in .ply or .pcd to choose a form", source: .init(path: path))
    }
    var file = try AtomicFile(path: path)
    let records = PointRecords(cloud)
    try file.write(Array(records.header(format, encoding).utf8))
    switch encoding {
    case .ascii: try records.forEachChunkOfText(format) { (text) throws(GenbaError) in try file.write(text) }
    case .binary:
      if let points = records.pointsAlone {
        try file.write(points.bytes)
      } else {
        try file.write(records.packed(format))
      }
    }
    try file.commit()
  }

  /// The format that a name's ending stands for.
  public static func format(of path: String) -> Format? {
    let path = path.lowercased()
    return Format.allCases.first { path.hasSuffix(".\($0.rawValue)") }
  }

  /// Reads a cloud; the content tells the format. Points with a coordinate that is not finite are left out, as they
  /// stand for pixels without one in organised clouds.
  ///
  /// - Parameter limits: `fileBytes` bounds the file.
  /// - Throws: `.cannotOpen`; `.unsupportedFormat` for what is no cloud, or lacks `x`, `y` or `z`; `.corruptData`;
  ///   `.truncated` for a file with fewer points than its header says; `.limitExceeded`.
  public static func read(_ path: String, limits: DecodeLimits = DecodeLimits()) throws(GenbaError) -> PointCloud {
    let bytes = try FileReading.bytes(of: path, limit: limits.fileBytes)
    do throws(GenbaError) { return try reader(bytes).cloud() } catch { throw error.at(path: path) }
  }

  /// What a cloud's header says. Of the file no more than its first megabyte is read.
  ///
  /// - Throws: As ``read(_:limits:)``, of what stands in the header.
  public static func metadata(
    _ path: String, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> PointCloudMetadata {
    let source = try MediaSource.file(path).rereadable(limits: limits)
    let bytes = try source.bytes(at: 0, count: PLYReader.headerLimit)
    do throws(GenbaError) { return try reader(bytes).metadata } catch { throw error.at(path: path) }
  }

  /// The format of a file, from its first bytes; `nil` if they are those of no point cloud.
  ///
  /// - Throws: `.cannotOpen` or `.truncated` if there is nothing to read.
  public static func detect(contentsOf path: String) throws(GenbaError) -> Format? {
    // A pipe's first bytes would be lost to who reads it next.
    guard try FileReading.check(path) != nil else { return nil }
    return detect(try MediaSource.file(path).bytes(at: 0, count: FileSignature.length))
  }

  /// The format of what begins so.
  static func detect(_ head: [UInt8]) -> Format? {
    if head.starts(with: "ply\n".utf8) || head.starts(with: "ply\r".utf8) { return .ply }
    if head.starts(with: "# .PCD".utf8) { return .pcd }
    var offset = 0
    while let line = head.line(at: &offset) {
      if line.isEmpty || line.hasPrefix("#") { continue }
      return line.hasPrefix("VERSION .") || line.hasPrefix("VERSION 0.") || line.hasPrefix("FIELDS x ") ? .pcd : nil
    }
    return nil
  }

  private static func reader(_ bytes: [UInt8]) throws(GenbaError) -> any PointCloudReader {
    if bytes.starts(with: "ply".utf8) { return try PLYReader(bytes) }
    if let reader = try PCDReader(bytes) { return reader }
    throw GenbaError(.unsupportedFormat, "this is no point cloud: it begins neither as PLY nor as PCD")
  }
}

/// A file whose header has been read.
protocol PointCloudReader {
  var metadata: PointCloudMetadata { get }

  /// All points.
  func cloud() throws(GenbaError) -> PointCloud
}
