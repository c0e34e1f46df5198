extension Image {
  /// The picture the right way up: its pixels turned and mirrored as ``orientation`` says.
  ///
  /// The same pixels as Pillow 13's `ImageOps.exif_transpose`. A picture that is upright already comes back as it is,
  /// without a copy.
  ///
  /// ```swift
  /// let stored = try ImageDecoder.decode("weld.jpg", applyOrientation: false)
  /// stored.orientation           // .rotate90Clockwise
  /// let upright = stored.upright()  // as wide as `stored` is high
  /// ```
  public func upright() -> Image {
    var image = self
    image.isOrientationApplied = true
    return isOrientationApplied ? image : image.turned(orientation)
  }

  /// The picture turned or mirrored, whatever its own orientation says.
  ///
  /// ```swift
  /// let flipped = image.turned(.flipHorizontally)
  /// let turned = image.turned(.rotate90Clockwise)  // as wide as `image` is high
  /// ```
  public func turned(_ turn: ImageOrientation) -> Image {
    guard turn != .up else { return self }
    var image = self
    image.pixels =
      switch pixels {
      case .uint8(let tensor): .uint8(tensor.turned(turn))
      case .uint16(let tensor): .uint16(tensor.turned(turn))
      case .float32(let tensor): .float32(tensor.turned(turn))
      }
    return image
  }
}

extension Tensor {
  /// A [height, width, channels] tensor with its pixels turned and mirrored.
  fileprivate func turned(_ orientation: ImageOrientation) -> Tensor {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let walk = PixelWalk(orientation, height: height, width: width)
    let pixelSize = channels * MemoryLayout<Element>.stride
    return Tensor(shape: [walk.rows, walk.columns, channels]) { output in
      unsafe output.withUnsafeMutableBufferPointer { elements, written in
        let target = UnsafeMutableRawBufferPointer(elements)
        unsafe self.withUnsafeBytes { source in
          switch pixelSize {
          case 1: unsafe walk.copy(UInt8.self, from: source, to: target)
          case 2: unsafe walk.copy(UInt16.self, from: source, to: target)
          case 3: unsafe walk.copy(Triple<UInt8>.self, from: source, to: target)
          case 4: unsafe walk.copy(UInt32.self, from: source, to: target)
          case 6: unsafe walk.copy(Triple<UInt16>.self, from: source, to: target)
          case 8: unsafe walk.copy(UInt64.self, from: source, to: target)
          case 12: unsafe walk.copy(Triple<UInt32>.self, from: source, to: target)
          case 16: unsafe walk.copy(SIMD2<UInt64>.self, from: source, to: target)
          default: preconditionFailure("a picture has 1 to 4 channels, not \(channels)")
          }
        }
        written = count
      }
    }
  }
}

/// Three samples that are moved as one.
private struct Triple<Sample: BitwiseCopyable>: BitwiseCopyable {
  var samples: (Sample, Sample, Sample)
}

/// The way through a picture's stored pixels that meets them in upright order.
private struct PixelWalk {
  /// Of the upright picture.
  let rows: Int
  let columns: Int
  /// In the stored picture, in pixels: where the first upright pixel is, and how far it is to the next one below and
  /// to the right.
  let first: Int
  let down: Int
  let right: Int

  init(_ orientation: ImageOrientation, height: Int, width: Int) {
    (rows, columns) = orientation.swapsAxes ? (width, height) : (height, width)
    let (lastRow, lastColumn) = ((height - 1) * width, width - 1)
    (first, down, right) =
      switch orientation {
      case .up: (0, width, 1)
      case .flipHorizontally: (lastColumn, width, -1)
      case .rotate180: (lastRow + lastColumn, -width, -1)
      case .flipVertically: (lastRow, -width, 1)
      case .transpose: (0, 1, width)
      case .rotate90Clockwise: (lastRow, 1, -width)
      case .transverse: (lastRow + lastColumn, -1, -width)
      case .rotate90Counterclockwise: (lastColumn, -1, width)
      }
  }

  /// Copies in square tiles: where rows become columns, a tile's lines stay in the cache until all of each is used.
  @unsafe
  func copy<Pixel: BitwiseCopyable>(
    _: Pixel.Type, from source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
  ) {
    let tile = 64
    let source = unsafe source.assumingMemoryBound(to: Pixel.self)
    let target = unsafe target.assumingMemoryBound(to: Pixel.self)
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: 0, to: columns, by: tile) {
        for row in top..<min(top + tile, rows) {
          let start = first + row * down
          for column in left..<min(left + tile, columns) {
            unsafe target[row * columns + column] = source[start + column * right]
          }
        }
      }
    }
  }
}
