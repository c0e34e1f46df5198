internal import Glibc

/// The noise that Kaldi adds to frames before anything else, so that digital silence has a logarithm.
///
/// Noise belongs to a frame, not to the sound: frames that overlap get noise of their own. It follows from the seed, the
/// frame's number and the place in it.
struct DitherNoise {
  var seed: UInt64
  var deviation: Float

  /// Appends a frame of a sound that is mirrored at both ends, each sample times `scale` plus noise.
  func appendFrame(
    number: Int, of samples: Span<Float>, from start: Int, length: Int, scale: Float, to frame: inout [Float]
  ) {
    var random = SplitMix(state: seed &+ UInt64(truncatingIfNeeded: number) &* 0xD1B5_4A32_D192_ED03)
    for index in 0..<length {
      frame.append(samples[mirrored(start + index, count: samples.count)] * scale + random.gaussian() * deviation)
    }
  }

  /// The sample at any place of a sound and its mirror, which repeats the sample at the edge.
  private func mirrored(_ position: Int, count: Int) -> Int {
    if position >= 0 && position < count { return position }
    var place = position % (2 * count)
    if place < 0 { place += 2 * count }
    return place < count ? place : 2 * count - 1 - place
  }
}

/// Random numbers by Steele, Lea and Flood's SplitMix64.
private struct SplitMix {
  var state: UInt64
  private var spare: Float?

  init(state: UInt64) { self.state = state }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number of a normal distribution, by Box and Muller, who make two at once.
  mutating func gaussian() -> Float {
    if let number = spare {
      spare = nil
      return number
    }
    // 0 < u <= 1, so that it has a logarithm.
    let u = Float(next() >> 40 + 1) * 0x1p-24
    let angle = 2 * .pi * Float(next() >> 40) * 0x1p-24
    let radius = (-2 * logf(u)).squareRoot()
    spare = radius * sinf(angle)
    return radius * cosf(angle)
  }
}
