internal import GenbaCore

/// A tensor's place in a file, before its memory is asked for.
struct TensorLayout {
  var dtype: DType
  var shape: [Int]
  var byteCount: Int

  /// `nil` for a negative length, for more axes than numpy allows, and for a size that cannot be counted.
  init?(dtype: DType, shape: [Int]) {
    guard shape.count <= 64 else { return nil }
    var byteCount = dtype.byteCount
    for length in shape {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else { return nil }
      byteCount = product
    }
    self.dtype = dtype
    self.shape = shape
    self.byteCount = byteCount
  }
}
