public import GenbaCore

/// Writes depth pictures: the numbers as they are, complete or not at all.
///
/// uint16 goes into PNG, PGM or TIFF, float32 into PFM, TIFF or OpenEXR (one channel `Y`, uncompressed).
///
/// ```swift
/// try DepthEncoder.write(depth.image(scale: .millimetres), to: "depth.png")
/// ```
public enum DepthEncoder {
  /// Writes a file; the name's ending chooses the format: .png, .pgm, .tif, .tiff, .pfm, .exr.
  ///
  /// - Throws: `.unsupportedFormat` for another ending, or for numbers that the format does not hold; `.ioFailed`.
  public static func write(_ image: DepthImage, to path: String) throws(GenbaError) {
    let bytes: [UInt8]
    do throws(GenbaError) { bytes = try encode(image, ending: path) } catch { throw error.at(path: path) }
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  /// Whether ``write(_:to:)`` knows the name's ending.
  public static func canWrite(_ path: String) -> Bool {
    let path = path.lowercased()
    return [".png", ".pgm", ".tif", ".tiff", ".pfm", ".exr"].contains { path.hasSuffix($0) }
  }

  private static func encode(_ image: DepthImage, ending path: String) throws(GenbaError) -> [UInt8] {
    let ending = path.lowercased().split(separator: ".").last.map(String.init) ?? ""
    switch (ending, image) {
    case ("png", .uint16(let units)):
      return try PNGEncoder.encode(
        Image(pixels: .uint16(units.reshaped(to: units.shape + [1])), colorModel: .gray))
    case ("pgm", .uint16(let units)): return pgm(units)
    case ("tif", _), ("tiff", _): return FloatTIFF.encode(image)
    case ("pfm", .float32(let values)): return PFM.encode(values)
    case ("exr", .float32(let values)): return EXR.encode(values)
    case ("png", _), ("pgm", _), ("pfm", _), ("exr", _):
      throw GenbaError(
        .unsupportedFormat, ".\(ending) holds no \(image.tensor.dtype.name); choose another scale, or .tiff for either")
    default:
      throw GenbaError(
        .unsupportedFormat, "the name must end in .png, .pgm, .tiff, .pfm or .exr to choose a form of depth picture")
    }
  }

  /// Netpbm's gray picture: a header in words, then numbers with the high byte first.
  private static func pgm(_ units: Tensor<UInt16>) -> [UInt8] {
    var bytes = Array("P5\n\(units.shape[1]) \(units.shape[0])\n65535\n".utf8)
    let source = units.span
    bytes.reserveCapacity(bytes.count + 2 * source.count)
    for index in 0..<source.count {
      bytes.append(UInt8(source[index] >> 8))
      bytes.append(UInt8(truncatingIfNeeded: source[index]))
    }
    return bytes
  }
}
