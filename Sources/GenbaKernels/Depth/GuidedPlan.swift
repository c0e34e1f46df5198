internal import CGenbaKernels

/// The guided filter over the known pixels of a depth picture.
public struct GuidedPlan: Sendable {
  private let radius: Int
  private let epsilon: Float

  /// Windows of 2 · radius + 1 pixels, radius 1 to 64; anything else traps.
  public init(radius: Int, epsilon: Float) {
    precondition((1...64).contains(radius) && epsilon > 0, "no guided filter of radius \(radius), epsilon \(epsilon)")
    self.radius = radius
    self.epsilon = epsilon
  }

  /// Appends the filtered distances of `metres`, [height, width], of which 0 are unknown and stay so; the guide is the
  /// distances themselves.
  public func run(_ metres: Span<Float>, height: Int, width: Int, into output: inout OutputSpan<Float>) {
    run(metres, guide: metres, isSelfGuided: true, height: height, width: width, into: &output)
  }

  /// The same with another guide of as many numbers.
  public func run(
    _ metres: Span<Float>, guide: Span<Float>, height: Int, width: Int, into output: inout OutputSpan<Float>
  ) {
    run(metres, guide: guide, isSelfGuided: false, height: height, width: width, into: &output)
  }

  private func run(
    _ metres: Span<Float>, guide: Span<Float>, isSelfGuided: Bool, height: Int, width: Int,
    into output: inout OutputSpan<Float>
  ) {
    let count = height * width
    precondition(
      count > 0 && metres.count == count && guide.count == count && output.freeCapacity >= count,
      "\(metres.count) pixels and a guide of \(guide.count)")
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      let target = unsafe buffer.baseAddress.unsafelyUnwrapped + initializedCount
      unsafe metres.withUnsafeBufferPointer { metres in
        unsafe guide.withUnsafeBufferPointer { guide in
          unsafe filter(
            metres.baseAddress.unsafelyUnwrapped, guide.baseAddress.unsafelyUnwrapped, isSelfGuided, height, width,
            target)
        }
      }
      initializedCount += count
    }
  }

  private func filter(
    _ metres: UnsafePointer<Float>, _ guide: UnsafePointer<Float>, _ isSelfGuided: Bool, _ height: Int, _ width: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    // Taken from the mean, squares keep the digits that variances need.
    let (depthMean, guideMean) = unsafe means(metres, guide, height * width)
    let lines = GuidedLines(height: height, width: width)
    // Of n, guide, guide squared; and input, guide times input, where these are others.
    let windows = WindowSums(quantities: isSelfGuided ? 3 : 5, radius: radius, height: height, width: width)
    for y in 0..<height {
      unsafe windows.move(to: y) { row, parts in
        let (z, g) = unsafe (metres + row * width, guide + row * width)
        for x in 0..<width {
          let known: Float = unsafe z[x] > 0 ? 1 : 0
          let value = unsafe (g[x] - guideMean) * known
          unsafe parts[0][x] = known
          unsafe parts[1][x] = value
          unsafe parts[2][x] = value * value
        }
        guard !isSelfGuided else { return }
        for x in 0..<width {
          let input = unsafe z[x] > 0 ? z[x] - depthMean : 0
          unsafe parts[3][x] = input
          unsafe parts[4][x] = input * parts[1][x]
        }
      }
      let sums = unsafe windows.boxes
      unsafe genba_guided_row(
        sums[0], sums[1], sums[isSelfGuided ? 1 : 3], sums[2], sums[isSelfGuided ? 2 : 4], epsilon, Int64(width),
        windows.spare[0], windows.spare[1])
      unsafe lines.store(y, n: sums[0], a: windows.spare[0], b: windows.spare[1])
    }
    let means = WindowSums(quantities: 3, radius: radius, height: height, width: width)
    for y in 0..<height {
      unsafe means.move(to: y) { row, parts in unsafe lines.load(row, into: parts) }
      let sums = unsafe means.boxes
      let (z, g, out) = unsafe (metres + y * width, guide + y * width, target + y * width)
      for x in 0..<width {
        let value = unsafe (sums[1][x] * (g[x] - guideMean) + sums[2][x]) / max(sums[0][x], 1) + depthMean
        unsafe out[x] = unsafe z[x] > 0 ? max(value, .leastNormalMagnitude) : 0
      }
    }
  }

  private func means(
    _ metres: UnsafePointer<Float>, _ guide: UnsafePointer<Float>, _ count: Int
  ) -> (Float, Float) {
    var (n, depth, other) = (0.0, 0.0, 0.0)
    for index in 0..<count where unsafe metres[index] > 0 {
      n += 1
      depth += unsafe Double(metres[index])
      other += unsafe Double(guide[index])
    }
    return n == 0 ? (0, 0) : (Float(depth / n), Float(other / n))
  }
}

