internal import CGenbaKernels

extension LogMelPlan {
  /// What is done to the values of a signal once the largest is known:
  /// (max(x, largest - dynamicRange) + offset) · scale.
  public struct Normalization: Sendable, Hashable {
    public var dynamicRange: Float
    public var offset: Float
    public var scale: Float

    /// A normalization with these numbers.
    public init(dynamicRange: Float, offset: Float, scale: Float) {
      self.dynamicRange = dynamicRange
      self.offset = offset
      self.scale = scale
    }

    /// Normalizes in place. All values become NaN if `largest` is.
    public func apply(to values: inout MutableSpan<Float>, largest: Float) {
      unsafe values.withUnsafeMutableBufferPointer { values in
        unsafe genba_clamp_and_scale(
          values.baseAddress, Int64(values.count), largest - dynamicRange, offset, scale)
      }
    }

    /// One normalized value.
    func applied(to value: Float, largest: Float) -> Float {
      let floor = largest - dynamicRange
      return ((value > floor ? value : floor) + offset) * scale
    }
  }
}
