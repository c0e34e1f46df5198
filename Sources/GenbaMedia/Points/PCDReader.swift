internal import GenbaCore

/// Reads PCD, the Point Cloud Library's format, version 0.7 and its forerunners.
struct PCDReader: PointCloudReader {
  private let bytes: [UInt8]
  private var fields: [PointField] = []
  private var stride = 0
  private var words = 0
  private var count = 0
  /// Rows and columns of points that stand as pixels do.
  private var organized: (height: Int, width: Int)?
  private var encoding = ""
  private var dataStart = 0

  /// `nil` for what does not begin as PCD does.
  init?(_ bytes: [UInt8]) throws(GenbaError) {
    self.bytes = bytes
    var offset = 0
    var lines: [String: [String]] = [:]
    while encoding.isEmpty {
      guard offset < 1 << 16, let line = bytes.line(at: &offset) else {
        if lines["FIELDS"] == nil { return nil }
        throw GenbaError(.truncated, "the PCD header has no DATA")
      }
      let words = line.split(separator: " ").map(String.init)
      guard let key = words.first, !key.hasPrefix("#") else { continue }
      guard Self.keys.contains(key) else {
        if lines.isEmpty { return nil }
        throw GenbaError(.corruptData, "a PCD header with the line '\(line.prefix(60))'")
      }
      lines[key] = Array(words.dropFirst())
      if key == "DATA" { encoding = words.count == 2 ? words[1] : "?" }
    }
    dataStart = offset
    try readFields(lines)
  }

  private static let keys: Set<String> = [
    "VERSION", "FIELDS", "SIZE", "TYPE", "COUNT", "WIDTH", "HEIGHT", "VIEWPOINT", "POINTS", "DATA",
  ]

  private mutating func readFields(_ lines: [String: [String]]) throws(GenbaError) {
    let names = lines["FIELDS"] ?? []
    let sizes = (lines["SIZE"] ?? []).compactMap { Int($0) }
    let types = lines["TYPE"] ?? []
    let counts = lines["COUNT"]?.compactMap { Int($0) } ?? names.map { _ in 1 }
    guard !names.isEmpty, sizes.count == names.count, types.count == names.count, counts.count == names.count,
      sizes.allSatisfy({ [1, 2, 4, 8].contains($0) }), counts.allSatisfy({ (0...4096).contains($0) }),
      types.allSatisfy({ ["F", "I", "U"].contains($0) })
    else { throw GenbaError(.corruptData, "FIELDS, SIZE, TYPE and COUNT of the PCD header do not fit each other") }
    for index in names.indices {
      let kind: PointField.Kind = types[index] == "F" ? .float : types[index] == "I" ? .signed : .unsigned
      guard kind != .float || sizes[index] >= 4 else {
        throw GenbaError(.unsupportedFormat, "floats of \(sizes[index]) bytes")
      }
      fields.append(
        PointField(
          name: names[index], kind: kind, byteCount: sizes[index], count: counts[index], offset: stride,
          word: words))
      stride += sizes[index] * counts[index]
      words += counts[index]
    }
    let size = ["WIDTH", "HEIGHT"].map { key in lines[key]?.first.flatMap { Int($0) } }
    let claimed = lines["POINTS"]?.first.flatMap { Int($0) }
    let product = size[0].flatMap { width in size[1].map { width.multipliedReportingOverflow(by: $0) } }
    guard let count = claimed ?? product.flatMap({ $0.overflow ? nil : $0.partialValue }), count >= 0,
      !stride.multipliedReportingOverflow(by: count).overflow
    else { throw GenbaError(.corruptData, "the PCD header does not say how many POINTS there are") }
    self.count = count
    if let width = size[0], let height = size[1], height > 1, product?.partialValue == count {
      organized = (height, width)
    }
  }

  var metadata: PointCloudMetadata {
    PointCloudMetadata(
      format: .pcd, encoding: encoding, pointCount: count, fields: fields.map(\.metadata), height: organized?.height,
      width: organized?.width)
  }

  func cloud() throws(GenbaError) -> PointCloud {
    switch encoding {
    case "ascii": return try text()
    case "binary": return try binary()
    case "binary_compressed": return try compressed()
    default: throw GenbaError(.unsupportedFormat, "PCD data of the kind '\(encoding)'")
    }
  }

