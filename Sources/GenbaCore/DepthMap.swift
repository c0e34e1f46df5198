/// Distances along the optical axis, one for each pixel.
public struct DepthMap: Sendable, Equatable {
  /// float32 [height, width], in metres; 0 where ``validMask`` is `false`, never NaN.
  public let metres: Tensor<Float>

  /// bool [height, width]: where a distance is known.
  public let validMask: Tensor<Bool>

  /// A depth map from distances and their mask; shapes that differ trap.
  ///
  /// What is no distance (0, less, NaN, infinity) is not valid, whatever the mask says, and what is not valid becomes 0.
  public init(metres: Tensor<Float>, validMask: Tensor<Bool>) {
    precondition(
      metres.rank == 2 && metres.shape == validMask.shape,
      "a depth map of shape \(metres.shape) with a mask of shape \(validMask.shape)")
    guard Self.disagree(metres, validMask) else {
      self.metres = metres
      self.validMask = validMask
      return
    }
    let (distances, mask) = (metres.span, validMask.span)
    func isValid(_ index: Int) -> Bool {
      mask[index] && distances[index] > 0 && distances[index] < .infinity
    }
    self.validMask = Tensor(shape: metres.shape) { output in
      for index in 0..<distances.count { output.append(isValid(index)) }
    }
    self.metres = Tensor(shape: metres.shape) { output in
      for index in 0..<distances.count { output.append(isValid(index) ? distances[index] : 0) }
    }
  }

  /// Whether there is a pixel that is valid without a distance, or not valid and not 0. Through pointers, since this is
  /// asked of every map, and a filter takes no longer.
  private static func disagree(_ metres: Tensor<Float>, _ validMask: Tensor<Bool>) -> Bool {
    unsafe metres.withUnsafeBytes { metres in
      unsafe validMask.withUnsafeBytes { mask in
        let distances = unsafe metres.assumingMemoryBound(to: Float.self)
        var disagreements: UInt8 = 0
        for index in distances.indices {
          let z = unsafe distances[index]
          let isDistance: UInt8 = z > 0 && z < .infinity ? 1 : 0
          let isZero: UInt8 = z == 0 ? 1 : 0
          unsafe disagreements |= (isDistance ^ mask[index]) | ((isDistance | isZero) ^ 1)
        }
        return disagreements != 0
      }
    }
  }

  /// A depth map from distances; what is no distance (0, less, NaN, infinity) is not valid. A shape that is not
  /// [height, width] traps.
  public init(metres: Tensor<Float>) {
    self.init(metres: metres, validMask: Tensor(repeating: true, shape: metres.shape))
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

  /// Rows.
  public var height: Int { metres.shape[0] }

  /// Columns.
  public var width: Int { metres.shape[1] }

  /// How many pixels have a distance.
  public var validCount: Int {
    let mask = validMask.span
    var count = 0
    for index in 0..<mask.count { count += mask[index] ? 1 : 0 }
    return count
  }
}
