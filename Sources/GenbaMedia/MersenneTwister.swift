/// The generator behind torch's random numbers on the CPU: MT19937 of Matsumoto and Nishimura (1998).
struct MersenneTwister {
  private var state: [UInt32]
  private var position = 624

  /// As `torch.manual_seed(seed)`, of whose seed the lower 32 bits count.
  init(seed: UInt64) {
    state = [UInt32(truncatingIfNeeded: seed)]
    for index in 1..<624 {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
  }

  /// 32 random bits.
  mutating func next() -> UInt32 {
    if position == 624 { advance() }
    var value = state[position]
    position += 1
    value ^= value >> 11
    value ^= value << 7 & 0x9D2C_5680
    value ^= value << 15 & 0xEFC6_0000
    return value ^ value >> 18
  }

  /// A number from 0 to below 1 in steps of 2^-53, as `torch.rand(dtype=torch.float64)`.
  mutating func nextUnit() -> Double {
    let high = UInt64(next())
    let bits = (high << 32 | UInt64(next())) & (1 << 53 - 1)
    return Double(bits) / Double(UInt64(1) << 53)
  }

  private mutating func advance() {
    for index in 0..<624 {
      let mixed = state[index] & 0x8000_0000 | state[(index + 1) % 624] & 0x7FFF_FFFF
      state[index] = state[(index + 397) % 624] ^ mixed >> 1 ^ (mixed & 1 == 1 ? 0x9908_B0DF : 0)
    }
    position = 0
  }
}
