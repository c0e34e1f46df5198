internal import GenbaCore

/// A sound on its way through the octaves of a ``CQT``: each octave keeps the samples that its next frame sees, and what
/// halves the rate for the octave below it.
public struct CQTStream: Sendable {
  /// One octave's part.
  private struct Octave: Sendable {
    /// Makes this octave's samples of those of the octave above; `nil` where they are the same.
    var decimator: (any CQT.Decimator)?
    /// What a lower rate at the same energy takes.
    var scale: Float
    var window: [Float] = []
    /// Which sample stands first in the window.
    var origin = 0
    var received = 0
    var frameCount = 0
    /// For each bin, the frames that have not been given yet, as pairs.
    var pending: [[Float]]
  }

  private var octaves: [Octave] = []
  /// Frames that the stream has asked for.
  private var asked = 0
  /// Samples of the sound that have been taken.
  private var taken = 0

  init() {}

  /// Takes what is new in `samples`, in which the frame that is asked for next begins at `start`, and gives the frames
  /// that all octaves have: [nBins, frames, 2].
  mutating func push(
    _ samples: Span<Float>, from start: Int, count: Int, isLast: Bool, _ cqt: CQT
  ) throws(GenbaError) -> Tensor<Float> {
    if octaves.isEmpty { octaves = try Self.octaves(of: cqt) }
    let origin = asked * cqt.options.hopLength - start
    asked += count
    var arrived = (taken - origin..<samples.count).map { samples[$0] }
    taken += arrived.count
    for index in octaves.indices {
      arrived = try advance(&octaves[index], cqt.octaves[index], arrived, isLast: isLast)
    }
    let ready = octaves.map { $0.pending[0].count / 2 }.min() ?? 0
    let bins = Tensor<Float>(shape: [cqt.options.nBins, ready, 2]) { output in
      // The lowest octave first, as its bins are.
      for octave in octaves.reversed() {
        for bin in octave.pending {
          for index in 0..<2 * ready { output.append(bin[index]) }
        }
      }
    }
    for octave in octaves.indices {
      for bin in octaves[octave].pending.indices { octaves[octave].pending[bin].removeFirst(2 * ready) }
    }
    return bins
  }

  private static func octaves(of cqt: CQT) throws(GenbaError) -> [Octave] {
    var octaves: [Octave] = []
    for (index, octave) in cqt.octaves.enumerated() {
      let factor = index == 0 ? cqt.earlyFactor : cqt.octaves[index - 1].halves ? 2 : 1
      // An early factor without scaling of bins counts twice, as in librosa.
      let root = Float(factor).squareRoot()
      octaves.append(
        Octave(
          decimator: factor == 1 ? nil : try cqt.makeDecimator(factor),
          scale: index == 0 && !cqt.options.scale ? root * root : root,
          pending: Array(repeating: [], count: octave.binCount)))
    }
    return octaves
  }

  /// Takes the samples of the octave above and gives this octave's.
  private func advance(
    _ octave: inout Octave, _ tables: CQTOctave, _ above: [Float], isLast: Bool
  ) throws(GenbaError) -> [Float] {
    var arrived = above
    if let decimator = octave.decimator {
      arrived = above.isEmpty ? [] : try decimator.push(above)
      // Of no samples there is no rest.
      if isLast && taken > 0 { arrived += try decimator.finish() }
      for index in arrived.indices { arrived[index] *= octave.scale }
    }
    octave.window += arrived
    octave.received += arrived.count
    let framing = tables.framing
    let total =
      isLast
      ? framing.frameCount(sampleCount: octave.received)
      : framing.completeFrameCount(received: octave.received)
    let count = max(total - octave.frameCount, 0)
    let window = octave.window
    tables.append(
      framesOf: window.span, from: octave.frameCount * framing.hopLength - framing.pad - octave.origin,
      count: count, to: &octave.pending)
    octave.frameCount += count
    let needed = framing.firstNeededSample(frame: octave.frameCount, received: octave.received)
    // Moving the rest costs less than what is dropped has cost.
    if needed - octave.origin >= octave.received - needed {
      octave.window.removeFirst(needed - octave.origin)
      octave.origin = needed
    }
    return arrived
  }
}
