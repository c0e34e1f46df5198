internal import CGenbaKernels

/// Rescaling and normalising by a table, into planes or pixel by pixel. Elements of other than 2 or 4 bytes trap.
public enum NormalizePlanes {
  /// Appends [channels, rows, columns] to `output`: each uint8 value of a part of [height, width, channels] through its
  /// channel's part of the table, [channels, 256]. Counts that do not fit each other trap.
  ///
  /// - Parameter background: What is in a channel where rows or columns reach beyond the picture.
  public static func run<Element: BitwiseCopyable>(
    _ pixels: Span<UInt8>, height: Int, width: Int, channels: Int, rows: Range<Int>, columns: Range<Int>,
    table: Span<Element>, background: (_ channel: Int) -> Element, into output: inout OutputSpan<Element>
  ) {
    let (planeCount, rowBytes) = (rows.count * columns.count, width * channels)
    precondition(pixels.count == height * rowBytes, "\(pixels.count) bytes are no \(width)x\(height) picture")
    precondition(table.count == channels * 256, "a table of \(channels) x 256 values, not \(table.count)")
    precondition(output.freeCapacity >= planeCount * channels, "no room for \(planeCount * channels) values")
    let elementBytes = layoutElementBytes(Element.self)
    let (seenRows, seenColumns) = (rows.clamped(to: 0..<height), columns.clamped(to: 0..<width))
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      guard let base = buffer.baseAddress else { return }
      let target = unsafe base + initializedCount
      if seenRows != rows || seenColumns != columns {
        for channel in 0..<channels {
          unsafe (target + channel * planeCount).update(repeating: background(channel), count: planeCount)
        }
      }
      initializedCount += planeCount * channels
      guard !seenRows.isEmpty, !seenColumns.isEmpty else { return }
      let inset = (seenRows.lowerBound - rows.lowerBound) * columns.count + seenColumns.lowerBound - columns.lowerBound
      unsafe pixels.withUnsafeBufferPointer { pixels in
        unsafe table.withUnsafeBufferPointer { table in
          guard let source = pixels.baseAddress else { return }
          unsafe genba_normalize_planes(
            source + seenRows.lowerBound * rowBytes + seenColumns.lowerBound * channels, rowBytes,
            Int32(seenColumns.count), Int32(seenRows.count), Int32(channels), table.baseAddress, elementBytes,
            target + inset, columns.count, planeCount)
        }
      }
    }
  }

  /// Appends [rows, columns, channels], the channels left together, of a part inside the picture; a part outside traps.
  public static func runInterleaved<Element: BitwiseCopyable>(
    _ pixels: Span<UInt8>, width: Int, channels: Int, rows: Range<Int>, columns: Range<Int>, table: Span<Element>,
    into output: inout OutputSpan<Element>
  ) {
    let (count, rowBytes) = (rows.count * columns.count * channels, width * channels)
    precondition(
      rows.lowerBound >= 0 && columns.lowerBound >= 0 && columns.upperBound <= width
        && rows.upperBound * rowBytes <= pixels.count, "rows \(rows) and columns \(columns) of \(pixels.count) bytes")
    precondition(table.count == channels * 256, "a table of \(channels) x 256 values, not \(table.count)")
    precondition(output.freeCapacity >= count, "no room for \(count) values")
    let elementBytes = layoutElementBytes(Element.self)
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      unsafe pixels.withUnsafeBufferPointer { pixels in
        unsafe table.withUnsafeBufferPointer { table in
          guard let base = buffer.baseAddress, let source = pixels.baseAddress else { return }
          unsafe genba_normalize_pixels(
            source + rows.lowerBound * rowBytes + columns.lowerBound * channels, rowBytes, Int32(columns.count),
            Int32(rows.count), Int32(channels), table.baseAddress, elementBytes, base + initializedCount)
        }
      }
      initializedCount += count
    }
  }
}

/// Bytes of an element, as the layout kernels take them; other than 2 or 4 traps.
func layoutElementBytes<Element>(_: Element.Type) -> Int32 {
  let bytes = MemoryLayout<Element>.size
  precondition(bytes == 2 || bytes == 4, "layouts move elements of 2 or 4 bytes, not \(bytes)")
  return Int32(bytes)
}
