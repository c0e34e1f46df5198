public import GenbaCore

/// Gives holes a distance.
///
/// The result's mask says that everything is valid that has one now; keep the measurement's own mask beside it where a
/// policy should know what was measured.
public struct DepthFill: Sendable, Hashable, Codable {
  /// Which distance a hole gets.
  public enum Method: Sendable, Hashable, Codable {
    /// The farther of the next valid distances left and right in its row: what is hidden from one eye lies behind
    /// (as KITTI's devkit interpolates, and spatial stereo benchmarks fill occlusions). Rows without any take the row
    /// above, or the next below.
    case background
    /// Carried in from around by ``FastGlobalSmoother``, along what looks alike in the guide.
    case edgePreserving(lambda: Double = 1000, sigma: Double = 8)
  }

  /// Which distance a hole gets.
  public var method: Method

  /// A fill.
  public init(_ method: Method = .background) { self.method = method }

  /// The filled distances; measured ones stay as they are.
  ///
  /// - Parameter guide: For `.edgePreserving`: float32 [height, width] or [height, width, channels], in the unit of its
  ///   sigma (levels 0 … 255 for the default). Without one, or with another shape, it traps.
  public func callAsFunction(_ depth: DepthMap, guide: Tensor<Float>? = nil) -> DepthMap {
    switch method {
    case .background: return background(depth)
    case .edgePreserving(let lambda, let sigma):
      precondition(guide != nil, "an edge-preserving fill needs a picture to follow")
      let carried = FastGlobalSmoother(lambda: lambda, sigma: sigma)(depth, guide: guide, fillsHoles: true)
      let (measured, filled) = (depth.metres.span, carried.metres.span)
      return DepthMap(
        metres: Tensor(shape: depth.metres.shape) { output in
          for index in 0..<measured.count { output.append(measured[index] > 0 ? measured[index] : filled[index]) }
        })
    }
  }

  private func background(_ depth: DepthMap) -> DepthMap {
    var values = Array(depth.metres)
    let (height, width) = (depth.height, depth.width)
    var emptyRows: [Int] = []
    for y in 0..<height {
      let row = y * width
      var x = 0
      while x < width {
        guard values[row + x] == 0 else {
          x += 1
          continue
        }
        var end = x
        while end < width, values[row + end] == 0 { end += 1 }
        let farther = max(x > 0 ? values[row + x - 1] : 0, end < width ? values[row + end] : 0)
        for index in x..<end { values[row + index] = farther }
        x = end
      }
      if width > 0, values[row] == 0 { emptyRows.append(y) }
    }
    // From the row above, or at the top from the first row below that has any.
    for y in emptyRows {
      let from = y > 0 && values[(y - 1) * width] > 0 ? y - 1 : (y..<height).first { values[$0 * width] > 0 }
      guard let from else { break }
      for x in 0..<width { values[y * width + x] = values[from * width + x] }
    }
    return DepthMap(metres: Tensor(values, shape: [height, width]))
  }
}
