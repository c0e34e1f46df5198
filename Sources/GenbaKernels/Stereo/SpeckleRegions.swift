/// Regions of codes that are connected by small differences, found row by row: runs of a row, joined with those above.
struct SpeckleRegions {
  private struct Run {
    var row: Int32
    var start: Int32
    var end: Int32
    /// A run of the same region that came earlier, or itself.
    var parent: Int32
    /// Pixels of the region, in the run that is its own parent.
    var size: Int32
  }

  private var runs: [Run] = []
  private var rows: Int32 = 0
  /// The runs of the row before.
  private var previous = 0..<0

  init(capacity: Int) { runs.reserveCapacity(min(capacity, 1 << 16)) }

  /// Adds the next row; `above` is the one that was added before.
  mutating func addRow(_ codes: UnsafePointer<Int16>, above: UnsafePointer<Int16>?, width: Int, limit: Int32) {
    let firstRun = runs.count
    var x = 0
    while x < width {
      guard unsafe codes[x] >= 0 else {
        x += 1
        continue
      }
      let start = x
      x += 1
      while unsafe x < width && codes[x] >= 0 && abs(Int32(codes[x]) - Int32(codes[x - 1])) <= limit { x += 1 }
      let index = Int32(runs.count)
      runs.append(Run(row: rows, start: Int32(start), end: Int32(x), parent: index, size: Int32(x - start)))
    }
    if let above = unsafe above { unsafe join(firstRun..<runs.count, codes, above, limit: limit) }
    previous = firstRun..<runs.count
    rows += 1
  }

  private mutating func join(
    _ current: Range<Int>, _ codes: UnsafePointer<Int16>, _ above: UnsafePointer<Int16>, limit: Int32
  ) {
    var candidate = previous.lowerBound
    for index in current {
      let (start, end) = (runs[index].start, runs[index].end)
      while candidate < previous.upperBound && runs[candidate].end <= start { candidate += 1 }
      var other = candidate
      while other < previous.upperBound && runs[other].start < end {
        let overlap = max(start, runs[other].start)..<min(end, runs[other].end)
        for x in overlap where unsafe abs(Int32(codes[Int(x)]) - Int32(above[Int(x)])) <= limit {
          unite(index, other)
          break
        }
        other += 1
      }
    }
  }

  private mutating func root(of run: Int) -> Int {
    var run = run
    while Int(runs[run].parent) != run {
      runs[run].parent = runs[Int(runs[run].parent)].parent
      run = Int(runs[run].parent)
    }
    return run
  }

  private mutating func unite(_ a: Int, _ b: Int) {
    let (a, b) = (root(of: a), root(of: b))
    guard a != b else { return }
    let (parent, child) = a < b ? (a, b) : (b, a)
    runs[child].parent = Int32(parent)
    runs[parent].size += runs[child].size
  }

  /// Calls `body` with every run of the regions of up to `size` pixels.
  mutating func forEachRun(smallerThan size: Int, _ body: (_ row: Int, _ columns: Range<Int>) -> Void) {
    for index in runs.indices where runs[root(of: index)].size <= size {
      body(Int(runs[index].row), Int(runs[index].start)..<Int(runs[index].end))
    }
  }
}
