public import GenbaCore

/// What stands around a picture that is made larger.
public enum ImagePadding: String, Sendable, Hashable, Codable, CaseIterable {
  /// One colour.
  case constant
  /// The outermost pixels again.
  case edge
  /// The picture mirrored, without its outermost pixels a second time.
  case reflect
}

extension Tensor {
  /// The picture with rows and columns around it, for [height, width, channels]: torchvision 0.26's and numpy's `pad`.
  ///
  /// ```swift
  /// let padded = pixels.padded(top: 0, bottom: 16, left: 0, right: 8, .constant, fill: [114])
  /// ```
  ///
  /// - Parameters:
  ///   - top: Rows above, 0 or more, as all sides; fewer trap. ``ImagePadding/reflect`` takes fewer than the picture
  ///     has, and more trap.
  ///   - bottom: Rows below.
  ///   - left: Columns to the left.
  ///   - right: Columns to the right.
  ///   - padding: What they hold.
  ///   - fill: The colour of ``ImagePadding/constant``: one value for all channels, or one for each.
  public func padded(
    top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0, _ padding: ImagePadding = .constant, fill: [Element]
  ) -> Tensor {
    let (height, width, channels) = pictureShape
    precondition(min(top, bottom, left, right) >= 0, "padding of \([top, bottom, left, right]) rows and columns")
    precondition(fill.count == 1 || fill.count == channels, "\(fill.count) values for \(channels) channels")
    let rows = Self.places(before: top, length: height, after: bottom, padding)
    let columns = Self.places(before: left, length: width, after: right, padding)
    let color = fill.count == 1 ? [Element](repeating: fill[0], count: channels) : fill
    let source = span
    return Tensor(shape: [rows.count, columns.count, channels]) { output in
      for row in rows {
        for column in columns {
          guard let row, let column else {
            for value in color { output.append(value) }
            continue
          }
          let start = (row * width + column) * channels
          for index in start..<start + channels { output.append(source[index]) }
        }
      }
    }
  }

  /// Which row or column of the picture stands in each of the padded one; `nil` for the colour.
  private static func places(before: Int, length: Int, after: Int, _ padding: ImagePadding) -> [Int?] {
    precondition(length > 0 || padding == .constant, "nothing can be repeated of an empty picture")
    precondition(
      padding != .reflect || max(before, after) < length,
      "\(max(before, after)) rows or columns cannot be mirrored of \(length)")
    return (-before..<length + after).map { place in
      switch padding {
      case .constant: (0..<length).contains(place) ? place : nil
      case .edge: min(max(place, 0), length - 1)
      case .reflect: place < 0 ? -place : place < length ? place : 2 * (length - 1) - place
      }
    }
  }
}
