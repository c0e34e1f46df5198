public import GenbaCore
internal import Glibc

/// A view of a point cloud from beside and above the camera that saw it, with a bar of a round length.
///
/// Near points hide far ones, and where depth jumps a point is darkened (eye-dome lighting, Boucheny 2009), so that
/// shapes are seen without normals. Points without colours are coloured by their depth in the camera's axes.
public struct PointCloudPlot: Sendable {
  /// Pixels.
  public var width: Int
  /// Pixels.
  public var height: Int
  /// How far the view is turned around the cloud's middle, to the right, in degrees.
  public var yaw: Double
  /// How far it is raised, in degrees.
  public var pitch: Double
  /// The first line, left.
  public var title: String?

  /// A view of this size; less than 300x200 traps.
  public init(width: Int = 900, height: Int = 640, yaw: Double = 25, pitch: Double = 20, title: String? = nil) {
    precondition(width >= 300 && height >= 200, "a view of \(width)x\(height) pixels cannot be read")
    self.width = width
    self.height = height
    self.yaw = yaw
    self.pitch = pitch
    self.title = title
  }

  /// The picture: uint8 RGB. Points with a coordinate that is not finite are not shown.
  ///
  /// - Throws: `.mismatchedInputs` for a cloud without points.
  public func callAsFunction(_ cloud: PointCloud) throws(GenbaError) -> Image {
    let coordinates = cloud.points.span
    let finite = (0..<cloud.count).filter { index in (0..<3).allSatisfy { coordinates[3 * index + $0].isFinite } }
    let cloud = finite.count == cloud.count ? cloud : cloud.selecting(finite)
    guard cloud.count > 0 else {
      throw GenbaError(.mismatchedInputs, "the cloud has no points: there is nothing to show")
    }
    let view = View(cloud, yaw: yaw, pitch: pitch, width: width, height: height)
    var canvas = Canvas(width: width, height: height)
    let (places, depths) = view.splat(cloud.points)
    let colors = colors(of: cloud, view)
    for y in 0..<height {
      for x in 0..<width {
        let index = y * width + x
        guard places[index] >= 0 else { continue }
        let shade = Self.shade(depths, x, y, width, height, scale: view.radius)
        canvas[x, y] = Color(0x101318).mixed(with: colors(places[index]), shade)
      }
    }
    PlotLayout.drawTitle(on: &canvas, title, caption: "\(cloud.count) points", left: 24, right: 24)
    drawScale(on: &canvas, view)
    return canvas.image
  }

  private func colors(of cloud: PointCloud, _ view: View) -> (Int) -> Color {
    if let colors = cloud.colors {
      let values = Array(colors)
      return { Color(red: values[3 * $0], green: values[3 * $0 + 1], blue: values[3 * $0 + 2]) }
    }
    let points = Array(cloud.points)
    let table = ColorMap.viridis.table
    let (near, far) = view.depthRange
    return { index in
      let share = (far - Double(points[3 * index + 2])) / max(far - near, 1e-9)
      return table[min(max(Int(share * 255), 0), 255)]
    }
  }

  /// 1 for a pixel that nothing around stands in front of, less where something does.
  private static func shade(_ depths: [Float], _ x: Int, _ y: Int, _ width: Int, _ height: Int, scale: Double) -> Double
  {
    var hidden = 0.0
    let here = Double(depths[y * width + x])
    for (dx, dy) in [(-2, 0), (2, 0), (0, -2), (0, 2)] {
      let (column, row) = (x + dx, y + dy)
      guard column >= 0, column < width, row >= 0, row < height, depths[row * width + column].isFinite else { continue }
      hidden += max(here - Double(depths[row * width + column]), 0) / scale
    }
    return max(exp(-12 * hidden), 0.35)
  }

  private func drawScale(on canvas: inout Canvas, _ view: View) {
    let room = Double(width) / 4
    let least = room / view.pixelsPerMetre
    let magnitude = pow(10, log10(least).rounded(.down))
    let length = [5, 2, 1].map { $0 * magnitude }.first { $0 <= least } ?? magnitude
    let pixels = Int(length * view.pixelsPerMetre)
    canvas.fill(PixelRect(left: 24, top: height - 28, width: pixels, height: 4), Theme.text)
    let label =
      length >= 1
      ? "\(Ticks.number(length, decimals: 0)) m" : "\(Ticks.number(length * 100, decimals: length < 0.01 ? 1 : 0)) cm"
    canvas.draw(
      "\(label) at the middle", x: Double(24 + pixels + 10), baseline: Double(height) - 20, style: .caption)
  }
}

