internal import GenbaCore
internal import GenbaStorage

/// A sample as the bytes of its shard, or of its files.
struct EncodedSample: Sendable {
  /// A piece of the bytes. Tensors are written from where they are.
  enum Chunk: Sendable {
    case bytes([UInt8])
    case tensor(AnyTensor)

    var byteCount: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .tensor(let tensor): tensor.byteCount
      }
    }
  }

  /// A file of its own, in the formats where a sample is files.
  struct File: Sendable {
    var path: String
    var chunks: [Chunk]
  }

  /// Where a tensor's elements stand.
  struct Place: Sendable, Equatable {
    var name: String
    var dtype: DType
    var shape: [Int]
    /// In the sample's bytes; in its file, where it has one of its own.
    var offset: Int
    /// The file, where the sample has several.
    var file: String?
  }

  /// One element for shards of many samples.
  var files: [File]
  var places: [Place]
  var byteCount: Int

  init(files: [File], places: [Place]) {
    self.files = files
    self.places = places
    byteCount = files.reduce(0) { count, file in file.chunks.reduce(count) { $0 + $1.byteCount } }
  }
}

/// Encodes samples in a recipe's format.
struct SampleEncoder: Sendable {
  let recipe: ConversionRecipe

  /// The sample's bytes.
  ///
  /// - Parameter facts: What stands in the sample's `.json` beside its tensors.
  /// - Throws: `.unsupportedFormat` for bfloat16 in .npy; `.limitExceeded` for what no tar archive holds.
  func encode(
    _ bundle: TensorBundle, key: String, media: [ConversionInput.Medium], facts: JSON
  ) throws(GenbaError) -> EncodedSample {
    switch recipe.format {
    case .webdataset: try archive(bundle, key: key, media: media, facts: facts)
    case .safetensorsShards: packed(bundle, key: key)
    case .safetensors: try file(bundle, key: key)
    case .npy: try folder(bundle, key: key, facts: facts)
    }
  }

  private func archive(
    _ bundle: TensorBundle, key: String, media: [ConversionInput.Medium], facts: JSON
  ) throws(GenbaError) -> EncodedSample {
    var chunks: [EncodedSample.Chunk] = []
    var places: [EncodedSample.Place] = []
    var offset = 0
    func add(_ ending: String, _ content: [EncodedSample.Chunk]) throws(GenbaError) {
      let member = TarMember(name: "\(key).\(ending)", byteCount: content.reduce(0) { $0 + $1.byteCount })
      chunks.append(.bytes(try member.header()))
      chunks += content
      chunks.append(.bytes([UInt8](repeating: 0, count: member.paddingCount)))
      offset += TarMember.blockSize + member.byteCount + member.paddingCount
    }
    var json: [UInt8] = []
    facts.write(to: &json)
    try add("json", [.bytes(json)])
    switch recipe.members {
    case .npy:
      for (name, tensor) in bundle {
        let header = try named(name) { () throws(GenbaError) in try NPY.header(of: tensor) }
        places.append(place(name, tensor, at: offset + TarMember.blockSize + header.count))
        try add("\(name).npy", [.bytes(header), .tensor(tensor)])
      }
    case .safetensors:
      let header = try Safetensors.head(of: bundle)
      let start = offset + TarMember.blockSize + header.bytes.count
      places = self.places(of: header.order, from: start)
      try add("safetensors", [.bytes(header.bytes)] + header.order.map { .tensor($0.tensor) })
    }
    if recipe.keepsMedia {
      let isSingle = media.count == 1
      for medium in media {
        for (index, path) in medium.paths.enumerated() {
          let number = medium.paths.count > 1 ? ".\(index)" : ""
          let ending = Self.ending(of: path)
          try add(
            isSingle
              ? "\(number.dropFirst())\(number.isEmpty ? "" : ".")\(ending)" : "\(medium.column)\(number).\(ending)",
            [.bytes(try FileReading.bytes(of: path))])
        }
      }
    }
    return EncodedSample(files: [.init(path: "", chunks: chunks)], places: places)
  }

  /// Only the tensors' bytes, each sample at a multiple of 8; the shard's header says where they are.
  private func packed(_ bundle: TensorBundle, key: String) -> EncodedSample {
    let order = Safetensors.order(of: bundle)
    var places: [EncodedSample.Place] = []
    var chunks: [EncodedSample.Chunk] = []
    var offset = 0
    for (name, tensor) in order {
      places.append(place("\(key)/\(name)", tensor, at: offset))
      chunks.append(.tensor(tensor))
      offset += tensor.byteCount
    }
    let padding = (8 - offset % 8) % 8
    if padding > 0 {
      // The format has no gaps; readers want every tensor at a multiple of its element.
      places.append(.init(name: "\(key)/__pad__", dtype: .uint8, shape: [padding], offset: offset))
      chunks.append(.bytes([UInt8](repeating: 0, count: padding)))
    }
    return EncodedSample(files: [.init(path: "", chunks: chunks)], places: places)
  }

  private func file(_ bundle: TensorBundle, key: String) throws(GenbaError) -> EncodedSample {
    let header = try Safetensors.head(of: bundle)
    return EncodedSample(
      files: [
        .init(path: "\(key).safetensors", chunks: [.bytes(header.bytes)] + header.order.map { .tensor($0.tensor) })
      ], places: places(of: header.order, from: header.bytes.count))
  }

  private func folder(_ bundle: TensorBundle, key: String, facts: JSON) throws(GenbaError) -> EncodedSample {
    var files: [EncodedSample.File] = []
    var places: [EncodedSample.Place] = []
    for (name, tensor) in bundle {
      let header = try named(name) { () throws(GenbaError) in try NPY.header(of: tensor) }
      let path = "\(key)/\(name).npy"
      files.append(.init(path: path, chunks: [.bytes(header), .tensor(tensor)]))
      var place = place(name, tensor, at: header.count)
      place.file = path
      places.append(place)
    }
    var json: [UInt8] = []
    facts.write(to: &json)
    files.append(.init(path: "\(key)/sample.json", chunks: [.bytes(json)]))
    return EncodedSample(files: files, places: places)
  }

  private func place(_ name: String, _ tensor: AnyTensor, at offset: Int) -> EncodedSample.Place {
    .init(name: name, dtype: tensor.dtype, shape: tensor.shape, offset: offset)
  }

  private func places(
    of order: [(name: String, tensor: AnyTensor)], from start: Int
  ) -> [EncodedSample.Place] {
    var offset = start
    return order.map { name, tensor in
      defer { offset += tensor.byteCount }
      return place(name, tensor, at: offset)
    }
  }

  private func named<Result>(_ name: String, _ body: () throws(GenbaError) -> Result) throws(GenbaError) -> Result {
    do throws(GenbaError) { return try body() } catch {
      throw GenbaError(error.code, "tensor \"\(name)\": \(error.message)", source: error.source, cause: error.cause)
    }
  }

  private static func ending(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), name.index(after: dot) < name.endIndex else { return "bin" }
    return name[name.index(after: dot)...].lowercased()
  }
}
