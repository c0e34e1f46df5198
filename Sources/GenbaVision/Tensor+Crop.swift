public import GenbaCore

// Moves of whole pixels, for [height, width, channels] tensors of any element type. Other ranks trap.

extension Tensor {
  /// The part in these rows and columns. A range that is not inside the picture traps.
  ///
  /// ```swift
  /// let part = pixels.cropped(rows: 100..<324, columns: 0..<224)  // [224, 224, channels]
  /// ```
  public func cropped(rows: Range<Int>, columns: Range<Int>) -> Tensor {
    let (height, width, channels) = pictureShape
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= height && columns.lowerBound >= 0 && columns.upperBound <= width,
      "rows \(rows) and columns \(columns) of a \(width)x\(height) picture")
    let source = span
    return Tensor(shape: [rows.count, columns.count, channels]) { output in
      for row in rows {
        let start = row * width * channels
        for index in start + columns.lowerBound * channels..<start + columns.upperBound * channels {
          output.append(source[index])
        }
      }
    }
  }

  /// The middle, with `fill` around it where the picture is smaller: transformers' `center_crop`. Of an odd number of
  /// pixels to cut off or to add, the larger part is below and to the right.
  ///
  /// ```swift
  /// let middle = pixels.centerCropped(height: 224, width: 224, fill: 0)
  /// ```
  public func centerCropped(height: Int, width: Int, fill: Element) -> Tensor {
    let (inHeight, inWidth, _) = pictureShape
    func middle(_ length: Int, _ crop: Int) -> Range<Int> {
      let start = length >= crop ? (length - crop) / 2 : -((crop - length) / 2)
      return start..<start + crop
    }
    return window(rows: middle(inHeight, height), columns: middle(inWidth, width), fill: fill)
  }

  /// The part in these rows and columns, which may be outside the picture: there is `fill`.
  ///
  /// ```swift
  /// let around = pixels.window(rows: -8..<40, columns: -8..<40, fill: 0)
  /// ```
  public func window(rows: Range<Int>, columns: Range<Int>, fill: Element) -> Tensor {
    let (height, width, channels) = pictureShape
    let (seenRows, seenColumns) = (rows.clamped(to: 0..<height), columns.clamped(to: 0..<width))
    if seenRows == rows, seenColumns == columns { return cropped(rows: rows, columns: columns) }
    let source = span
    return Tensor(shape: [rows.count, columns.count, channels]) { output in
      for row in rows {
        guard seenRows.contains(row), !seenColumns.isEmpty else {
          output.append(repeating: fill, count: columns.count * channels)
          continue
        }
        output.append(repeating: fill, count: (seenColumns.lowerBound - columns.lowerBound) * channels)
        let start = row * width * channels
        for index in start + seenColumns.lowerBound * channels..<start + seenColumns.upperBound * channels {
          output.append(source[index])
        }
        output.append(repeating: fill, count: (columns.upperBound - seenColumns.upperBound) * channels)
      }
    }
  }

  /// Height, width and channels.
  var pictureShape: (height: Int, width: Int, channels: Int) {
    precondition(rank == 3, "a picture is [height, width, channels], not \(shape)")
    return (shape[0], shape[1], shape[2])
  }
}
