internal import CGenbaKernels

/// The K-weighting of ITU-R BS.1770, of several parts of a sound at once: recursive filters, whose outputs wait for one
/// another, wait together.
public struct KWeightingPlan: Sendable {
  /// How many parts are filtered at once.
  public static let parts = Int(GENBA_LOUDNESS_PARTS)

  private let filter: genba_k_weighting

  /// - Parameters:
  ///   - shelf: b0, b1, b2, a1, a2, with a0 = 1; another number of them traps.
  ///   - highPass: a1, a2 of a section whose zeros are 1, -2, 1.
  public init(shelf: [Double], highPass: [Double]) {
    precondition(shelf.count == 5 && highPass.count == 2, "\(shelf.count) and \(highPass.count) coefficients")
    filter = genba_k_weighting(
      shelf: (shelf[0], shelf[1], shelf[2], shelf[3], shelf[4]), high_pass: (highPass[0], highPass[1]))
  }

  /// The sums of the squares of the weighted samples: those of step s of part p at s · ``parts`` + p.
  ///
  /// The same bits on every processor.
  ///
  /// - Parameters:
  ///   - samples: Part p begins at `first` + p · `stride`. Fewer than the last part needs trap.
  ///   - count: How many parts there are, from 1 to ``parts``.
  ///   - warmUp: How many samples before each part the filter takes first, from rest. For the first part they may be
  ///     silence, where `first` is 0; else too few of them trap.
  ///   - ends: Ascending: where the steps of each part end, counted from its beginning.
  public func energies(
    of samples: Span<Float>, from first: Int, stride: Int, count: Int, warmUp: Int, ends: [Int]
  ) -> [Double] {
    precondition((1...Self.parts).contains(count), "\(count) parts")
    precondition(zip([0] + ends, ends).allSatisfy { $0 <= $1 }, "the ends \(ends) descend")
    precondition(
      first >= 0 && warmUp >= 0 && stride >= warmUp && (first == 0 || first >= warmUp)
        && samples.count >= first + (count - 1) * stride + (ends.last ?? 0),
      "\(samples.count) samples do not have these parts")
    let places = ends.map(Int64.init)
    var energies = [Double](repeating: 0, count: ends.count * Self.parts)
    var filter = filter
    unsafe samples.withUnsafeBufferPointer { samples in
      guard let base = samples.baseAddress else { return }
      var sound = unsafe genba_k_weighted_sound(
        samples: base + first, stride: Int64(stride), parts: Int32(count), warm_up: Int64(warmUp),
        goes_on: first > 0 ? 1 : 0)
      unsafe genba_k_weighted_energies(&filter, &sound, places, Int32(ends.count), &energies)
    }
    return energies
  }
}
