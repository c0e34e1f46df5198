import GenbaCore

/// Points sorted into cubes, which are numbered in the order in which they are met.
///
/// Two things would take the time: memory that is not in a cache, and branches that cannot be foreseen, since every
/// other point of a depth picture opens a cube. So neighbours in space are neighbours in the table that cubes are
/// looked up in, and an old cube takes the same way through the code as a new one.
@safe
struct Voxels: ~Copyable {
  /// The most cubes along an axis: three places make a key of 63 bits.
  static let mostCubes = 1 << 21

  /// How many cubes hold points.
  private(set) var count = 0

  /// The cube of each point.
  private var cubes: [Int32] = []

  /// Of each cube: its key, and the sums of its points' x, y and z, and of their number.
  private var keys: UnsafeMutablePointer<UInt64>
  private var sums: UnsafeMutablePointer<SIMD4<Double>>
  private var capacity: Int
  /// How many sums have been set to 0.
  private var clearedCount = 0

  /// A hash table, in blocks of 4 x 4 x 4 slots, of the numbers of cubes; -1 where there is none.
  private var slots: UnsafeMutablePointer<Int32>
  private var slotCount: Int

  /// How many points are sorted between two looks at the table's room.
  private static let batch = 256

  /// Sorts float32 [n, 3], in metres, into cubes of the side `size`.
  ///
  /// - Parameter origin: Where cubes begin: no coordinate may be smaller, or ``mostCubes`` cubes away.
  init(_ points: borrowing Tensor<Float>, origin: SIMD3<Double>, size: Double) {
    let pointCount = points.shape[0]
    // Room for half as many cubes as points, as far as it is not much.
    slotCount = 1 << min(max(Int.bitWidth - pointCount.leadingZeroBitCount, 12), 20)
    capacity = slotCount / 2
    unsafe slots = Self.emptySlots(slotCount)
    unsafe keys = .allocate(capacity: capacity)
    unsafe sums = .allocate(capacity: capacity)
    let source = points.span
    unsafe cubes = [Int32](unsafeUninitializedCapacity: pointCount) { cubes, filled in
      unsafe source.withUnsafeBufferPointer { source in
        for first in stride(from: 0, to: pointCount, by: Self.batch) {
          let batch = first..<min(first + Self.batch, pointCount)
          reserve(batch.count)
          unsafe sort(batch, of: source, into: cubes, origin: origin, scale: 1 / size)
        }
      }
      filled = pointCount
    }
  }

  deinit {
    unsafe slots.deallocate()
    unsafe keys.deallocate()
    unsafe sums.deallocate()
  }

  private mutating func sort(
    _ batch: Range<Int>, of source: UnsafeBufferPointer<Float>, into cubes: UnsafeMutableBufferPointer<Int32>,
    origin: SIMD3<Double>, scale: Double
  ) {
    // What is in local variables stays in registers.
    let (slots, keys, sums) = unsafe (self.slots, self.keys, self.sums)
    let slotCount = slotCount
    var count = count
    for index in batch {
      let (x, y, z) = unsafe (
        Double(source[3 * index]), Double(source[3 * index + 1]), Double(source[3 * index + 2])
      )
      let key = Self.key((x - origin.x) * scale, (y - origin.y) * scale, (z - origin.z) * scale)
      // A free slot stands for the next cube, which has this key then: one comparison settles both.
      unsafe keys[count] = key
      var slot = Self.slot(of: key, slotCount)
      var cube = unsafe slots[slot] < 0 ? count : Int(slots[slot])
      while unsafe keys[cube] != key {
        slot = Self.slot(after: slot, slotCount)
        cube = unsafe slots[slot] < 0 ? count : Int(slots[slot])
      }
      unsafe slots[slot] = Int32(truncatingIfNeeded: cube)
      count += cube == count ? 1 : 0
      unsafe sums[cube] += SIMD4(x, y, z, 1)
      unsafe cubes[index] = Int32(truncatingIfNeeded: cube)
    }
    self.count = count
  }

  /// Three places that are not negative, of 21 bits each.
  private static func key(_ x: Double, _ y: Double, _ z: Double) -> UInt64 {
    UInt64(bitPattern: Int64(x) | Int64(y) << 21 | Int64(z) << 42)
  }

  /// The slot that a key should have: Fibonacci hashing (times 2^64 / φ, the highest bits) chooses the block, and the
  /// two lowest bits of each place the slot in it.
  private static func slot(of key: UInt64, _ slotCount: Int) -> Int {
    let low: UInt64 = 3 | 3 << 21 | 3 << 42
    let block = ((key & ~low) &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 + 6 - slotCount.trailingZeroBitCount)
    return Int(truncatingIfNeeded: block << 6 | key & 3 | key >> 19 & 12 | key >> 38 & 48)
  }

  /// The next slot to try: the same in the next block.
  private static func slot(after slot: Int, _ slotCount: Int) -> Int { (slot + 64) & (slotCount - 1) }

  /// Sees to room for so many cubes more, and keeps half of the slots free.
  private mutating func reserve(_ more: Int) {
    if count + more > capacity { grow() }
    unsafe (sums + clearedCount).initialize(repeating: .zero, count: max(count + more - clearedCount, 0))
    clearedCount = max(clearedCount, count + more)
  }

  /// Four times as large.
  private mutating func grow() {
    capacity *= 4
    slotCount *= 4
    unsafe keys = Self.moved(keys, count, to: capacity)
    unsafe sums = Self.moved(sums, clearedCount, to: capacity)
    unsafe slots.deallocate()
    unsafe slots = Self.emptySlots(slotCount)
    for cube in 0..<count {
      var slot = unsafe Self.slot(of: keys[cube], slotCount)
      while unsafe slots[slot] >= 0 { slot = Self.slot(after: slot, slotCount) }
      unsafe slots[slot] = Int32(cube)
    }
  }

  private static func moved<Value: BitwiseCopyable>(
    _ values: UnsafeMutablePointer<Value>, _ count: Int, to capacity: Int
  ) -> UnsafeMutablePointer<Value> {
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    unsafe larger.moveInitialize(from: values, count: count)
    unsafe values.deallocate()
    return unsafe larger
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Int32> {
    let slots = UnsafeMutablePointer<Int32>.allocate(capacity: count)
    unsafe slots.initialize(repeating: -1, count: count)
    return unsafe slots
  }
}

extension Voxels {
  /// float32 [cubes, 3]: the mean of each cube's points, in metres.
  var meanPoints: Tensor<Float> {
    Tensor(shape: [count, 3]) { output in
      for cube in 0..<count {
        let mean = unsafe sums[cube] / SIMD4(repeating: sums[cube].w)
        for axis in 0..<3 { output.append(Float(mean[axis])) }
      }
    }
  }

  /// The mean of three numbers a point over each cube.
  func means<Element>(of values: Span<Element>, _ number: (Element) -> Double) -> [SIMD3<Double>] {
    var means = [SIMD3<Double>](repeating: .zero, count: count)
    for index in cubes.indices {
      means[Int(cubes[index])] += SIMD3(
        number(values[3 * index]), number(values[3 * index + 1]), number(values[3 * index + 2]))
    }
    for cube in means.indices { unsafe means[cube] /= sums[cube].w }
    return means
  }
}
