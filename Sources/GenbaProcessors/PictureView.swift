internal import GenbaCore
internal import GenbaVision

/// What a model sees in one place of its input: a part of a picture, resized, and of that some rows and columns.
struct PictureView: Hashable {
  /// The part of the picture that is resized; `nil` for all of it.
  var source: Tiling.Tile?
  /// What it is resized to, one size after the other; empty where it stays as it is.
  var resizes: [PixelSize]
  /// The rows and columns that are seen. They may reach beyond the resized picture.
  var seen: Tiling.Tile

  /// A view of these rows and columns; `nil` for all.
  init(of size: PixelSize, source: Tiling.Tile? = nil, resizes: [PixelSize] = [], seen: Tiling.Tile? = nil) {
    self.source = source
    self.resizes = resizes
    let last = resizes.last ?? source?.size ?? size
    self.seen = seen ?? Tiling.Tile(rows: 0..<last.height, columns: 0..<last.width)
  }

  /// A view of each tile.
  static func tiles(of tiling: Tiling, size: PixelSize) -> [PictureView] {
    tiling.tiles.map { PictureView(of: size, resizes: tiling.resizes, seen: $0) }
  }

  /// The most pixels along a side of a resized picture.
  private static let longestSide = 1 << 20

  /// Throws for a picture that vanishes, and for one that grows without bound.
  func check(pictureOf size: PixelSize) throws(GenbaError) {
    let most = DecodeLimits().frameBytes / 12
    for resized in resizes + [seen.size] {
      guard resized.height > 0, resized.width > 0 else {
        throw GenbaError(.mismatchedInputs, "a picture of \(size) becomes \(resized), without a pixel")
      }
      guard max(resized.height, resized.width) <= Self.longestSide, resized.height * resized.width <= most else {
        throw GenbaError(
          .limitExceeded,
          "a picture of \(size) becomes \(resized), more than \(Self.longestSide) pixels along a side or \(most) in all; crop it first"
        )
      }
    }
  }
}

/// Reads the views of pictures: a resize that several views share is made once, and of one that a single view needs,
/// only what is seen.
struct ViewReader {
  private let filter: ImageResizer.Filter
  private let arithmetic: ImageResizer.Arithmetic
  private var pixels: Tensor<UInt8>
  /// The steps of the last view: its source, and the results of its resizes but the last.
  private var source: Tiling.Tile?
  private var steps: [(size: PixelSize, pixels: Tensor<UInt8>)] = []
  /// Memory for the next resize.
  private var spent: Tensor<UInt8>?

  init(filter: ImageResizer.Filter, backend: ImageBackend) {
    self.filter = filter
    arithmetic = backend == .pil ? .pillow13 : .torchvision
    pixels = Tensor(repeating: 0, shape: [0, 0, 3])
  }

  /// Hands each view's pixels to `body`, uint8 [height, width, 3], and which of their rows and columns are seen.
  mutating func read(
    _ views: [PictureView], of picture: Tensor<UInt8>, _ body: (Tensor<UInt8>, _ seen: Tiling.Tile) -> Void
  ) {
    steps = []
    source = nil
    pixels = picture
    for view in views {
      let isShared = views.count { $0.resizes == view.resizes && $0.source == view.source } > 1
      if isShared || view.resizes.isEmpty {
        body(resized(view.resizes, of: view.source, in: picture), view.seen)
      } else {
        read(alone: view, of: picture, body)
      }
    }
  }

  private mutating func read(
    alone view: PictureView, of picture: Tensor<UInt8>, _ body: (Tensor<UInt8>, _ seen: Tiling.Tile) -> Void
  ) {
    guard let last = view.resizes.last else { return }
    let before = resized(Array(view.resizes.dropLast()), of: view.source, in: picture)
    let rows = view.seen.rows.clamped(to: 0..<last.height)
    let columns = view.seen.columns.clamped(to: 0..<last.width)
    let resizer = ImageResizer(
      fromHeight: before.shape[0], width: before.shape[1], toHeight: last.height, width: last.width, filter: filter,
      arithmetic: arithmetic, rows: rows, columns: columns)
    let part = resizer(before, reusing: &spent)
    body(
      part,
      Tiling.Tile(
        rows: view.seen.rows.lowerBound - rows.lowerBound..<view.seen.rows.upperBound - rows.lowerBound,
        columns: view.seen.columns.lowerBound - columns.lowerBound..<view.seen.columns.upperBound - columns.lowerBound)
    )
    spent = part
  }

  /// The part of the picture after these resizes; those that the view before had too are not made again.
  private mutating func resized(
    _ sizes: [PixelSize], of part: Tiling.Tile?, in picture: Tensor<UInt8>
  ) -> Tensor<UInt8> {
    if part != source {
      source = part
      pixels = part.map { picture.cropped(rows: $0.rows, columns: $0.columns) } ?? picture
      steps = []
    }
    let common = zip(steps, sizes).prefix { $0.size == $1 }.count
    steps.removeSubrange(common...)
    for size in sizes[common...] {
      let before = steps.last?.pixels ?? pixels
      let resizer = ImageResizer(
        fromHeight: before.shape[0], width: before.shape[1], toHeight: size.height, width: size.width, filter: filter,
        arithmetic: arithmetic)
      steps.append((size, resizer(before)))
    }
    return steps.last?.pixels ?? pixels
  }
}