/// The lines a · guide + b of all windows.
@safe
private final class GuidedLines {
  private let width: Int
  private let memory: UnsafeMutablePointer<Float>
  private let count: Int

  init(height: Int, width: Int) {
    self.width = width
    count = height * width
    unsafe memory = .allocate(capacity: 3 * height * width)
  }

  deinit { unsafe memory.deallocate() }

  func store(_ row: Int, n: UnsafePointer<Float>, a: UnsafePointer<Float>, b: UnsafePointer<Float>) {
    let start = unsafe memory + row * width
    for x in 0..<width { unsafe start[x] = n[x] > 0.5 ? 1 : 0 }
    unsafe (start + count).update(from: a, count: width)
    unsafe (start + 2 * count).update(from: b, count: width)
  }

  func load(_ row: Int, into parts: [UnsafeMutablePointer<Float>]) {
    for part in 0..<3 { unsafe parts[part].update(from: memory + part * count + row * width, count: width) }
  }
}

/// Sums over windows that go down a picture row by row, of several quantities at once.
///
/// Sums along columns slide: the row that enters is added, the one that leaves taken away; every sixteenth row they begin
/// anew, so that what rounding leaves does not add up. Sums along rows are then made from them.
@safe
private final class WindowSums {
  private let radius: Int, height: Int, width: Int
  private let stride: Int
  private let memory: UnsafeMutablePointer<Float>
  private let columns: [UnsafeMutablePointer<Float>]
  private let rows: [UnsafeMutablePointer<Float>]
  private let work: UnsafeMutablePointer<Float>
  /// The sums over the windows of the row that was moved to.
  let boxes: [UnsafeMutablePointer<Float>]
  /// Two rows to use.
  let spare: [UnsafeMutablePointer<Float>]

  init(quantities: Int, radius: Int, height: Int, width: Int) {
    self.radius = radius
    self.height = height
    self.width = width
    // A margin of the radius on either side, and room for what vectors write and read beyond.
    stride = (width + 2 * radius + 64 + 15) / 16 * 16
    let total = (3 * quantities + 3) * stride
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: total)
    unsafe memory.initialize(repeating: 0, count: total)
    unsafe self.memory = unsafe memory
    let stride = stride
    func part(_ index: Int) -> UnsafeMutablePointer<Float> { unsafe memory + index * stride }
    unsafe columns = (0..<quantities).map { unsafe part($0) + radius }
    unsafe rows = (0..<quantities).map { unsafe part(quantities + $0) }
    unsafe boxes = (0..<quantities).map { unsafe part(2 * quantities + $0) }
    unsafe spare = (0..<2).map { unsafe part(3 * quantities + $0) }
    unsafe work = part(3 * quantities + 2)
  }

  deinit { unsafe memory.deallocate() }

  /// Makes ``boxes`` those of row `y`, one after the one before. `write` writes a row's quantities.
  func move(to y: Int, _ write: (_ row: Int, _ parts: [UnsafeMutablePointer<Float>]) -> Void) {
    if y % 16 == 0 {
      for index in unsafe columns.indices { unsafe columns[index].update(repeating: 0, count: width) }
      for row in max(y - radius, 0)...min(y + radius, height - 1) { unsafe change(row, adding: true, write) }
    } else {
      if y + radius < height { unsafe change(y + radius, adding: true, write) }
      if y - radius - 1 >= 0 { unsafe change(y - radius - 1, adding: false, write) }
    }
    for index in unsafe columns.indices {
      unsafe genba_box_row(columns[index], Int32(radius), Int64(width), boxes[index], work)
    }
  }

  private func change(
    _ row: Int, adding: Bool, _ write: (_ row: Int, _ parts: [UnsafeMutablePointer<Float>]) -> Void
  ) {
    unsafe write(row, rows)
    for index in unsafe columns.indices {
      unsafe genba_slide_row(columns[index], rows[index], adding ? 1 : -1, Int64(width))
    }
  }
}
