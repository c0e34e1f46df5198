public import GenbaCore
internal import GenbaKernels

/// The median of 5 x 5 pixels, which takes single wrong distances away and keeps steps.
///
/// Without holes, OpenCV's `medianBlur(5)`, except at the picture's edges. A neighbour that is not valid, or outside,
/// counts as the pixel itself; a pixel that is not valid stays so.
public struct MedianFilter: Sendable {
  /// The filter.
  public init() {}

  /// The medians of distances.
  public func callAsFunction(_ depth: DepthMap) -> DepthMap {
    DepthMap(
      metres: Tensor(shape: depth.metres.shape) {
        MedianFilter5.run(depth.metres.span, height: depth.height, width: depth.width, into: &$0)
      }, validMask: depth.validMask)
  }

  /// The medians of sensor units, uint16 [height, width], 0 for none. Another rank traps, and so
  /// does a picture without pixels.
  public func callAsFunction(_ units: Tensor<UInt16>) -> Tensor<UInt16> {
    precondition(units.rank == 2 && units.count > 0, "a depth picture is [height, width], not \(units.shape)")
    return Tensor(shape: units.shape) {
      MedianFilter5.run(units.span, height: units.shape[0], width: units.shape[1], into: &$0)
    }
  }
}

/// The bilateral filter: the mean of neighbours that are near in the picture and in distance (Tomasi & Manduchi, ICCV
/// 1998).
///
/// As OpenCV's `bilateralFilter` on float32, in a circle of `radius` and within 1e-5 m; here what is not valid or
/// outside does not count, and what is not valid stays so.
public struct BilateralFilter: Sendable, Hashable, Codable {
  /// Neighbours up to this many pixels away count: OpenCV's `d` is 2 · radius + 1.
  public var radius: Int
  /// The standard deviation of the weights by distance in the picture, in pixels.
  public var sigmaSpace: Float
  /// The standard deviation of the weights by difference of depth, in metres.
  public var sigmaDepth: Float
  /// Whether ``sigmaDepth`` holds at 1 m and grows with the square of the distance, as the noise of sensors that
  /// triangulate does.
  public var growsWithDistance: Bool

  /// A filter; a radius outside 1 to 32 or a sigma that is not above 0 traps.
  public init(radius: Int = 2, sigmaSpace: Float = 3, sigmaDepth: Float = 0.008, growsWithDistance: Bool = true) {
    precondition(
      (1...32).contains(radius) && sigmaSpace > 0 && sigmaDepth > 0,
      "no bilateral filter of radius \(radius) with sigmas of \(sigmaSpace) pixels and \(sigmaDepth) m")
    self.radius = radius
    self.sigmaSpace = sigmaSpace
    self.sigmaDepth = sigmaDepth
    self.growsWithDistance = growsWithDistance
  }

  /// The smoothed distances.
  public func callAsFunction(_ depth: DepthMap) -> DepthMap {
    let plan = BilateralPlan(
      radius: radius, sigmaSpace: sigmaSpace, sigmaDepth: sigmaDepth, isQuadratic: growsWithDistance)
    return DepthMap(
      metres: Tensor(shape: depth.metres.shape) {
        plan.run(depth.metres.span, height: depth.height, width: depth.width, into: &$0)
      }, validMask: depth.validMask)
  }
}

/// The guided filter (He, Sun, Tang: Guided image filtering, ECCV 2010): in each window the result is a line over the
/// guide, and steps that the guide has are kept.
///
/// Windows count valid pixels only, and those that exist: He's own code does so at the edges, where OpenCV's
/// `ximgproc.guidedFilter` mirrors the picture. What is not valid stays so.
public struct GuidedFilter: Sendable, Hashable, Codable {
  /// Windows are 2 · radius + 1 pixels wide and high.
  public var radius: Int
  /// Variance of the guide below which it is smoothed: in square metres, or for a picture in squares of its own unit.
  public var epsilon: Float

  /// A filter; a radius outside 1 to 64 or an epsilon that is not above 0 traps.
  public init(radius: Int = 8, epsilon: Float = 1e-4) {
    precondition((1...64).contains(radius) && epsilon > 0, "no guided filter of radius \(radius), epsilon \(epsilon)")
    self.radius = radius
    self.epsilon = epsilon
  }

  /// The distances smoothed with themselves as the guide, or with a picture: float32 [height, width], gray. Another
  /// shape traps.
  public func callAsFunction(_ depth: DepthMap, guide: Tensor<Float>? = nil) -> DepthMap {
    precondition(guide == nil || guide?.shape == depth.metres.shape, "the guide has another shape")
    let plan = GuidedPlan(radius: radius, epsilon: epsilon)
    return DepthMap(
      metres: Tensor(shape: depth.metres.shape) { output in
        if let guide {
          plan.run(depth.metres.span, guide: guide.span, height: depth.height, width: depth.width, into: &output)
        } else {
          plan.run(depth.metres.span, height: depth.height, width: depth.width, into: &output)
        }
      }, validMask: depth.validMask)
  }
}
