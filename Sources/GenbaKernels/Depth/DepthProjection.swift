internal import CGenbaKernels

/// Rows of a depth picture, seen from another camera.
public struct DepthProjection: Sendable {
  private let matrix: [Float]
  private let offset: [Float]
  private let height: Int, width: Int

  /// - Parameters:
  ///   - matrix: [3, 3], row-major: (a, b, c) = z · matrix · (x, y, 1) + offset for pixel (x, y) of distance z; its
  ///     place in the other picture is (a / c, b / c), its distance there c.
  ///   - offset: [3].
  ///   - height: Rows of the other picture.
  ///   - width: Its columns.
  public init(matrix: [Float], offset: [Float], height: Int, width: Int) {
    precondition(matrix.count == 9 && offset.count == 3, "a matrix of 9 numbers and an offset of 3")
    precondition(height > 0 && width > 0 && height * width < 1 << 31, "no picture of \(width)x\(height) pixels")
    self.matrix = matrix
    self.offset = offset
    self.height = height
    self.width = width
  }

  /// The places of one row's pixels, row · width + column or -1 outside, halves rounded to even; and the distances.
  ///
  /// - Parameters:
  ///   - row: Which row.
  ///   - metres: Its distances; 0 for none.
  ///   - places: Is overwritten; must be as long, and so must `distances`, or it traps.
  public func run(
    row: Int, metres: Span<Float>, places: inout MutableSpan<Int32>, distances: inout MutableSpan<Float>
  ) {
    precondition(places.count == metres.count && distances.count == metres.count, "rows of different lengths")
    var projection = projection(row: row)
    unsafe metres.withUnsafeBufferPointer { metres in
      unsafe places.withUnsafeMutableBufferPointer { places in
        unsafe distances.withUnsafeMutableBufferPointer { distances in
          unsafe genba_project_row(
            &projection, metres.baseAddress, Int64(metres.count), places.baseAddress, distances.baseAddress)
        }
      }
    }
  }

  /// Puts a row's distances into a z-buffer: each pixel keeps the smallest that falls on it.
  ///
  /// - Parameters:
  ///   - row: Which row.
  ///   - metres: Its distances; 0 for none.
  ///   - nearest: The other picture's pixels, infinite at first; another count traps.
  public func splat(row: Int, metres: Span<Float>, into nearest: inout MutableSpan<Float>) {
    precondition(nearest.count == height * width, "\(nearest.count) pixels of \(width)x\(height)")
    var projection = projection(row: row)
    unsafe metres.withUnsafeBufferPointer { metres in
      unsafe nearest.withUnsafeMutableBufferPointer { nearest in
        unsafe genba_splat_row(&projection, metres.baseAddress, Int64(metres.count), nearest.baseAddress)
      }
    }
  }

  /// Ends a z-buffer: pixels that are still infinite become 0, and `mask`, which must have room for all, is appended
  /// where they are not.
  public static func settle(_ nearest: inout MutableSpan<Float>, mask: inout OutputSpan<Bool>) {
    let count = nearest.count
    precondition(mask.freeCapacity >= count, "no room for \(count) pixels")
    unsafe nearest.withUnsafeMutableBufferPointer { nearest in
      unsafe mask.withUnsafeMutableBufferPointer { mask, maskCount in
        guard let mask = mask.baseAddress else { return }
        let bytes = unsafe UnsafeMutableRawPointer(mask + maskCount).assumingMemoryBound(to: UInt8.self)
        unsafe genba_settle_nearest(nearest.baseAddress, Int64(count), bytes)
        maskCount += count
      }
    }
  }

  private func projection(row: Int) -> genba_projection {
    let y = Float(row)
    func base(_ axis: Int) -> Float { matrix[3 * axis + 1] * y + matrix[3 * axis + 2] }
    return genba_projection(
      base: (base(0), base(1), base(2)), step: (matrix[0], matrix[3], matrix[6]),
      offset: (offset[0], offset[1], offset[2]), width: Int32(width), height: Int32(height))
  }
}
