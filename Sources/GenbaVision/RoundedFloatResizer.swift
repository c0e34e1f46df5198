public import GenbaCore
internal import GenbaKernels

/// An antialiased resize of uint8 pictures that is computed in float32 and rounded once, at the end.
///
/// Equal to torchvision 0.26's older `transforms.functional.resize` with `antialias=True` on uint8 tensors, which
/// qwen_vl_utils calls; ``ImageResizer`` is the newer one, in integers, and differs by a level here and there.
/// Horizontal pass first; the pass along an axis whose length stays is left out.
///
/// ```swift
/// let resizer = RoundedFloatResizer(fromHeight: 1080, width: 1920, toHeight: 504, width: 896)
/// let small = resizer(pixels)  // uint8 [504, 896, 3]
/// ```
public struct RoundedFloatResizer: Sendable {
  private let plan: RoundedResizePlan

  /// A resize between two sizes, 1 to 2^16 each, of 1 to 4 channels; anything else traps.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int = 3,
    filter: FloatImageResizer.Filter = .bicubic
  ) {
    plan = RoundedResizePlan(
      fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, channels: channels,
      filter: filter == .bilinear ? .bilinear : .bicubic)
  }

  /// [outHeight, outWidth, channels] of `pixels`, which are [inHeight, inWidth, channels]; another shape traps.
  public func callAsFunction(_ pixels: Tensor<UInt8>) -> Tensor<UInt8> {
    var nothing: Tensor<UInt8>?
    return self(pixels, reusing: &nothing)
  }

  /// The same, in the memory of a tensor that is no longer needed: for loops over many frames.
  public func callAsFunction(_ pixels: Tensor<UInt8>, reusing spent: inout Tensor<UInt8>?) -> Tensor<UInt8> {
    precondition(
      pixels.shape == [plan.inHeight, plan.inWidth, plan.channels],
      "a resizer of \([plan.inHeight, plan.inWidth, plan.channels]) cannot take \(pixels.shape)")
    if plan.inHeight == plan.outHeight, plan.inWidth == plan.outWidth { return pixels }
    return Tensor(shape: [plan.outHeight, plan.outWidth, plan.channels], reusing: &spent) { output in
      unsafe output.withUnsafeMutableBufferPointer { buffer, count in
        var target = unsafe MutableSpan(_unsafeElements: buffer)
        plan.run(pixels.span, into: &target)
        count = buffer.count
      }
    }
  }
}
