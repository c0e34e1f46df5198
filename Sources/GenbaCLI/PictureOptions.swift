import ArgumentParser
import Genba
import Logging

/// How picture files are decoded.
struct PictureOptions: ParsableArguments {
  @Option(help: "Which picture of a file: a page of a TIFF, a frame of a GIF, from 0.")
  var index: Int?

  @Option(
    help: """
      Decode JPEGs at a half, a quarter or an eighth of their size, as long as they stay at least this large. \
      Quick, and not the pixels of the full picture resized.
      """)
  var minimumSize: PictureSize?

  @Flag(help: "Leave the pixels as they are stored; their EXIF orientation is not applied.")
  var noOrientation = false

  @Flag(help: "Take what can be decoded of a broken picture, and warn.")
  var partial = false

  @Option(help: ArgumentHelp("Write the ICC profile of the only file here.", valueName: "out.icc"))
  var icc: String?

  /// Whether any of it is asked for.
  var isUsed: Bool { index != nil || minimumSize != nil || noOrientation || partial || icc != nil }

  /// The picture of a file.
  func decode(_ file: String) throws(GenbaError) -> Image {
    let image = try ImageDecoder.decode(
      file, index: index ?? 0, minimumSize: minimumSize.map { ($0.height, $0.width) },
      applyOrientation: !noOrientation, damage: partial ? .partial : .strict)
    if let damage = image.damage { Logger(label: "genba").warning("\(damage)") }
    if let icc {
      guard let profile = image.iccProfile else {
        throw GenbaError(.mismatchedInputs, "the picture has no ICC profile to write", source: .init(path: file))
      }
      var target = try AtomicFile(path: icc)
      try target.write(profile)
      try target.commit()
    }
    return image
  }
}
