/// Distances along the optical axis, one for each pixel.
public struct DepthMap: Sendable, Equatable {
  /// float32 [height, width], in metres; 0 where ``validMask`` is `false`, never NaN.
  public var metres: Tensor<Float>

  /// bool [height, width]: where a distance is known.
  public var validMask: Tensor<Bool>

  /// A depth map from distances and their mask; shapes that differ trap.
  public init(metres: Tensor<Float>, validMask: Tensor<Bool>) {
    precondition(
      metres.rank == 2 && metres.shape == validMask.shape,
      "a depth map of shape \(metres.shape) with a mask of shape \(validMask.shape)")
    self.metres = metres
    self.validMask = validMask
  }

  /// A depth map from sensor units, as a 16-bit depth picture stores them; 0 means no measurement.
  ///
  /// - Parameters:
  ///   - units: uint16 [height, width].
  ///   - unitsPerMetre: 1000 for millimetres (RealSense, Azure Kinect), 5000 for the TUM data sets.
  public init(units: Tensor<UInt16>, unitsPerMetre: Float = 1000) {
    let source = units.span
    self.init(
      metres: Tensor(shape: units.shape) { output in
        for index in 0..<source.count { output.append(Float(source[index]) / unitsPerMetre) }
      },
      validMask: Tensor(shape: units.shape) { output in
        for index in 0..<source.count { output.append(source[index] != 0) }
      })
  }
}
