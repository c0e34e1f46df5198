extension ColumnRecipe {
  /// Features that are made of pictures, frames and depth; all others are of sound.
  static let pictureFeatures = ["image", "frames", "depth"]

  /// The keys that mean something to a kind; `nil` for a column of a manifest, whose kind is not known yet.
  private static func keys(of kind: String) -> [String]? {
    switch kind {
    case "image": ["model", "preset", "feature", "size", "layout", "dtype"]
    case "video": ["model", "preset", "feature", "fps", "num_frames", "size", "layout", "dtype", "sampling"]
    case "audio":
      ["model", "preset", "feature", "options", "sample_rate", "channels", "dtype", "audio_backend"]
    case "depth": ["feature", "scale", "dtype"]
    // What pairs have no use for is refused by their own settings.
    case stereoColumn: ["model", "preset", "feature", "options", "dtype"] + StereoRecipe.keys
    default: nil
    }
  }

  /// What a column that has a kind's name sets, and the kind knows nothing of, in words.
  ///
  /// A setting without effect is a mistake that would show only in what a million files became.
  func kindMismatch(of names: [String], in column: String) -> String? {
    guard let known = Self.keys(of: column) else { return nil }
    if let foreign = names.first(where: { !known.contains($0) }) {
      return "\(foreign) means nothing there; there are \(known.joined(separator: ", "))"
    }
    let own = column == "video" ? "frames" : column
    switch column {
    case "image", "video", "depth":
      if let feature, feature != own { return "\"\(feature)\" cannot be made of it; its feature is \(own)" }
    case "audio":
      if let feature, Self.pictureFeatures.contains(feature) { return "\"\(feature)\" cannot be made of sound" }
    default: break
    }
    if column == "depth", scale == nil {
      return "no file says what its depth means; name a scale, such as {\"depth\": {\"scale\": \"mm\"}}"
    }
    return nil
  }
}