/// A camera that looks at the middle of a cloud.
private struct View {
  let center: SIMD3<Double>
  /// Half of the cloud's extent, without its farthest hundredth.
  let radius: Double
  /// The nearest and the farthest depth, without the outermost hundredths.
  let depthRange: (near: Double, far: Double)
  let pixelsPerMetre: Double
  private let right: SIMD3<Double>, down: SIMD3<Double>, forward: SIMD3<Double>
  private let distance: Double, focal: Double
  /// What the picture's middle shows: x / z and y / z in the eye's axes.
  private let aim: (x: Double, y: Double)
  private let width: Int, height: Int

  init(_ cloud: PointCloud, yaw: Double, pitch: Double, width: Int, height: Int) {
    let points = Array(cloud.points)
    let middle = points.count / 6
    func sorted(_ axis: Int) -> [Float] { stride(from: axis, to: points.count, by: 3).map { points[$0] }.sorted() }
    let axes = (0..<3).map(sorted)
    let median = SIMD3(Double(axes[0][middle]), Double(axes[1][middle]), Double(axes[2][middle]))
    let edge = cloud.count / 100
    depthRange = (Double(axes[2][edge]), Double(axes[2][cloud.count - 1 - edge]))
    let (a, b) = (yaw * .pi / 180, pitch * .pi / 180)
    let forward = SIMD3(-sin(a) * cos(b), sin(b), cos(a) * cos(b))
    let right = SIMD3(cos(a), 0, sin(a))
    let down = SIMD3(
      forward.y * right.z - forward.z * right.y, forward.z * right.x - forward.x * right.z,
      forward.x * right.y - forward.y * right.x)
    // What the view must hold: all points but `left` at either end. Its middle is theirs, not the median, which may be
    // far to one side.
    func extent(without left: Int, _ place: (SIMD3<Double>) -> Double) -> (middle: Double, half: Double) {
      let places = stride(from: 0, to: points.count, by: 3).map { index in
        place(SIMD3(Double(points[index]), Double(points[index + 1]), Double(points[index + 2])))
      }.sorted()
      let (low, high) = (places[left], places[places.count - 1 - left])
      return ((low + high) / 2, (high - low) / 2)
    }
    let across = extent(without: edge) { (($0 - median) * right).sum() }
    let along = extent(without: edge) { (($0 - median) * down).sum() }
    let center = median + right * across.middle + down * along.middle
    radius = max(across.half * Double(height) / Double(width) * 1.05 * 1.15, along.half * 1.15, 1e-6)
    let distance = radius * 3.2
    // Near points are farther apart in the picture: what is seen of all is brought to the picture's middle and size.
    let eye = center - forward * distance
    func seen(_ axis: SIMD3<Double>) -> (middle: Double, half: Double) {
      func place(_ point: SIMD3<Double>) -> Double {
        ((point - eye) * axis).sum() / max(((point - eye) * forward).sum(), 0.05 * distance)
      }
      // All points, unless a few of them would make the others small.
      let (most, all) = (extent(without: edge / 4, place), extent(without: 0, place))
      let shown = all.half <= 1.3 * most.half ? all : most
      return (shown.middle, max(shown.half * 1.06, 1e-6))
    }
    let (columns, rows) = (seen(right), seen(down))
    aim = (columns.middle, rows.middle)
    focal = min(Double(width - 60) / 2 / columns.half, Double(height - 108) / 2 / rows.half, Double(height) * 4)
    pixelsPerMetre = focal / distance
    self.distance = distance
    (self.center, self.forward, self.right, self.down) = (center, forward, right, down)
    (self.width, self.height) = (width, height)
  }

  /// For each pixel the point that is seen there, or -1, and its distance from the eye.
  func splat(_ tensor: Tensor<Float>) -> (places: [Int], depths: [Float]) {
    var places = [Int](repeating: -1, count: width * height)
    var depths = [Float](repeating: .infinity, count: width * height)
    let points = tensor.span
    let eye = center - forward * distance
    // As large as points stand apart, if they fill the view.
    let size = min(max(Int((Double(width * height) / Double(max(tensor.shape[0], 1))).squareRoot() * 0.8), 1), 5)
    for index in 0..<tensor.shape[0] {
      let p = SIMD3(Double(points[3 * index]), Double(points[3 * index + 1]), Double(points[3 * index + 2])) - eye
      let z = (p * forward).sum()
      guard z > 0.05 * distance else { continue }
      let x = Double(width) / 2 + focal * ((p * right).sum() / z - aim.x)
      let y = Double(height) / 2 + 6 + focal * ((p * down).sum() / z - aim.y)
      guard x > -8, y > -8, x < Double(width + 8), y < Double(height + 8) else { continue }
      for row in Int(y) - size / 2...Int(y) - size / 2 + size - 1 where row >= 48 && row < height - 36 {
        for column in Int(x) - size / 2...Int(x) - size / 2 + size - 1 where column >= 0 && column < width {
          if Float(z) < depths[row * width + column] {
            depths[row * width + column] = Float(z)
            places[row * width + column] = index
          }
        }
      }
    }
    return (places, depths)
  }
}
