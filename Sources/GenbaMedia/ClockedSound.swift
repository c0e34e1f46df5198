internal import GenbaCore

/// A recording's sound on its container's clock: sample k is the one that is played at k / rate seconds.
///
/// Stretches are asked for in any order; those that ascend are read once, in memory of one stretch.
final class ClockedSound {
  /// Of what is given, in hertz.
  let sampleRate: Int

  private let makeReader: () throws(GenbaError) -> any AudioReader
  private var reader: any AudioReader
  private var pending: PlanarSamples
  /// The sample of the clock that stands first in ``pending``.
  private var position: Int
  private let channelCount: Int
  private let damage: DamagePolicy
  private(set) var failure: GenbaError?

  /// - Parameter makeReader: A reader at the beginning, with channels and rate as they shall be.
  init(damage: DamagePolicy, makeReader: @escaping () throws(GenbaError) -> any AudioReader) throws(GenbaError) {
    self.makeReader = makeReader
    self.damage = damage
    reader = try makeReader()
    sampleRate = reader.sampleRate
    channelCount = try reader.read(0).shape[0]
    pending = PlanarSamples(channels: channelCount)
    position = Self.index(reader.beginSeconds, sampleRate)
  }

  /// The sample of the clock that is played at a time.
  func index(_ seconds: Double) -> Int { Self.index(seconds, sampleRate) }

  private static func index(_ seconds: Double, _ rate: Int) -> Int {
    Int(min(max(seconds * Double(rate), -1e15), 1e15).rounded(.toNearestOrEven))
  }

  /// When the first sample is played, in seconds.
  var beginSeconds: Double { reader.beginSeconds }

  /// Whether there is sound from that sample on.
  func hasSound(from index: Int) throws(GenbaError) -> Bool {
    try move(to: index)
    try fill(max(index - position, 0) + 1)
    return index < position + pending.count
  }

  /// The samples `range` of the clock, float32 [channels, range.count], 0 where there is no sound, and where there is.
  func samples(_ range: Range<Int>) throws(GenbaError) -> (samples: Tensor<Float>, mask: [Bool]) {
    try move(to: range.lowerBound)
    try fill(range.upperBound - position)
    let before = min(max(position - range.lowerBound, 0), range.count)
    let sound = pending.prefix(range.count - before)
    let count = sound.shape[1]
    let source = sound.span
    let samples = Tensor<Float>(shape: [channelCount, range.count]) { output in
      for channel in 0..<channelCount {
        output.append(repeating: 0, count: before)
        for index in channel * count..<(channel + 1) * count { output.append(source[index]) }
        output.append(repeating: 0, count: range.count - before - count)
      }
    }
    var mask = [Bool](repeating: false, count: range.count)
    for index in before..<before + count { mask[index] = true }
    for gap in reader.gaps {
      for index in (index(gap.lowerBound)..<index(gap.upperBound)).clamped(to: range) {
        mask[index - range.lowerBound] = false
      }
    }
    return (samples, mask)
  }

  /// Makes the sample of that index the first of those that are pending, unless the sound begins behind it.
  private func move(to index: Int) throws(GenbaError) {
    let begin = self.index(beginSeconds)
    if index < position, position > begin {
      reader = try makeReader()
      pending = PlanarSamples(channels: channelCount)
      position = begin
      failure = nil
    }
    guard index > position else { return }
    position += pending.dropFirst(index - position)
    guard index > position else { return }
    try reading { () throws(GenbaError) in try reader.skip(index - position) }
    position = index
  }

  /// Reads until so many samples are pending, or the sound ends.
  private func fill(_ count: Int) throws(GenbaError) {
    while pending.count < count {
      var piece: Tensor<Float>?
      try reading { () throws(GenbaError) in piece = try reader.read(count - pending.count) }
      guard let piece, piece.shape[1] > 0 else { return }
      pending.append(piece)
    }
  }

  /// Damage ends the sound, where that is asked for, and is thrown otherwise.
  private func reading(_ body: () throws(GenbaError) -> Void) throws(GenbaError) {
    guard failure == nil else { return }
    try body()
    guard let met = reader.damage else { return }
    guard damage != .strict else { throw met }
    failure = met
  }
}
