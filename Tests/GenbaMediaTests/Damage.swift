import GenbaTestSupport

/// A copy with one to eight bytes changed, half of them near the beginning, where headers are.
func damaged(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
  var copy = bytes
  for _ in 0..<Int.random(in: 1...8, using: &random) {
    let end = Bool.random(using: &random) ? min(bytes.count, 200) : bytes.count
    copy[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
  }
  return copy
}
