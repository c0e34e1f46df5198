import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Synchronization
import Testing

/// Groups of pictures on several threads give what one thread gives.
@Suite struct ParallelDecodingTests {
  @Test(arguments: [
    "gop-4-b.mp4", "gop-30-b.ts", "gop-open.mp4", "gop-hevc-open.mp4", "gop-vp9.webm", "gop-av1.mp4",
    "line-mpeg4-b.avi",
  ])
  func threadsChangeNothing(name: String) throws {
    var single = try VideoDecoder(TestAssets.media(name))
    let count = single.metadata.numFrames ?? 0
    var random = SeededRandom(state: 8)
    let indices = (0..<count).shuffled(using: &random).prefix(20) + [0, 0, count - 1]
    let expected = try single.frames(at: Array(indices))
    let next = try single.next()
    for threads in [2, 3, 7] {
      var video = try VideoDecoder(TestAssets.media(name), threads: threads)
      #expect(try video.frames(at: Array(indices)) == expected)
      #expect(try video.next() == next)
      #expect(try video.frame(at: 3) == single.frame(at: 3))
    }
  }

  @Test func goingOnAfterwards() throws {
    var single = try VideoDecoder(TestAssets.media("gop-4-b.mp4"))
    var video = try VideoDecoder(TestAssets.media("gop-4-b.mp4"), threads: 2)
    _ = try video.frames(at: [40, 2, 21])
    #expect(video.decodedPacketCount > 0)
    #expect(try video.frame(at: 40) == single.frame(at: 40))
    _ = try video.frames(at: [40, 2, 21])
    #expect(try video.next() == single.frame(at: 41))
  }

  /// The first damaged frame in time is named, whichever thread met another first.
  @Test func theFirstErrorIsThrown() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("gop-4-b.mp4"))
    for place in stride(from: bytes.count / 3, to: bytes.count * 2 / 3, by: 3) { bytes[place] ^= 0x77 }
    let all = Array(0..<61)
    let alone = #expect(throws: GenbaError.self) {
      var video = try VideoDecoder(.memory(bytes))
      _ = try video.frames(at: all)
    }
    for _ in 0..<5 {
      let error = #expect(throws: GenbaError.self) {
        var video = try VideoDecoder(.memory(bytes), threads: 3)
        _ = try video.frames(at: all)
      }
      #expect(error?.code == alone?.code && error?.source == alone?.source)
    }
  }

  @Test(arguments: [0, 1, 2, 5, 100])
  func everyIndexOnce(count: Int) {
    let counts = Counts(count)
    for threads in [1, 2, 3, 8] { parallelFor(count, threads: threads) { counts.add($0) } }
    #expect(counts.all == Array(repeating: 4, count: count))
  }
}

private final class Counts: Sendable {
  private let values: Mutex<[Int]>
  init(_ count: Int) { values = Mutex(Array(repeating: 0, count: count)) }
  func add(_ index: Int) { values.withLock { $0[index] += 1 } }
  var all: [Int] { values.withLock { $0 } }
}
