public import GenbaCore

extension TensorBundle {
  /// Sets `disparity` in pixels, `confidence` from 0 to 1 and `valid_mask`, all [height, width].
  public mutating func set(_ disparity: DisparityMap) {
    set("disparity", to: disparity.pixels)
    set("confidence", to: disparity.confidence)
    set("valid_mask", to: disparity.validMask)
  }
}
