internal import GenbaCore
internal import GenbaStorage

/// What keys may be, and that no two inputs have the same.
enum KeyRules {
  /// The longest last part of a key: with a tensor's name behind it, it must fit into a tar header.
  private static let longest = 64

  /// Throws `.invalidConfiguration` for a key that the format cannot hold.
  static func check(_ key: String, for recipe: ConversionRecipe) throws(GenbaError) {
    func wrong(_ why: String) -> GenbaError { GenbaError(.invalidConfiguration, "the key \"\(key)\" \(why)") }
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
      throw wrong("is no path: it is empty, begins or ends with a slash, or goes up")
    }
    guard !key.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw wrong("has a control character")
    }
    switch recipe.format {
    case .webdataset:
      guard !key.contains(".") else {
        throw wrong("has a dot, and webdataset takes what follows the first dot of a name for its kind")
      }
      guard parts.last?.utf8.count ?? 0 <= longest, key.utf8.count <= 150 else {
        throw wrong("is longer than the \(longest) bytes, 150 with folders, that fit into a tar header")
      }
    case .safetensorsShards, .safetensors, .npy:
      // A sample that is files of its own stands beside the output's.
      if !recipe.format.isPacked, let first = parts.first, recipe.format == .npy || parts.count > 1,
        OutputFolder.names.contains(String(first))
      {
        throw wrong("would stand where the output's own \(first) is")
      }
      guard parts.allSatisfy({ $0.utf8.count <= 200 }) else {
        throw wrong("has a part longer than the 200 bytes that fit into a file's name")
      }
    }
  }

  /// The key that a path becomes.
  static func key(ofPath path: String, for recipe: ConversionRecipe) -> String {
    recipe.format == .webdataset ? path.replacing(".", with: "_") : path
  }

  /// Throws `.mismatchedInputs` for two inputs with the same key.
  ///
  /// In bounded memory: 64-bit checksums of a part of the keys at a time, and as many passes as there are parts; where
  /// two checksums meet, the keys themselves are compared.
  static func checkUnique(_ plan: ConversionPlan, partSize: Int = 2_000_000) throws(GenbaError) {
    let partCount = (plan.inputCount + partSize - 1) / partSize
    for part in 0..<partCount {
      var seen = FingerprintSet(capacity: min(plan.inputCount, partSize * 3 / 2))
      var doubtful: Set<UInt64> = []
      try forEachKey(plan) { (_, key) in
        let fingerprint = fingerprint(key)
        // The part from the high bits, the place in the table from the low ones.
        guard Int(fingerprint >> 32) % partCount == part else { return }
        if !seen.insert(fingerprint), doubtful.count < 100 { doubtful.insert(fingerprint) }
      }
      if doubtful.isEmpty { continue }
      var first: [String: Int] = [:]
      try forEachKey(plan) { (ordinal, key) throws(GenbaError) in
        guard doubtful.contains(fingerprint(key)) else { return }
        guard let other = first.updateValue(ordinal, forKey: key) else { return }
        throw GenbaError(
          .mismatchedInputs,
          "two inputs have the key \"\(key)\": numbers \(other) and \(ordinal), counted from 0; keys must differ")
      }
    }
  }

  private static func fingerprint(_ key: String) -> UInt64 {
    var checksum = XXH64()
    checksum.update(Array(key.utf8))
    return checksum.value
  }

  private static func forEachKey(
    _ plan: ConversionPlan, _ body: (Int, String) throws(GenbaError) -> Void
  ) throws(GenbaError) {
    var lines = try plan.lines(of: plan.shard(0))
    for ordinal in 0..<plan.inputCount { try body(ordinal, try plan.input(try lines.next() ?? []).key) }
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
