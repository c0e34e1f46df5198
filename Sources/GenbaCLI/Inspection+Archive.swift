import Genba

extension Inspection.Record {
  /// A tar archive of samples: how many there are, what each consists of, and the range of its tensors' numbers.
  ///
  /// As webdataset has it, a sample is the files that follow each other and have the same name up to the first dot. One
  /// file at a time is in memory.
  static func archive(_ path: String) throws(GenbaError) -> Inspection.Record {
    let archive = try TarReader(contentsOf: path)
    var (members, samples, bytes) = (0, 0, 0)
    var (firstKey, lastKey): (String?, String?) = (nil, nil)
    var endings: [String: (count: Int, bytes: Int)] = [:]
    var tensors = TensorTally()
    while let entry = try archive.next() {
      let (key, ending) = parts(of: entry.member.name)
      if key != lastKey { samples += 1 }
      if firstKey == nil { firstKey = key }
      lastKey = key
      members += 1
      bytes += entry.member.byteCount
      endings[ending, default: (0, 0)].count += 1
      endings[ending, default: (0, 0)].bytes += entry.member.byteCount
      do throws(GenbaError) {
        if ending == "npy" || ending.hasSuffix(".npy") {
          tensors.add(try NPY.decode(try archive.content(of: entry)), named: String(ending.dropLast(4)))
        } else if ending == "safetensors" || ending.hasSuffix(".safetensors") {
          for (name, tensor) in try Safetensors.decode(try archive.content(of: entry)) where name != "__pad__" {
            tensors.add(tensor, named: name)
          }
        }
      } catch {
        throw GenbaError(
          error.code, "in \(entry.member.name): \(error.message)", source: .init(path: path), cause: error.cause)
      }
    }
    var facts: [Inspection.Fact] = [
      .init("samples", .whole(samples), from: .content), .init("members", .whole(members), from: .content),
      .init("content_bytes", .whole(bytes), from: .content),
    ]
    if let firstKey, let lastKey {
      facts.append(.init("first_key", .text(firstKey.printable), from: .content))
      facts.append(.init("last_key", .text(lastKey.printable), from: .content))
    }
    facts.append(
      .init(
        "has_end", .flag(archive.hasEnd), text: archive.hasEnd ? "yes" : "no: it may have been cut behind a member",
        from: .content))
    let kinds = endings.sorted { $0.key < $1.key }.map { ending, figures in
      Inspection.Fact(
        ending.isEmpty ? "(no ending)" : ending.printable, .whole(figures.count),
        text: "\(figures.count) of \(figures.bytes) bytes together", from: .content, isVerbatim: true)
    }
    return .init(
      kind: "archive", title: "tar archive, \(samples) \(samples == 1 ? "sample" : "samples")",
      parts: [
        .init(type: "archive", name: "archive", streamIndex: 0, facts: facts),
        .init(type: "members", name: "members by ending", streamIndex: 0, facts: kinds),
      ], tensors: tensors.isEmpty ? nil : tensors)
  }

  /// A member's key and ending: `a/000001` and `mel.npy` of `a/000001.mel.npy`.
  private static func parts(of name: String) -> (key: String, ending: String) {
    let start = name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex
    guard let dot = name[start...].firstIndex(of: ".") else { return (name, "") }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }
}
