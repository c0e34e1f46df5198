internal import GenbaCore
internal import GenbaStorage

/// That no two inputs of a plan would be written to the same place.
///
/// They are when they have one key. And where each sample is files of its own, a key with slashes can ask for a folder
/// where another sample has a file: `a/samples.npy` beside `a`, or `a.safetensors/b` beside `a`.
struct KeyCollisions {
  private let plan: ConversionPlan
  private let places: InputPlaces
  private let isCancelled: () -> Bool
  private let partSize: Int

  /// - Parameter partSize: Keys that are compared at a time; more take as many passes as there are parts.
  init(
    _ plan: ConversionPlan, places: InputPlaces = InputPlaces(), partSize: Int = 2_000_000,
    isCancelled: @escaping () -> Bool = { false }
  ) {
    self.plan = plan
    self.places = places
    self.partSize = partSize
    self.isCancelled = isCancelled
  }

  /// Throws `.mismatchedInputs` for two inputs that would be written to the same place.
  ///
  /// In bounded memory: 64-bit checksums of a part of the keys at a time; where two checksums meet, the keys themselves
  /// are compared.
  func check() throws(GenbaError) {
    let partCount = (plan.inputCount + partSize - 1) / partSize
    for part in 0..<partCount {
      // The part from the high bits, the place in the table from the low ones.
      func isInPart(_ fingerprint: UInt64) -> Bool { Int(fingerprint >> 32) % partCount == part }
      var seen = FingerprintSet(capacity: min(plan.inputCount, partSize * 3 / 2))
      var doubtful: Set<UInt64> = []
      var claimed: Set<UInt64> = []
      try forEachInput { (_, input) in
        let fingerprint = fingerprint(input.key)
        if isInPart(fingerprint), !seen.insert(fingerprint), doubtful.count < 100 { doubtful.insert(fingerprint) }
        for key in keys(inTheWayOf: input) {
          let fingerprint = self.fingerprint(key)
          if isInPart(fingerprint) { claimed.insert(fingerprint) }
        }
      }
      if !doubtful.isEmpty { try findTwice(doubtful) }
      if !claimed.isEmpty { try findInTheWay(claimed) }
    }
  }

  private func findTwice(_ doubtful: Set<UInt64>) throws(GenbaError) {
    var first: [[UInt8]: (Int, ConversionInput)] = [:]
    try forEachInput { (ordinal, input) throws(GenbaError) in
      guard doubtful.contains(fingerprint(input.key)) else { return }
      guard let other = first.updateValue((ordinal, input), forKey: Array(input.key.utf8)) else { return }
      throw places.error(
        "two inputs have the key \"\(input.key)\": \(places.words(other.0, other.1)) and \(places.words(ordinal, input)); "
          + "keys must differ")
    }
  }

  private func findInTheWay(_ claimed: Set<UInt64>) throws(GenbaError) {
    var owners: [[UInt8]: (Int, ConversionInput)] = [:]
    try forEachInput { (ordinal, input) in
      if owners.count < 100, claimed.contains(fingerprint(input.key)) {
        owners[Array(input.key.utf8)] = (ordinal, input)
      }
    }
    if owners.isEmpty { return }
    try forEachInput { (ordinal, input) throws(GenbaError) in
      for key in keys(inTheWayOf: input) {
        guard let owner = owners[Array(key.utf8)] else { continue }
        throw places.error(
          "the keys \"\(key)\" and \"\(input.key)\" cannot both be written: a file of the first would stand where the "
            + "second needs a folder; they are of \(places.words(owner.0, owner.1)) and \(places.words(ordinal, input))"
        )
      }
    }
  }

  /// Keys of samples that would have a file where this one needs a folder, if there are any.
  ///
  /// What tensors a sample will have is not known yet, so every name that ends as theirs do counts.
  private func keys(inTheWayOf input: ConversionInput) -> [String] {
    guard !plan.recipe.format.isPacked, input.key.contains("/") else { return [] }
    let parts = input.key.split(separator: "/")
    var keys: [String] = []
    for (index, part) in parts.enumerated() {
      switch plan.recipe.format {
      case .npy where index > 0 && (part.hasSuffix(".npy") || part == "sample.json"):
        keys.append(parts[..<index].joined(separator: "/"))
      case .safetensors where index < parts.count - 1 && part.hasSuffix(".safetensors"):
        keys.append(String(parts[...index].joined(separator: "/").dropLast(".safetensors".count)))
      default: break
      }
    }
    if plan.recipe.window != nil { keys += keys.compactMap(Self.withoutWindow) }
    return keys
  }

  /// `a` of `a-00012`, which is what a window of it is called.
  private static func withoutWindow(_ key: String) -> String? {
    guard let dash = key.lastIndex(of: "-") else { return nil }
    let digits = key[key.index(after: dash)...]
    return digits.utf8.count >= 5 && digits.allSatisfy(\.isNumber) ? String(key[..<dash]) : nil
  }

  private func fingerprint(_ key: String) -> UInt64 {
    var checksum = XXH64()
    checksum.update(Array(key.utf8))
    return checksum.value
  }

  private func forEachInput(_ body: (Int, ConversionInput) throws(GenbaError) -> Void) throws(GenbaError) {
    var lines = try plan.lines(of: plan.shard(0), isCancelled: isCancelled)
    for ordinal in 0..<plan.inputCount { try body(ordinal, try plan.input(try lines.next() ?? [])) }
  }
}

/// Where the inputs of a plan were found, for errors to name them.
struct InputPlaces {
  /// The manifest that they stand in.
  var manifest: String?
  /// Where the distance from ordinals to lines changes: at empty lines, and at rows of several.
  private var changes: [(ordinal: Int, line: Int)] = []
  /// With more changes than these, the lines behind are not known; the memory is bounded.
  private static let mostChanges = 1 << 18

  init(manifest: String? = nil) { self.manifest = manifest }

  mutating func add(_ ordinal: Int, line: Int?) {
    guard manifest != nil, let line, changes.count < Self.mostChanges else { return }
    if let last = changes.last, line - last.line == ordinal - last.ordinal { return }
    changes.append((ordinal, line))
  }

  /// `line 12 (a.wav)`, or `input 3 (a.wav)`, counted from 0, for what stands in no manifest.
  func words(_ ordinal: Int, _ input: ConversionInput) -> String {
    let file = input.media.first?.paths.first.map { " (\($0))" } ?? ""
    guard changes.count < Self.mostChanges, let change = changes.last(where: { $0.ordinal <= ordinal }) else {
      return "input \(ordinal)\(file)"
    }
    return "line \(change.line + ordinal - change.ordinal)\(file)"
  }

  func error(_ message: String) -> GenbaError {
    GenbaError(.mismatchedInputs, message, source: .init(path: manifest))
  }
}

/// Checksums in a table without lists: eight bytes each, and half as much again of free room.
private struct FingerprintSet {
  private var slots: [UInt64]
  private let mask: Int

  init(capacity: Int) {
    var size = 16
    while size < capacity * 3 / 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    mask = size - 1
  }

  /// Whether it was not there before.
  mutating func insert(_ fingerprint: UInt64) -> Bool {
    let value = fingerprint == 0 ? 1 : fingerprint
    var place = Int(truncatingIfNeeded: value) & mask
    while slots[place] != 0 {
      if slots[place] == value { return false }
      place = (place + 1) & mask
    }
    slots[place] = value
    return true
  }
}
