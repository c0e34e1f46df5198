public import GenbaCore
internal import GenbaKernels

/// The pixels of a Bayer sensor as a line camera or a MIPI sensor delivers them: bytes without a header of their own.
///
/// ```swift
/// let format = BayerFormat(width: 2448, height: 2048, pattern: .rggb, bitDepth: 12, packing: .genICam)
/// let image = try format.image(of: bytes)  // uint16 [2048, 2448, 3]
/// ```
public struct BayerFormat: Sendable, Hashable, Codable {
  /// Which colour each sample of the sensor's squares of two by two saw, row by row.
  public enum Pattern: String, Sendable, Hashable, Codable, CaseIterable {
    case rggb, bggr, grbg, gbrg
  }

  /// How samples stand in bytes.
  public enum Packing: String, Sendable, Hashable, Codable, CaseIterable {
    /// A byte a sample at 8 bits; at more, two bytes, the low one first, with the value in the low bits: GenICam's
    /// `BayerRG10`, `BayerRG12`, `BayerRG16`.
    case unpacked
    /// MIPI CSI-2's RAW10 and RAW12: the high 8 bits of four (two) samples, then a byte with their low bits, the first
    /// sample's lowest.
    case mipi
    /// GenICam's `BayerRG10p` and `BayerRG12p` (PFNC): samples follow each other bit by bit, low bits first.
    case genICam
  }

