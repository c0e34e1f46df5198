internal import GenbaCore

/// What keys may be.
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
        throw wrong(
          "has a dot, and webdataset takes what follows the first dot of a name for its kind; write _ instead")
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
}
