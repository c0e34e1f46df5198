internal import GenbaCore
internal import Synchronization

// Several threads decode one stream by taking its groups of pictures in turn: a group begins at a key frame from which
// everything decodes as it does from the beginning, so each thread has a decoder of its own and no frame depends on
// another's. FFmpeg's threads inside a codec cannot do as much, since frames there wait for those that they refer to.
extension VideoStream {
  /// The positions in `wanted`, which ascends, that are decoded from the same key frame; one piece where decoding in
  /// parallel is not asked for or not possible.
  func pieces(of wanted: [Int]) -> [Range<Int>] {
    guard threads > 1, let index, !index.isCounted, decoder.policy == .strict else { return [0..<wanted.count] }
    var pieces: [Range<Int>] = []
    var begin = 0
    for position in wanted.indices.dropFirst() {
      let (last, this) = (index.pts[wanted[position - 1]], index.pts[wanted[position]])
      guard index.beginning(atOrBefore: last) != index.beginning(atOrBefore: this) else { continue }
      pieces.append(begin..<position)
      begin = position
    }
    if begin < wanted.count { pieces.append(begin..<wanted.count) }
    return pieces
  }

  /// Decodes pieces of a batch on several threads, each piece straight into its places.
  func decode(
    _ indices: [Int], _ pieces: [ArraySlice<Int>], into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(GenbaError) -> [BatchTime] {
    let helpers = try helpers(min(threads, pieces.count))
    let work = Mutex(Work(outcomes: Array(repeating: nil, count: pieces.count)))
    nonisolated(unsafe) let target = unsafe buffer
    nonisolated(unsafe) let streams = helpers
    parallelFor(helpers.count, threads: helpers.count) { worker in
      while let piece = work.withLock({ $0.take() }) {
        let outcome: Result<[BatchTime], GenbaError>
        do throws(GenbaError) {
          unsafe streams[worker].decoder.input.beginOperation()
          outcome = unsafe .success(try streams[worker].decode(indices, pieces[piece], into: target))
        } catch {
          outcome = .failure(error)
        }
        work.withLock { $0.outcomes[piece] = outcome }
      }
    }
    helpersPacketCount += helpers.reduce(0) { $0 + $1.decoder.decodedPacketCount }
    // Of several errors the first in time is thrown, whatever order the threads met them in.
    let outcomes = work.withLock { $0.outcomes }
    var times: [BatchTime] = []
    for outcome in outcomes { times += try outcome?.get() ?? [] }
    lastIndex = pieces.last?.last.map { indices[$0] }
    wasLastElsewhere = true
    return times
  }

  private func helpers(_ count: Int) throws(GenbaError) -> [VideoStream] {
    var helpers: [VideoStream] = []
    for _ in 0..<count { helpers.append(try VideoStream(helping: self)) }
    return helpers
  }

  /// What the threads share.
  private struct Work {
    var next = 0
    var outcomes: [Result<[BatchTime], GenbaError>?]

    /// The next piece to decode; `nil` if all are taken, or if one has failed.
    mutating func take() -> Int? {
      guard next < outcomes.count, !outcomes.contains(where: \.hasFailed) else { return nil }
      defer { next += 1 }
      return next
    }
  }
}

extension Result<[VideoStream.BatchTime], GenbaError>? {
  fileprivate var hasFailed: Bool {
    if case .failure = self { true } else { false }
  }
}