  private func text() throws(GenbaError) -> PointCloud {
    var gatherer = try PointGatherer(fields)
    var offset = dataStart
    for index in 0..<count {
      guard let line = bytes.line(at: &offset) else { throw truncated(index) }
      let texts = line.split(separator: " ")
      let values = texts.compactMap { Double($0) }
      guard values.count == words, texts.count == words else {
        throw GenbaError(.corruptData, "point \(index) is '\(line.prefix(60))', and not \(words) numbers")
      }
      gatherer.append(
        value: { values[$0.word] },
        bits: { field in
          field.kind == .float
            ? Float(values[field.word]).bitPattern : UInt32(exactly: values[field.word].rounded()) ?? 0
        })
    }
    return gatherer.cloud
  }

  private func binary() throws(GenbaError) -> PointCloud {
    guard count * stride <= bytes.count - dataStart else {
      throw truncated(stride == 0 ? 0 : (bytes.count - dataStart) / stride)
    }
    return try gather(bytes) { index, field in dataStart + index * stride + field.offset }
  }

  /// Liblzf's compression, then the fields one after the other.
  private func compressed() throws(GenbaError) -> PointCloud {
    guard dataStart + 8 <= bytes.count else { throw truncated(0) }
    let packed = Int(bytes.bits(at: dataStart, byteCount: 4, isBigEndian: false))
    let size = Int(bytes.bits(at: dataStart + 4, byteCount: 4, isBigEndian: false))
    guard packed <= bytes.count - dataStart - 8 else { throw truncated(0) }
    guard size == count * stride else {
      throw GenbaError(.corruptData, "the PCD data unpack to \(size) bytes, and \(count) points take \(count * stride)")
    }
    let unpacked = try LZF.decompress(bytes[(dataStart + 8)..<(dataStart + 8 + packed)], size: size)
    return try gather(unpacked) { index, field in
      // Of a field with several numbers the first is taken.
      count * field.offset + index * fieldStride(field)
    }
  }

  private func fieldStride(_ field: PointField) -> Int {
    let next = fields.first { $0.offset > field.offset }?.offset ?? stride
    return next - field.offset
  }

  private func gather(
    _ source: [UInt8], _ place: (Int, PointField) -> Int
  ) throws(GenbaError) -> PointCloud {
    var gatherer = try PointGatherer(fields)
    gatherer.reserve(count)
    for index in 0..<count {
      func bits(_ field: PointField) -> UInt64 {
        source.bits(at: place(index, field), byteCount: field.byteCount, isBigEndian: false)
      }
      gatherer.append(value: { $0.value(bits: bits($0)) }, bits: { UInt32(truncatingIfNeeded: bits($0)) })
    }
    return gatherer.cloud
  }

  private func truncated(_ index: Int) -> GenbaError {
    GenbaError(.truncated, "the header says \(count) points, and the file ends after \(index)")
  }
}

/// Marc Lehmann's LZF, as PCD's compressed files use it: a literal run of 1 to 32 bytes, or a copy of 3 and more bytes
/// from up to 8192 bytes back.
enum LZF {
  static func decompress(_ packed: ArraySlice<UInt8>, size: Int) throws(GenbaError) -> [UInt8] {
    // A copy of three bytes makes at most 264: what claims more is damaged, and its memory is not asked for.
    guard size <= packed.count * 264 else { throw damaged }
    var output: [UInt8] = []
    output.reserveCapacity(size)
    var place = packed.startIndex
    func next() throws(GenbaError) -> Int {
      guard place < packed.endIndex else { throw damaged }
      defer { place += 1 }
      return Int(packed[place])
    }
    while place < packed.endIndex {
      let control = try next()
      if control < 32 {
        guard packed.endIndex - place > control, output.count + control < size else { throw damaged }
        output += packed[place...(place + control)]
        place += control + 1
      } else {
        var length = control >> 5
        if length == 7 { length += try next() }
        let from = output.count - ((control & 31) << 8) - (try next()) - 1
        guard from >= 0, output.count + length + 2 <= size else { throw damaged }
        for index in from..<(from + length + 2) { output.append(output[index]) }
      }
    }
    guard output.count == size else { throw damaged }
    return output
  }

  private static var damaged: GenbaError { GenbaError(.corruptData, "the compressed points are damaged") }
}
