public import GenbaCore
internal import GenbaKernels

/// A resize of uint8 pictures from one size to another, with its weights computed once.
///
/// Equal bit for bit to the library that ``Arithmetic`` names, where it does not say otherwise. Channels do not mix:
/// Pillow itself multiplies colours by alpha before it resizes `RGBA` and `LA`; composite with
/// ``GenbaCore/Image/convertedToRGB()`` first to get its picture.
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
    /// Keys' cubic with a = -0.5, two pixels to each side; a = -0.75 without antialiasing.
    case bicubic
    /// sinc(x) sinc(x/3), three pixels to each side. torchvision 0.26 has no antialiased resize by it, and transformers
    /// falls back to bicubic there; with ``Arithmetic/torchvision`` you get these weights in 16 bits.
    case lanczos
    /// No mixing: the pixel under the centre of each new one, torchvision's `NEAREST_EXACT` and Pillow's `NEAREST`.
    case nearest
    /// The mean of the pixels under a new one, whole pixels only: Pillow's `BOX`.
    case box
    /// The mean of what a new pixel covers, parts of pixels included: OpenCV's `INTER_AREA`.
    case area
  }

  /// Whose numbers to compute. Of the same filter, they differ by one or two levels in less than a percent of the
  /// values between Pillow's and torchvision's integers, and in 12 to 17 % from float32.
  public enum Arithmetic: String, Sendable, Hashable, Codable, CaseIterable {
    /// Pillow up to 12: weights of 22 bits, horizontal pass first.
    case pillow
    /// Pillow 13: weights of 22 bits, vertical pass first where rows shrink by more than twice what columns do.
    case pillow13
    /// torchvision 0.26, `transforms.v2.functional.resize` on uint8 tensors: weights of 16 bits, horizontal pass first.
    case torchvision
    /// torchvision 0.26's older `transforms.functional.resize`, which qwen_vl_utils calls for video: float32, rounded
    /// once at the end. Without antialiasing a value half-way between two levels may be the other one.
    case torchvisionFloat
    /// OpenCV 5.0's `resize` with `INTER_AREA`; see ``AreaResizer``.
    case openCVArea

    /// The filters that it has.
    ///
    /// - Parameter antialias: `false` for those that can do without it.
    public func filters(antialias: Bool = true) -> [Filter] {
      switch self {
      case .pillow, .pillow13: antialias ? [.bilinear, .bicubic, .lanczos, .nearest, .box] : [.nearest]
      case .torchvision: antialias ? [.bilinear, .bicubic, .lanczos, .nearest] : [.bilinear, .bicubic, .nearest]
      case .torchvisionFloat: [.bilinear, .bicubic, .nearest]
      case .openCVArea: antialias ? [.area] : []
      }
    }
  }

  /// What each new pixel is made of.
  private enum Plan: Sendable {
    case weights(ResizePlan)
    case nearest(NearestPlan)
    case whole(@Sendable (Tensor<UInt8>) -> Tensor<UInt8>)
  }

  private let inShape: [Int]
  private let outShape: [Int]
  private let plan: Plan

  /// A resize between two sizes.
  ///
  /// - Parameters:
  ///   - inHeight: Rows of the pictures to resize, 1 to 2^26, as all sizes are (2^16 in float32); anything else traps.
  ///   - inWidth: Their columns.
  ///   - outHeight: Rows of the result.
  ///   - outWidth: Columns of the result.
  ///   - channels: 1 to 4.
  ///   - filter: The shape of the weights. One that the arithmetic does not have traps.
  ///   - arithmetic: The library to equal.
  ///   - antialias: Whether weights widen where the picture shrinks, so that every pixel counts.
  ///   - rows: Which rows of the resized picture to compute, for a crop after the resize; `nil` for all. None, or
  ///     others than there are, traps.
  ///   - columns: The same for its columns.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int = 3,
    filter: Filter = .bicubic, arithmetic: Arithmetic = .torchvision, antialias: Bool = true,
    rows: Range<Int>? = nil, columns: Range<Int>? = nil
  ) {
    precondition(
      arithmetic.filters(antialias: antialias).contains(filter),
      "\(arithmetic) has no \(filter) \(antialias ? "with" : "without") antialias")
    inShape = [inHeight, inWidth, channels]
    outShape = [rows?.count ?? outHeight, columns?.count ?? outWidth, channels]
    func part(_ resize: @escaping @Sendable (Tensor<UInt8>) -> Tensor<UInt8>) -> Plan {
      guard rows != nil || columns != nil else { return .whole(resize) }
      let (rows, columns) = (rows ?? 0..<outHeight, columns ?? 0..<outWidth)
      return .whole { resize($0).cropped(rows: rows, columns: columns) }
    }
    if filter == .nearest {
      plan = .nearest(
        NearestPlan(
          fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, arithmetic: arithmetic,
          rows: rows, columns: columns))
    } else if let filter = filter.kernel, let arithmetic = arithmetic.kernel {
      plan = .weights(
        ResizePlan(
          fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, channels: channels,
          filter: filter, arithmetic: arithmetic, antialias: antialias, rows: rows, columns: columns))
    } else if filter == .area {
      let resizer = AreaResizer(
        fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, channels: channels)
      plan = part { resizer($0) }
    } else if antialias {
      let resizer = RoundedFloatResizer(
        fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, channels: channels,
        filter: filter == .bilinear ? .bilinear : .bicubic)
      plan = part { resizer($0) }
    } else {
      let resizer = FloatImageResizer(
        fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, channels: channels,
        filter: filter == .bilinear ? .bilinear : .bicubic, antialias: false)
      plan = part { pixels in pixels.mappedPlanes(limit: 255) { resizer($0) } }
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
    case .whole(let resize):
      return resize(pixels)
    }
  }
}

extension ImageResizer.Filter {
  /// The kernel's filter; `nil` for what is none of its.
  var kernel: ResizeFilter? {
    switch self {
    case .bilinear: .bilinear
    case .bicubic: .bicubic
    case .lanczos: .lanczos
    case .box: .box
    case .nearest, .area: nil
    }
  }
}

extension ImageResizer.Arithmetic {
  /// The kernel's arithmetic; `nil` for what is none of its.
  var kernel: ResizeArithmetic? {
    switch self {
    case .pillow: .pillow
    case .pillow13: .pillow13
    case .torchvision: .torchvision
    case .torchvisionFloat, .openCVArea: nil
    }
  }
}
