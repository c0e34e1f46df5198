import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Frames that are asked for out of order are those of decoding everything in order, whatever was left out on the way.
@Suite struct DecodingShortcutTests {
  /// A clip, and how many packets reading every tenth frame may take at most.
  struct Clip: CustomTestStringConvertible, Sendable {
    var name: String
    var frames: Int
    var packetsForEveryTenth: Int
    var testDescription: String { name }

    init(_ name: String, _ frames: Int, _ packets: Int) {
      self.name = name
      self.frames = frames
      packetsForEveryTenth = packets
    }
  }

  static let clips = [
    Clip("gop-2.mp4", 61, 7), Clip("gop-4-b.mp4", 61, 20), Clip("gop-30.mp4", 100, 84), Clip("gop-30-b.mp4", 100, 60),
    Clip("gop-30-b.ts", 100, 60), Clip("gop-250.mp4", 280, 280), Clip("gop-250-b.mp4", 280, 170),
    Clip("gop-open.mp4", 100, 50), Clip("gop-open.ts", 100, 50), Clip("gop-refresh.mkv", 60, 60),
    Clip("gop-interlaced.mp4", 60, 60), Clip("gop-hevc.mp4", 60, 40), Clip("gop-hevc-open.mp4", 60, 40),
    Clip("gop-hevc-layers.mkv", 60, 40), Clip("gop-hevc-sublayers.mp4", 60, 40), Clip("px-fields.mp4", 24, 24),
    Clip("gop-paff.mp4", 36, 63),
    Clip("gop-vp9.webm", 60, 60), Clip("gop-av1.mp4", 60, 60),
    Clip("gop-mpeg4.mp4", 60, 60), Clip("gop-mpeg2.ts", 60, 60), Clip("line-vfr.mp4", 45, 45),
    Clip("line-cut.mp4", 19, 30), Clip("line-mpeg4-b.avi", 30, 40),
  ]

  /// Every frame's checksum, by decoding in order from the beginning.
  private func everyFrame(_ name: String) throws -> [Int64] {
    var video = try VideoDecoder(TestAssets.media(name), layout: .nhwc)
    var checksums: [Int64] = []
    while let frame = try video.next() { checksums.append(checksum(frame.pixels.span)) }
    return checksums
  }

  private func checksums(_ batch: FrameBatch) -> [Int64] {
    let bytes = 3 * batch.height * batch.width
    return (0..<batch.count).map { checksum(batch.pixels.span.extracting($0 * bytes..<($0 + 1) * bytes)) }
  }

  private func each(_ indices: [Int], of video: inout VideoDecoder) throws -> [Int64] {
    var checksums: [Int64] = []
    for index in indices {
      let frame = try video.frame(at: index)
      checksums.append(checksum(frame.pixels.span))
    }
    return checksums
  }

  @Test(arguments: clips)
  func everyTenthFrame(_ clip: Clip) throws {
    let expected = try everyFrame(clip.name)
    #expect(expected.count == clip.frames)
    let indices = Array(stride(from: 0, to: expected.count, by: 10))
    var batched = try VideoDecoder(TestAssets.media(clip.name), layout: .nhwc)
    let wanted = indices.map { expected[$0] }
    let batch = checksums(try batched.frames(at: indices))
    #expect(batch == wanted)
    let packets = batched.decodedPacketCount
    #expect(packets <= clip.packetsForEveryTenth)
    var single = try VideoDecoder(TestAssets.media(clip.name), layout: .nhwc)
    single.announce(indices)
    let oneByOne = try each(indices, of: &single)
    #expect(oneByOne == wanted)
    let packetsOneByOne = single.decodedPacketCount
    #expect(packetsOneByOne == packets)
  }

  @Test(arguments: clips)
  func randomRequests(_ clip: Clip) throws {
    let expected = try everyFrame(clip.name)
    var random = SeededRandom(state: 21)
    var video = try VideoDecoder(TestAssets.media(clip.name), layout: .nhwc)
    var threaded = try VideoDecoder(TestAssets.media(clip.name), layout: .nhwc, threads: 2)
    var last: Int?
    for request in 0..<40 {
      let count = Int.random(in: 1...6, using: &random)
      let indices = (0..<count).map { _ in Int.random(in: 0..<expected.count, using: &random) }
      var wanted = indices.map { expected[$0] }
      var given: [Int64]
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        given = checksums(try video.frames(at: indices))
        last = indices.max()
      case 1:
        given = checksums(try threaded.frames(at: indices))
      case 2:
        if Bool.random(using: &random) { video.announce(indices) }
        given = try each(indices, of: &video)
        last = indices.last
      default:
        guard let previous = last, previous + 1 < expected.count else { continue }
        given = [try video.next().map { checksum($0.pixels.span) } ?? 0]
        wanted = [expected[previous + 1]]
        last = previous + 1
      }
      #expect(given == wanted, "request \(request): \(indices)")
    }
  }

  /// What the header says is enough to find frames where the rate is constant; packets are judged as they come.
  @Test(arguments: [
    Clip("gop-2.mp4", 61, 9), Clip("gop-4-b.mp4", 61, 22), Clip("gop-30.mp4", 100, 84), Clip("gop-30-b.mp4", 100, 60),
    Clip("gop-250-b.mp4", 280, 170), Clip("gop-hevc.mp4", 60, 40), Clip("gop-vp9.webm", 60, 60),
  ])
  func withoutAnIndex(_ clip: Clip) throws {
    let expected = try everyFrame(clip.name)
    let indices = Array(stride(from: 0, to: expected.count, by: 10))
    var video = try VideoDecoder(TestAssets.media(clip.name), seekMode: .approximate, layout: .nhwc)
    let batch = checksums(try video.frames(at: indices))
    #expect(batch == indices.map { expected[$0] })
    let packets = video.decodedPacketCount
    #expect(packets <= clip.packetsForEveryTenth)
    var random = SeededRandom(state: 5)
    for request in 0..<40 {
      let count = Int.random(in: 1...6, using: &random)
      let indices = (0..<count).map { _ in Int.random(in: 0..<expected.count - 1, using: &random) }
      let given = checksums(try video.frames(at: indices))
      #expect(given == indices.map { expected[$0] }, "request \(request): \(indices)")
      let next = try video.next().map { checksum($0.pixels.span) }
      #expect(next == expected[indices.max()! + 1], "request \(request), the frame behind \(indices)")
    }
  }

  /// With damage skipped, a frame may be patched up from any other, so all are decoded.
  @Test func nothingIsLeftOutOfWhatMayBeDamaged() throws {
    let expected = try everyFrame("gop-30-b.mp4")
    var video = try VideoDecoder(TestAssets.media("gop-30-b.mp4"), layout: .nhwc, damage: .conceal)
    let given = checksums(try video.frames(at: [29]))
    #expect(given == [expected[29]])
    let packets = video.decodedPacketCount
    #expect(packets >= 30)
  }
}