  /// How the two colours that a pixel lacks are made of its neighbours.
  public enum Demosaicing: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mean of the nearest: OpenCV 5.0's `COLOR_BayerRGGB2RGB` and its kin, bit for bit.
    case bilinear
    /// The same, with green taken along the direction in which it changes less: `COLOR_BayerRGGB2RGB_EA` and its kin,
    /// bit for bit.
    case edgeAware
  }

  /// Samples in a row, at least 3.
  public var width: Int
  /// Rows, at least 3.
  public var height: Int
  /// The sensor's colours.
  public var pattern: Pattern
  /// Bits of a sample: 8, 10, 12 or 16.
  public var bitDepth: Int
  /// How samples stand in bytes; 8 and 16 bits are always ``Packing/unpacked``.
  public var packing: Packing
  /// Bytes from one row to the next; `nil` for rows without a gap, each of which begins with a byte of its own.
  public var rowBytes: Int?
  /// Bytes in front of the first row.
  public var offset: Int

  /// A format; nothing is checked before it is used.
  public init(
    width: Int, height: Int, pattern: Pattern, bitDepth: Int = 8, packing: Packing = .unpacked, rowBytes: Int? = nil,
    offset: Int = 0
  ) {
    self.width = width
    self.height = height
    self.pattern = pattern
    self.bitDepth = bitDepth
    self.packing = packing
    self.rowBytes = rowBytes
    self.offset = offset
  }

  /// The picture in colour: uint8 RGB of 8 bits, and uint16 of more, where 10 and 12 bits are widened to 16 by their
  /// own highest bits, so that the brightest value is 65535 and a shift to the right gives the sample back.
  ///
  /// The outermost pixels have the colours of their neighbours, as in OpenCV.
  ///
  /// - Throws: `.invalidConfiguration` for a format that there is not; `.limitExceeded`; `.truncated` for too few bytes;
  ///   `.corruptData` for a sample above its depth.
  public func image(
    of bytes: [UInt8], demosaicing: Demosaicing = .bilinear, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Image {
    let isEdgeAware = demosaicing == .edgeAware
    let shape = [height, width, 3]
    let colors = Demosaic.Pattern(rawValue: pattern.rawValue) ?? .rggb
    if bitDepth == 8 {
      let stride = try checkedRowBytes(byteCount: bytes.count, limits: limits)
      return Image(
        rgb: Tensor(shape: shape) { output in
          Demosaic.run(
            bytes.span.extracting(offset...), height: height, width: width, stride: stride, pattern: colors,
            edgeAware: isEdgeAware, into: &output)
        })
    }
    guard let samples = try samples(of: bytes, limits: limits).as(UInt16.self) else {
      preconditionFailure("samples of more than 8 bits are uint16")
    }
    var pixels = Tensor<UInt16>(shape: shape) { output in
      Demosaic.run(samples.span, height: height, width: width, pattern: colors, edgeAware: isEdgeAware, into: &output)
    }
    if bitDepth < 16 {
      var span = pixels.mutableSpan
      let (up, down) = (UInt16(16 - bitDepth), UInt16(2 * bitDepth - 16))
      for index in 0..<span.count { span[index] = span[index] << up | span[index] >> down }
    }
    return Image(pixels: .uint16(pixels), colorModel: .rgb)
  }

  /// The sensor's own samples, [height, width]: uint8 of 8 bits, uint16 of more, where they keep their range.
  ///
  /// - Throws: As ``image(of:demosaicing:limits:)``.
  public func samples(of bytes: [UInt8], limits: DecodeLimits = DecodeLimits()) throws(GenbaError) -> AnyTensor {
    let rowBytes = try checkedRowBytes(byteCount: bytes.count, limits: limits)
    if bitDepth == 8 {
      return AnyTensor(
        Tensor<UInt8>(shape: [height, width]) { output in
          for row in 0..<height {
            let start = offset + row * rowBytes
            for index in start..<start + width { output.append(bytes[index]) }
          }
        })
    }
    let largest = UInt16(truncatingIfNeeded: 1 << bitDepth - 1)
    let source = bytes.span
    var highest: UInt16 = 0
    let samples = Tensor<UInt16>(shape: [height, width]) { output in
      for row in 0..<height {
        let start = offset + row * rowBytes
        for column in 0..<width {
          let sample = sample(column, of: source.extracting(start..<start + packedRowBytes))
          highest = max(highest, sample)
          output.append(sample)
        }
      }
    }
    guard highest <= largest else {
      throw GenbaError(
        .corruptData,
        "a sample is \(highest), and \(bitDepth) bits hold \(largest); choose another depth or packing")
    }
    return AnyTensor(samples)
  }

  /// One sample of a row.
  @inline(__always)
  private func sample(_ column: Int, of row: Span<UInt8>) -> UInt16 {
    switch (packing, bitDepth) {
    case (.mipi, 10):
      let group = column / 4 * 5
      return UInt16(row[group + column % 4]) << 2 | (UInt16(row[group + 4]) >> UInt16(column % 4 * 2)) & 3
    case (.mipi, 12):
      let group = column / 2 * 3
      return UInt16(row[group + column % 2]) << 4 | (UInt16(row[group + 2]) >> UInt16(column % 2 * 4)) & 15
    case (.genICam, 10), (.genICam, 12):
      let (place, shift) = (column * bitDepth / 8, column * bitDepth % 8)
      return (UInt16(row[place]) | UInt16(row[place + 1]) << 8) >> UInt16(shift) & (1 << UInt16(bitDepth) - 1)
    default:
      return UInt16(row[2 * column]) | UInt16(row[2 * column + 1]) << 8
    }
  }

  /// Bytes that the samples of a row take.
  private var packedRowBytes: Int {
    switch (packing, bitDepth) {
    case (.mipi, 10): (width + 3) / 4 * 5
    case (.mipi, 12): (width + 1) / 2 * 3
    case (.genICam, 10), (.genICam, 12): (width * bitDepth + 7) / 8
    default: width * ((bitDepth + 7) / 8)
    }
  }

  private func checkedRowBytes(byteCount: Int, limits: DecodeLimits) throws(GenbaError) -> Int {
    guard [8, 10, 12, 16].contains(bitDepth), packing == .unpacked || [10, 12].contains(bitDepth) else {
      throw GenbaError(
        .invalidConfiguration,
        "samples have 8, 10, 12 or 16 bits, and only those of 10 and 12 are packed: not \(bitDepth) bits, \(packing)")
    }
    let sides = 3...1 << 28
    guard sides.contains(width), sides.contains(height), offset >= 0 else {
      throw GenbaError(
        .invalidConfiguration,
        "a Bayer picture is at least 3 pixels wide and high, or colours have no neighbours: not \(width)x\(height)")
    }
    guard width <= limits.pixels / height else {
      throw GenbaError(
        .limitExceeded,
        "the picture has \(width) x \(height) pixels and the limit is \(limits.pixels); raise DecodeLimits.pixels")
    }
    let stride = rowBytes ?? packedRowBytes
    guard stride >= packedRowBytes, stride <= 1 << 32 else {
      throw GenbaError(
        .invalidConfiguration, "a row of \(width) samples takes \(packedRowBytes) bytes, and rows are \(stride) apart")
    }
    let needed = (height - 1) * stride + packedRowBytes
    guard byteCount - offset >= needed else {
      throw GenbaError(
        .truncated,
        "a picture of \(width)x\(height) takes \(needed) bytes behind the first \(offset), and there are \(byteCount) in all; check size, depth and packing"
      )
    }
    return stride
  }
}
