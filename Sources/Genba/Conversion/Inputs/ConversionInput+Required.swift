internal import GenbaCore
internal import GenbaStorage

/// What a recipe's `require` asks of an input.
///
/// A name is that of a column of the manifest, or of a kind of recording: `image` stands for the column of this name and for
/// every column that holds pictures, whatever it is called, as the recipe's own keys do. `stereo` is a pair.
extension ConversionInput {
  /// The names among these for which the input has nothing, in alphabetical order.
  func lacking(_ names: [String]) -> [String] { names.sorted().filter { !has($0) } }

  /// Whether the input has something in such a column.
  func has(_ name: String) -> Bool {
    switch name {
    case "key": return true
    case "start" where start != nil, "end" where end != nil: return true
    case ColumnRecipe.stereoColumn where media.contains(where: { $0.kind == .left }):
      return media.contains { $0.kind == .right }
    default:
      if media.contains(where: { $0.column == name || $0.kind.rawValue == name }) { return true }
      return carried.contains { $0.key == name && $0.value != .null && $0.value != .string("") }
    }
  }

  /// The columns of recordings that a sample cannot do without.
  func columns(required names: [String]) -> Set<String> {
    if names.isEmpty { return [] }
    let pair: Set<Kind> = names.contains(ColumnRecipe.stereoColumn) ? [.left, .right, .calibration] : []
    let needed = media.filter { medium in
      names.contains(medium.column) || names.contains(medium.kind.rawValue) || pair.contains(medium.kind)
    }
    return Set(needed.map(\.column))
  }

  /// The failure of an input that lacks a required column.
  ///
  /// Its class is `partial`, a sample that is not all there: no file could not be opened, and trying again does not help
  /// until the manifest has the column.
  func failure(lacking name: String) -> SampleFailure {
    SampleFailure(.partial, "sample \(key) has no \"\(name)\", which the recipe requires", column: name)
  }
}
