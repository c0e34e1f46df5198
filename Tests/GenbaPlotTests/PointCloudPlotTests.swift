import GenbaCore
import GenbaPlot
import Testing

@Suite struct PointCloudPlotTests {
  /// A floor that begins near the eye, and a wall: nearly every point is within the picture, and the picture is used.
  @Test func theViewHoldsTheCloud() throws {
    var points: [Float] = []
    for column in -40...40 {
      for row in 0...60 { points += [Float(column) * 0.025, 0.6, 0.5 + Float(row) * 0.05] }
      for row in 0...40 { points += [Float(column) * 0.025, 0.6 - Float(row) * 0.05, 3.5] }
    }
    let cloud = PointCloud(points: Tensor(points, shape: [points.count / 3, 3]))
    for (width, height) in [(900, 640), (1200, 840), (400, 600)] {
      let image = try PointCloudPlot(width: width, height: height)(cloud)
      #expect((image.width, image.height) == (width, height))
      let drawn = coloured(image)
      // Between the title above and the scale below, and to a side's edge or from top to bottom.
      #expect(drawn.rows.lowerBound > 48 && drawn.rows.upperBound < height - 37, "\(drawn)")
      #expect(drawn.columns.lowerBound > 8 && drawn.columns.upperBound < width - 9, "\(drawn)")
      #expect(drawn.rows.count > height - 160 || drawn.columns.count > width - 110, "\(drawn)")
    }
  }

  /// The nearest few points of a clean cloud are not cut off, although they are fewer than outliers may be; outliers far
  /// away do not make the rest small.
  @Test func fewPointsAreCutOffOnlyIfTheyAreFarAway() throws {
    var wall: [Float] = []
    for column in -40...40 { for row in 0...40 { wall += [Float(column) * 0.025, 0.6 - Float(row) * 0.04, 3.5] } }
    func drawn(below: Float) throws -> (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
      let points = wall + (-3...3).flatMap { [Float($0) * 0.1, 0.6 + below, 3.4] }
      return coloured(
        try PointCloudPlot(width: 600, height: 640)(PointCloud(points: Tensor(points, shape: [3328, 3]))))
    }
    let near = try drawn(below: 0.4)
    #expect(near.rows.upperBound < 640 - 40 && near.rows.upperBound > 500, "\(near)")
    let far = try drawn(below: 40)
    #expect(far.columns.count > 400, "\(far)")
  }

  /// Damaged files and clouds made in memory may hold any number.
  @Test(arguments: [
    [1e38, 0, 1, -1e38, 1, 2, 3, -3e38, 3e38], [1e-38, 0, 1e-38], [.nan, 0, 0, .infinity, 1, 2, 1, 1, 1],
  ])
  func anyNumbersAreDrawn(points: [Float]) throws {
    let cloud = PointCloud(points: Tensor(points, shape: [points.count / 3, 3]))
    #expect(try PointCloudPlot()(cloud).width == 900)
  }

  @Test func noPointsAreAnError() {
    for points in [[], [Float.nan, 0, 0]] {
      let cloud = PointCloud(points: Tensor(points, shape: [points.count / 3, 3]))
      #expect(throws: GenbaError.self) { try PointCloudPlot()(cloud) }
    }
  }

  /// The rows and columns of pixels that have a colour: what is not gray is a point.
  private func coloured(_ image: Image) -> (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    guard case .uint8(let tensor) = image.pixels else { return (0...0, 0...0) }
    let pixels = Array(tensor)
    var (rows, columns) = (Set<Int>(), Set<Int>())
    for place in 0..<image.height * image.width {
      let channels = pixels[3 * place..<3 * place + 3]
      guard let high = channels.max(), let low = channels.min(), high - low > 40 else { continue }
      rows.insert(place / image.width)
      columns.insert(place % image.width)
    }
    return ((rows.min() ?? 0)...(rows.max() ?? 0), (columns.min() ?? 0)...(columns.max() ?? 0))
  }
}
