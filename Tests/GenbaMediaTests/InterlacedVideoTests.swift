import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Frames that are made of two fields.
@Suite struct InterlacedVideoTests {
  @Test(arguments: [
    ("px-fields.mp4", FieldOrder.topFirst), ("px-fields-bottom.ts", .bottomFirst),
  ])
  func areFlagged(name: String, order: FieldOrder) throws {
    var video = try VideoDecoder(TestAssets.media(name))
    #expect(video.metadata.fieldOrder == order)
    #expect(try video.planes(at: 0).fieldOrder == order)
  }

  @Test func progressiveFramesAreNot() throws {
    var video = try VideoDecoder(TestAssets.media("gop-30-b.mp4"), deinterlaces: true)
    #expect([nil, .progressive].contains(video.metadata.fieldOrder))
    #expect(try video.planes(at: 0).fieldOrder == .progressive)
    var plain = try VideoDecoder(TestAssets.media("gop-30-b.mp4"))
    #expect(try video.frames(at: [0, 50]) == plain.frames(at: [0, 50]))
  }

  @Test(arguments: ["px-fields.mp4", "px-fields-bottom.ts"])
  func theLaterFieldIsTheMeanOfItsNeighbours(name: String) throws {
    var plain = try VideoDecoder(TestAssets.media(name))
    var video = try VideoDecoder(TestAssets.media(name), deinterlaces: true)
    _ = try video.frame(at: 2)  // what is shown has been deinterlaced; the planes behind it too
    let (before, after) = (try plain.planes(at: 2), try video.planes(at: 2))
    let later = before.fieldOrder == .topFirst ? 1 : 0
    for (old, new) in zip(before.planes, after.planes) {
      let (old, new) = (try #require(old.as(UInt8.self)), try #require(new.as(UInt8.self)))
      let (rows, columns) = (old.shape[0], old.shape[1])
      for row in 0..<rows {
        for column in 0..<columns {
          let above = row > 0 ? row - 1 : 1
          let below = row + 1 < rows ? row + 1 : row - 1
          let mean = (Int(old[above, column]) + Int(old[below, column]) + 1) / 2
          let expected = row % 2 == later ? mean : Int(old[row, column])
          #expect(Int(new[row, column]) == expected, "row \(row), column \(column)")
        }
      }
    }
  }

  /// What others refer to must not change.
  @Test func laterFramesStayTheSame() throws {
    var plain = try VideoDecoder(TestAssets.media("px-fields.mp4"), layout: .nhwc)
    var video = try VideoDecoder(TestAssets.media("px-fields.mp4"), layout: .nhwc, deinterlaces: true)
    while let frame = try video.next() {
      let other = try #require(try plain.next())
      let row = 3 * frame.width
      // Row 0 is of the earlier field; its chroma is too.
      #expect(checksum(frame.pixels.span.extracting(0..<row)) == checksum(other.pixels.span.extracting(0..<row)))
    }
  }
}
