internal import GenbaCore
internal import GenbaStorage

/// In what two samples differ, in words.
enum SampleDifference {
  /// Of two tensors: their types and shapes, or how many values differ, by how much at most and where; `nil` if none does.
  ///
  /// NaN is the same as NaN here, and further from every number than numbers are from each other.
  static func words(_ old: AnyTensor, _ new: AnyTensor) -> String? {
    guard old.dtype == new.dtype, old.shape == new.shape else { return "\(old) and \(new)" }
    func compare<Element: TensorElement>(_ type: Element.Type) -> (count: Int, words: String) {
      guard let old = old.as(type), let new = new.as(type) else { return (0, "") }
      let (left, right) = (old.span, new.span)
      var (largest, place, count) = (-1.0, 0, 0)
      for index in 0..<left.count where left[index] != right[index] {
        let (first, second) = (left[index].doubleValue, right[index].doubleValue)
        if first.isNaN, second.isNaN { continue }
        count += 1
        let difference = abs(first - second)
        let distance = difference.isNaN ? .infinity : difference
        if distance > largest { (largest, place) = (distance, index) }
      }
      guard count > 0 else { return (0, "") }
      let size = largest.isFinite ? "by \(largest) at most, at" : "most at"
      return (count, "\(size) \(position(place, in: old.shape)): \(value(left[place])) and \(value(right[place]))")
    }
    let found = compare(old.dtype.elementType)
    return found.count == 0 ? nil : "\(found.count) of \(old.count) values differ, \(found.words)"
  }

  private static func value(_ element: some TensorElement) -> String {
    switch type(of: element).dtype {
    case .float64: "\(element.doubleValue)"
    case .float32, .float16, .bfloat16: "\(Float(element.doubleValue))"
    default: "\(element)"
    }
  }

  private static func position(_ place: Int, in shape: [Int]) -> String {
    var (rest, indices) = (place, [Int]())
    for length in shape.reversed() {
      indices.append(rest % length)
      rest /= length
    }
    return "\(Array(indices.reversed()))"
  }

  /// Of two samples' parts beside their tensors: the first of them that differs, and in what.
  static func part(_ old: [SamplePart], _ new: [SamplePart]) -> (name: String, what: String)? {
    for part in old {
      guard let other = new.first(where: { $0.name == part.name }) else { return (part.name, "only in the first") }
      guard part.bytes != other.bytes else { continue }
      guard let left = try? JSON.parse(part.bytes), let right = try? JSON.parse(other.bytes) else {
        let place = zip(part.bytes, other.bytes).prefix { $0 == $1 }.underestimatedCount
        return (part.name, "\(part.bytes.count) and \(other.bytes.count) bytes, which differ from byte \(place) on")
      }
      return (part.name, fields(left, right))
    }
    if let part = new.first(where: { part in !old.contains { $0.name == part.name } }) {
      return (part.name, "only in the second")
    }
    return nil
  }

  /// The first fields that two JSON texts differ in, and how many more there are.
  private static func fields(_ old: JSON, _ new: JSON) -> String {
    var found: [String] = []
    func compare(_ old: JSON?, _ new: JSON?, _ path: String) {
      if old == new { return }
      if case .object(let left)? = old, case .object(let right)? = new {
        let added = right.filter { member in !left.contains { $0.key == member.key } }
        for member in left + added { compare(old?[member.key], new?[member.key], path + "." + member.key) }
      } else {
        found.append("\(path.dropFirst()) is \(short(old)) and \(short(new))")
      }
    }
    compare(old, new, "")
    if found.isEmpty { return "the fields are written in another order" }
    let more = found.count > 3 ? ", and \(found.count - 3) more fields differ" : ""
    return found.prefix(3).joined(separator: ", ") + more
  }

  private static func short(_ value: JSON?) -> String {
    guard let text = value?.text else { return "not there" }
    return text.count > 80 ? text.prefix(80) + "…" : text
  }
}

/// A part of a sample beside its tensors.
struct SamplePart: Equatable {
  /// What follows the key in the file's name: `json`, `wav`; `metadata` of a safetensors file.
  var name: String
  var bytes: [UInt8]
}

extension ConversionOutput {
  /// The parts of a sample beside its tensors.
  func parts(of row: SampleRow) throws(GenbaError) -> [SamplePart] {
    guard let shard = row.shard else { return [] }
    let file = "\(folder.path)/\(shard)"
    switch plan.recipe.format {
    case .safetensorsShards: return []
    case .npy: return [SamplePart(name: "sample.json", bytes: try FileRange.read("\(file)/sample.json", from: 0))]
    case .safetensors: return try metadata(ofHeader: FileRange.read(file, from: 0))
    case .webdataset:
      let bytes = try FileRange.read(file, from: row.offset, count: row.bytes)
      var parts: [SamplePart] = []
      var offset = 0
      while offset + TarMember.blockSize <= bytes.count,
        let member = try TarMember(header: Array(bytes[offset..<offset + TarMember.blockSize]))
      {
        let start = offset + TarMember.blockSize
        let content = Array(bytes[start..<min(start + member.byteCount, bytes.count)])
        let name = member.name.dropping(utf8: row.key.utf8.count + 1)
        let isTensor = name.hasSuffix(".npy") && row.places.contains { "\($0.name).npy" == name }
        if name == "safetensors", plan.recipe.members == .safetensors {
          parts += try metadata(ofHeader: content)
        } else if !isTensor {
          parts.append(SamplePart(name: name, bytes: content))
        }
        offset = start + member.byteCount + member.paddingCount
      }
      return parts
    }
  }

  private func metadata(ofHeader bytes: [UInt8]) throws(GenbaError) -> [SamplePart] {
    guard bytes.count >= 8 else { return [] }
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - 8 else { return [] }
    let header = try JSON.parse(Array(bytes[8..<8 + length]))
    return header["__metadata__"].map { [SamplePart(name: "metadata", bytes: Array($0.text.utf8))] } ?? []
  }
}
