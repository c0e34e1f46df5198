internal import CGenbaKernels

/// 8-bit YUV with halved chroma to RGB, to the bytes of libswscale's vector code on x86-64: nearest chroma, 16-bit
/// fixed point.
public struct YUVToRGB: Sendable, Hashable {
  private let matrix: [Int16]

  /// The conversion with libswscale's coefficients.
  ///
  /// - Parameters:
  ///   - coefficients: What `sws_getCoefficients` gives: V to red, U to blue, U to green, V to green, times 65536.
  ///   - isFullRange: Whether luma reaches from 0 to 255, not from 16 to 235.
  public init(coefficients: (Int32, Int32, Int32, Int32), isFullRange: Bool) {
    func fixed(_ value: Int) -> Int16 { Int16(clamping: (value + 1 << 15) >> 16) }
    func chroma(_ coefficient: Int) -> Int16 {
      fixed((isFullRange ? coefficient * 224 / 255 : coefficient) << 13)
    }
    let lumaScale = isFullRange ? 1 << 16 : (255 << 16) / 219
    matrix = [
      isFullRange ? 0 : 16 << 3, fixed(lumaScale << 13), chroma(Int(coefficients.0)), chroma(-Int(coefficients.2)),
      chroma(-Int(coefficients.3)), chroma(Int(coefficients.1)),
    ]
  }

  /// One plane: its bytes from the first row to the end of the last, and the bytes from one row to the next.
  public struct Plane: ~Escapable {
    let bytes: Span<UInt8>
    let stride: Int

    /// A plane of a decoder.
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>, stride: Int) {
      self.bytes = bytes
      self.stride = stride
    }
  }

  /// Writes `height` rows of `width` pixels, without gaps: RGBRGB… or three planes.
  ///
  /// - Parameters:
  ///   - hasHalfRows: Whether chroma has one row for two of luma (4:2:0), not one for each (4:2:2).
  ///   - output: `3 * width * height` bytes. A count that does not fit, or planes that are too small, trap.
  public func write(
    luma: borrowing Plane, u: borrowing Plane, v: borrowing Plane, width: Int, height: Int, hasHalfRows: Bool,
    asPlanes: Bool, to output: inout MutableSpan<UInt8>
  ) {
    let (chromaWidth, chromaHeight) = ((width + 1) / 2, hasHalfRows ? (height + 1) / 2 : height)
    precondition(width > 0 && height > 0 && output.count == 3 * width * height, "no room for \(width)x\(height) pixels")
    precondition(
      luma.bytes.count >= (height - 1) * luma.stride + width && luma.stride >= width
        && min(u.stride, v.stride) >= chromaWidth
        && u.bytes.count >= (chromaHeight - 1) * u.stride + chromaWidth
        && v.bytes.count >= (chromaHeight - 1) * v.stride + chromaWidth,
      "planes too small for \(width)x\(height) pixels")
    let table = genba_yuv_matrix(
      luma_offset: matrix[0], luma_scale: matrix[1], red_of_v: matrix[2], green_of_u: matrix[3], green_of_v: matrix[4],
      blue_of_u: matrix[5])
    unsafe luma.bytes.withUnsafeBufferPointer { first in
      unsafe u.bytes.withUnsafeBufferPointer { second in
        unsafe v.bytes.withUnsafeBufferPointer { third in
          unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe withUnsafePointer(to: table) { table in
              unsafe genba_yuv_to_rgb(
                table, [first.baseAddress, second.baseAddress, third.baseAddress], [luma.stride, u.stride, v.stride],
                Int32(width), Int32(height), hasHalfRows ? 1 : 0, asPlanes ? 1 : 0, target.baseAddress)
            }
          }
        }
      }
    }
  }
}
