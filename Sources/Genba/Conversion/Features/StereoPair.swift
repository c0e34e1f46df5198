internal import GenbaCore

/// The columns `left`, `right` and `calibration` of a row, which give tensors together.
enum StereoPair {
  /// The recordings with the pair as one: the left one with the paths of left, right and calibration, in this order.
  static func joined(_ media: [ConversionInput.Medium]) -> [ConversionInput.Medium] {
    guard let left = media.first(where: { $0.kind == .left }), let right = media.first(where: { $0.kind == .right })
    else { return media }
    var pair = left
    pair.paths += right.paths + (media.first { $0.kind == .calibration }?.paths ?? [])
    return media.compactMap { medium in
      if medium == left { return pair }
      return medium == right || medium.kind == .calibration ? nil : medium
    }
  }

  /// Throws `.unsupportedFormat` for a part of a pair that is alone.
  static func check(_ medium: ConversionInput.Medium) throws(GenbaError) {
    let lacks: String
    switch medium.kind {
    case .left where medium.paths.count == 1: lacks = "right"
    case .right: lacks = "left"
    case .calibration: lacks = "left and no right"
    default: return
    }
    throw GenbaError(.unsupportedFormat, "a stereo pair is a column left and a column right; the row has no \(lacks)")
  }

  /// The column that a failure belongs to: which picture it is about.
  static func column(of path: String?, in media: [ConversionInput.Medium]) -> String? {
    media.first { [.left, .right, .calibration].contains($0.kind) && $0.paths.contains { $0 == path } }?.column
  }
}
