import ArgumentParser
import Genba

/// `fx,fy,cx,cy`, in pixels.
struct IntrinsicsArgument: ExpressibleByArgument {
  var camera: PinholeIntrinsics

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard numbers.count == 4, let fx = numbers[0], let fy = numbers[1], let cx = numbers[2], let cy = numbers[3],
      fx > 0, fy > 0, [fx, fy, cx, cy].allSatisfy(\.isFinite)
    else { return nil }
    camera = PinholeIntrinsics(fx: fx, fy: fy, cx: cx, cy: cy)
  }
}

/// How depth is smoothed first.
enum DepthFilterArgument: String, ExpressibleByArgument, CaseIterable {
  case median, bilateral, guided

  func apply(to depth: DepthMap) -> DepthMap {
    switch self {
    case .median: MedianFilter()(depth)
    case .bilateral: BilateralFilter()(depth)
    case .guided: GuidedFilter()(depth)
    }
  }
}

/// How depth becomes a model's numbers.
enum NormalizationArgument: String, ExpressibleByArgument, CaseIterable {
  case millimetres, inverse, log, percentile
  case minMax = "min-max"
  case medianDeviation = "median-deviation"

  var normalization: DepthNormalization {
    switch self {
    case .millimetres: .millimetres
    case .inverse: .inverse
    case .log: .log
    case .percentile: .percentile(of: .inverse)
    case .minMax: .minMax(of: .inverse)
    case .medianDeviation: .medianDeviation(of: .inverse)
    }
  }
}

/// What a picture of depth shows.
enum DepthView: String, ExpressibleByArgument, CaseIterable {
  case depth, normals, points

  /// The tensor that it is a picture of.
  var tensorName: String { self == .points ? "point_map" : rawValue }
}
