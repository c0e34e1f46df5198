/// Where the test media, configs and goldens are.
public enum TestAssets {
  /// The folder `TestAssets` of this checkout.
  public static let root: String = {
    // …/Tests/Support/TestAssets.swift
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/TestAssets"
  }()

  /// A sound, picture or clip.
  public static func media(_ name: String) -> String { "\(root)/media/\(name)" }

  /// A file that is broken in the way its name says.
  public static func corrupt(_ name: String) -> String { "\(root)/corrupt/\(name)" }

  /// A model folder with its config files.
  public static func config(_ name: String) -> String { "\(root)/configs/\(name)" }

  /// A reference's output, with the file's ending.
  public static func golden(_ name: String) -> String { "\(root)/golden/\(name)" }
}
