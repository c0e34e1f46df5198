/// A semi-global match of two pictures of one size: its numbers, and how its rows are cut into bands and strips.
///
/// Paths that go up begin `margin` rows below the strip that they are for, and paths that go down `margin` rows above
/// their band, so that a strip of costs is all that has to be held. Bands do not depend on the number of threads, and
/// so neither does the result.
public struct StereoPlan: Sendable {
  /// The 24 pixels around one that its census compares it with.
  public enum Window: Int, Sendable, CaseIterable {
    /// All of 5 x 5.
    case five = 5
    /// Every other one of 7 x 7, and eight between.
    case seven = 7
    /// Eight at a distance of 4, of about 3, and of 2 each.
    case nine = 9

    /// Rows and columns from the pixel.
    var steps: [(y: Int, x: Int)] {
      switch self {
      case .five:
        return (-2...2).flatMap { y in (-2...2).map { (y, $0) } }.filter { $0 != (0, 0) }
      case .seven:
        let odd = [-3, -1, 1, 3]
        let between = [(0, -2), (0, 2), (-2, 0), (2, 0), (-2, -2), (-2, 2), (2, -2), (2, 2)]
        return odd.flatMap { y in odd.map { (y, $0) } } + between
      case .nine:
        let square = (-1...1).flatMap { y in (-1...1).map { (y, $0) } }.filter { $0 != (0, 0) }
        let knights = [(-1, -3), (-1, 3), (1, -3), (1, 3), (-3, -1), (-3, 1), (3, -1), (3, 1)]
        return square.map { (4 * $0.0, 4 * $0.1) } + square.map { (2 * $0.0, 2 * $0.1) } + knights
      }
    }
  }

  /// The largest matching cost and `p2` together, so that two paths fit a byte.
  public static let largestPath = 127
  /// What the census costs at most.
  public static let largestCensusCost = 48

  /// The pictures' rows and columns.
  public let height: Int, width: Int
  /// The smallest disparity, and how many there are: a multiple of 16, up to 512.
  public let minDisparity: Int, numDisparities: Int
  /// Penalties of a change by one and of a larger one; `p2Table[g]` is the larger one where the brightness changes by
  /// g.
  public let p1: Int, p2Table: [UInt8]
  /// The census' window, and what absolute differences are cut off at.
  public let window: Window, maxDifference: Int
  /// 4 or 8.
  public let paths: Int
  /// The choice's strictness: see `genba_stereo_settle_row`.
  public let uniquenessRatio: Int, disp12MaxDiff: Int
  /// Rows that a path runs before it counts.
  static let margin = 12

  /// A plan. Numbers that contradict each other trap.
  public init(
    height: Int, width: Int, minDisparity: Int, numDisparities: Int, p1: Int, p2Table: [UInt8], window: Window,
    maxDifference: Int, paths: Int, uniquenessRatio: Int, disp12MaxDiff: Int
  ) {
    precondition(height > 0 && width > 0 && width <= 1 << 20, "no pictures of \(width)x\(height)")
    precondition(
      numDisparities > 0 && numDisparities % 16 == 0 && numDisparities <= 512, "\(numDisparities) disparities")
    precondition(abs(minDisparity) <= 1 << 14, "disparities from \(minDisparity) on")
    precondition(p2Table.count == 256 && p2Table.allSatisfy { $0 >= p1 } && p1 >= 0, "P2 is at least P1, \(p1)")
    precondition(
      Self.largestCensusCost + maxDifference + Int(p2Table.max() ?? 0) <= Self.largestPath && maxDifference >= 0,
      "costs of \(Self.largestCensusCost) + \(maxDifference) and P2 of \(p2Table.max() ?? 0) do not fit")
    precondition(paths == 4 || paths == 8, "4 or 8 paths, not \(paths)")
    precondition((0...99).contains(uniquenessRatio), "a uniqueness ratio of \(uniquenessRatio)")
    self.height = height
    self.width = width
    self.minDisparity = minDisparity
    self.numDisparities = numDisparities
    self.p1 = p1
    self.p2Table = p2Table
    self.window = window
    self.maxDifference = maxDifference
    self.paths = paths
    self.uniquenessRatio = uniquenessRatio
    self.disp12MaxDiff = disp12MaxDiff
  }

  /// Parts of the picture that are matched by themselves: one for small pictures, an even number for others.
  public var bands: [Range<Int>] {
    let count = height < 128 ? 1 : max(2, height / 256 * 2)
    return (0..<count).map { height * $0 / count..<height * ($0 + 1) / count }
  }

  /// Bytes that a row of costs takes.
  var volumeRowBytes: Int { width * ((numDisparities + 31) & ~31) + 64 }

  /// Rows of a strip: as many as the memory allows that a match may take.
  var stripRows: Int {
    let budget = paths == 8 ? 40 << 20 : 18 << 20
    let volumes = paths == 8 ? 3 : 2
    let rows = (budget / volumeRowBytes - Self.margin) / volumes
    return min(max(rows, 4), bands.map(\.count).max() ?? height)
  }
}
