public import GenbaCore
internal import GenbaKernels

/// An antialiased resize of uint8 pictures from one size to another, with its weights computed once.
///
/// Equal bit for bit to the library that ``Arithmetic`` names. Two passes, uint8 between them; a pass along an axis
/// whose length stays is left out. Channels do not mix: Pillow itself multiplies colours by alpha before it resizes
/// `RGBA` and `LA`; composite with ``GenbaCore/Image/convertedToRGB()`` first to get its picture.
///
/// ```swift
/// let resizer = ImageResizer(fromHeight: 1080, width: 1920, toHeight: 840, width: 1484, filter: .bicubic)
/// let small = resizer(pixels)  // uint8 [840, 1484, 3]
/// ```
public struct ImageResizer: Sendable {
  /// The shape of the weights around an output pixel's centre.
  public enum Filter: String, Sendable, Hashable, Codable, CaseIterable {
    /// A triangle, one pixel to each side.
    case bilinear
    /// Keys' cubic with a = -0.5, two pixels to each side.
    case bicubic
    /// sinc(x) sinc(x/3), three pixels to each side. torchvision 0.26 has no antialiased resize by it, and transformers
    /// falls back to bicubic there; with ``Arithmetic/torchvision`` you get these weights in 16 bits.
    case lanczos
    /// No mixing: the pixel under the centre of each new one, torchvision's `NEAREST_EXACT` and Pillow's `NEAREST`.
    case nearest
  }

  /// Whose integers to compute with. The results differ by one or two levels in less than a percent of the values.
  public enum Arithmetic: String, Sendable, Hashable, Codable, CaseIterable {
    /// Pillow up to 12: weights of 22 bits, horizontal pass first.
    case pillow
    /// Pillow 13: weights of 22 bits, vertical pass first where rows shrink by more than twice what columns do.
    case pillow13
    /// torchvision 0.26, `transforms.v2.functional.resize` with `antialias=True` on uint8 tensors: weights of 16
    /// bits, horizontal pass first.
    case torchvision
  }

  /// What each new pixel is made of.
  private enum Plan: Sendable {
    case weights(ResizePlan)
    case nearest(NearestPlan)
  }

  private let inShape: [Int]
  private let outShape: [Int]
  private let plan: Plan

  /// A resize between two sizes.
  ///
  /// - Parameters:
  ///   - inHeight: Rows of the pictures to resize, 1 to 2^26, as all sizes are; anything else traps.
  ///   - inWidth: Their columns.
  ///   - outHeight: Rows of the result.
  ///   - outWidth: Columns of the result.
  ///   - channels: 1 to 4.
  ///   - filter: The shape of the weights.
  ///   - arithmetic: The library to equal.
  ///   - rows: Which rows of the resized picture to compute, for a crop after the resize; `nil` for all. None, or
  ///     others than there are, traps.
  ///   - columns: The same for its columns.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int = 3,
    filter: Filter = .bicubic, arithmetic: Arithmetic = .torchvision, rows: Range<Int>? = nil,
    columns: Range<Int>? = nil
  ) {
    inShape = [inHeight, inWidth, channels]
    outShape = [rows?.count ?? outHeight, columns?.count ?? outWidth, channels]
    if let filter = filter.kernel {
      plan = .weights(
        ResizePlan(
          fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, channels: channels,
          filter: filter, arithmetic: arithmetic.kernel, rows: rows, columns: columns))
    } else {
      plan = .nearest(
        NearestPlan(
          fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, arithmetic: arithmetic,
          rows: rows, columns: columns))
    }
  }

  /// [outHeight, outWidth, channels] of `pixels`, which are [inHeight, inWidth, channels]; another shape traps. Of a
  /// part of the rows and columns, as many of them.
  public func callAsFunction(_ pixels: Tensor<UInt8>) -> Tensor<UInt8> {
    var nothing: Tensor<UInt8>?
    return self(pixels, reusing: &nothing)
  }

  /// The same, in the memory of a tensor that is no longer needed: for loops over many frames.
  public func callAsFunction(_ pixels: Tensor<UInt8>, reusing spent: inout Tensor<UInt8>?) -> Tensor<UInt8> {
    precondition(pixels.shape == inShape, "a resizer of \(inShape) cannot take \(pixels.shape)")
    switch plan {
    case .weights(let plan):
      if plan.isIdentity { return pixels }
      return Tensor(shape: outShape, reusing: &spent) { output in plan.run(from: pixels.span, into: &output) }
    case .nearest(let plan):
      return Tensor(shape: outShape, reusing: &spent) { output in
        plan.run(from: pixels.span, inWidth: inShape[1], channels: inShape[2], into: &output)
      }
    }
  }
}

extension ImageResizer.Filter {
  /// The kernel's filter; `nil` where nothing is mixed.
  var kernel: ResizeFilter? {
    switch self {
    case .bilinear: .bilinear
    case .bicubic: .bicubic
    case .lanczos: .lanczos
    case .nearest: nil
    }
  }
}

extension ImageResizer.Arithmetic {
  var kernel: ResizeArithmetic {
    switch self {
    case .pillow: .pillow
    case .pillow13: .pillow13
    case .torchvision: .torchvision
    }
  }
}
