import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Broken pictures of which the decoded part is asked for.
@Suite struct PartialPictureTests {
  private func rows(_ image: Image, _ range: Range<Int>) -> [UInt8] {
    guard case .uint8(let pixels) = image.pixels else { return [] }
    let rowBytes = pixels.count / image.height
    return Array(Array(pixels)[range.lowerBound * rowBytes..<range.upperBound * rowBytes])
  }

  @Test(arguments: [("half.jpg", "photo-aloe.jpg"), ("half.png", "png-rgb.png")])
  func aCutPictureKeepsItsBeginning(name: String, whole: String) throws {
    let part = try ImageDecoder.decode(TestAssets.corrupt(name), damage: .partial)
    let full = try ImageDecoder.decode(TestAssets.media(whole))
    #expect(part.shape == full.shape)
    let damage = try #require(part.damage)
    #expect(damage.code == .truncated && damage.source.path == TestAssets.corrupt(name))
    let words = damage.message.split(separator: " ")
    let good = try #require(words.firstIndex(of: "from").flatMap { Int(words[$0 + 1]) })
    #expect(good > full.height / 4 && good < full.height)
    #expect(rows(part, 0..<good) == rows(full, 0..<good))
    #expect(rows(part, good..<full.height) != rows(full, good..<full.height))
  }

  /// Libraries make up what is missing of a picture in any case, so the two policies mean the same.
  @Test(arguments: ["half.jpg", "half.png"]) func concealIsPartialForPictures(name: String) throws {
    let part = try ImageDecoder.decode(TestAssets.corrupt(name), damage: .partial)
    let concealed = try ImageDecoder.decode(TestAssets.corrupt(name), damage: .conceal)
    #expect(concealed.damage == part.damage && part.damage != nil)
    #expect(rows(concealed, 0..<concealed.height) == rows(part, 0..<part.height))
  }

  @Test func whatIsMissingOfAPNGIsBlack() throws {
    let part = try ImageDecoder.decode(TestAssets.corrupt("half.png"), damage: .partial)
    #expect(rows(part, part.height - 5..<part.height).allSatisfy { $0 == 0 })
    let few = try ImageDecoder.decode(TestAssets.corrupt("few-rows.png"), damage: .partial)
    #expect(few.damage?.code == .corruptData && few.damage?.message.contains("rows from 20 on, of 64") == true)
  }

  @Test func aPictureThatIsWholeHasNoDamage() throws {
    for name in ["photo-aloe.jpg", "png-interlaced.png", "picture.tiff", "frames.gif"] {
      let image = try ImageDecoder.decode(TestAssets.media(name), damage: .partial)
      #expect(image.damage == nil)
      #expect(try image == ImageDecoder.decode(TestAssets.media(name)))
    }
  }

  @Test func aCutInterlacedOrProgressivePictureIsCoarse() throws {
    let progressive = try ImageDecoder.decode(TestAssets.corrupt("half-progressive.jpg"), damage: .partial)
    #expect(progressive.damage?.code == .truncated && progressive.shape == [359, 479, 3])
    let bytes = try FileReading.bytes(of: TestAssets.media("png-interlaced.png"))
    let interlaced = try ImageDecoder.decode(.memory(Array(bytes[..<(bytes.count / 2)])), damage: .partial)
    #expect(interlaced.damage?.message.contains("rows from 0 on") == true)
    #expect(rows(interlaced, 0..<interlaced.height).contains { $0 != 0 })
  }

  @Test func floatsThatAreThereAreKept() throws {
    let bytes = Array("Pf\n1 3\n-1\n".utf8) + [0, 0, 128, 63, 0, 0, 0, 64, 1]
    let image = try ImageDecoder.decode(.memory(bytes), damage: .partial)
    #expect(image.pixels == .float32(Tensor([0, 2, 1], shape: [3, 1, 1])))
    #expect(image.damage?.message.contains("2 of 3 rows") == true)
  }

  @Test(arguments: ["header-only.jpg", "empty.png", "text.jpg", "huge-header.png", "zero-width.png"])
  func withoutAHeaderThereIsNoPart(name: String) {
    #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.corrupt(name), damage: .partial) }
  }
}
