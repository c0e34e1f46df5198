/// A generator with a known start (SplitMix64), so that a failure comes back.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// A copy with one to eight bytes changed, half of them near the beginning, where headers are.
func damaged(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
  var copy = bytes
  for _ in 0..<Int.random(in: 1...8, using: &random) {
    let end = Bool.random(using: &random) ? min(bytes.count, 200) : bytes.count
    copy[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
  }
  return copy
}
