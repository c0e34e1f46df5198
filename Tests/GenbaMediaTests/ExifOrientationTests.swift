import GenbaCore
import GenbaMedia
import GenbaStorage
import GenbaTestSupport
import Testing

/// EXIF and XMP blocks put into pictures here, whole and broken.
@Suite struct ExifOrientationTests {
  /// A TIFF block with one directory of one entry.
  static func block(_ order: String, tag: UInt16 = 274, type: UInt16 = 3, value: UInt32) -> [UInt8] {
    let isLittleEndian = order == "II"
    func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
      let little = (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
      return isLittleEndian ? little : little.reversed()
    }
    let field = type == 3 ? bytes(UInt16(truncatingIfNeeded: value)) + [0, 0] : bytes(value)
    return Array(order.utf8) + bytes(UInt16(42)) + bytes(UInt32(8)) + bytes(UInt16(1)) + bytes(tag) + bytes(type)
      + bytes(UInt32(1)) + field + bytes(UInt32(0))
  }

  /// The JPEG of one pixel with a segment APP1 at its beginning.
  func orientation(inJPEGWith payload: [UInt8]) throws -> ImageOrientation {
    let jpeg = try FileReading.bytes(of: TestAssets.media("photo-1x1.jpg"))
    let length = payload.count + 2
    let bytes = Array(jpeg[..<2]) + [0xff, 0xe1, UInt8(length >> 8), UInt8(length & 0xff)] + payload + jpeg[2...]
    let image = try ImageDecoder.decode(.memory(bytes))
    #expect(try ImageDecoder.metadata(.memory(bytes)).orientation == image.orientation)
    return image.orientation
  }

  func orientation(exif block: [UInt8]) throws -> ImageOrientation {
    try orientation(inJPEGWith: Array("Exif\0\0".utf8) + block)
  }

  @Test(arguments: ["II", "MM"], ImageOrientation.allCases)
  func bothByteOrders(order: String, orientation: ImageOrientation) throws {
    #expect(try self.orientation(exif: Self.block(order, value: UInt32(orientation.rawValue))) == orientation)
    #expect(try self.orientation(exif: Self.block(order, type: 4, value: UInt32(orientation.rawValue))) == orientation)
  }

  @Test func whatIsMalformedIsUpright() throws {
    #expect(try orientation(exif: Self.block("II", value: 0)) == .up)
    #expect(try orientation(exif: Self.block("II", value: 9)) == .up)
    #expect(try orientation(exif: Self.block("II", tag: 275, value: 6)) == .up)
    #expect(try orientation(exif: Self.block("II", type: 12, value: 6)) == .up)
    #expect(try orientation(exif: Self.block("XX", value: 6)) == .up)
    let whole = Self.block("MM", value: 6)
    for length in 0..<whole.count { _ = try orientation(exif: Array(whole[..<length])) }
    // A directory beyond the block, and one that begins before it.
    for offset: UInt8 in [0xff, 0x80, 0x1a] {
      var far = whole
      for place in 4..<8 { far[place] = offset }
      #expect(try orientation(exif: far) == .up)
    }
  }

  @Test func xmpStandsInForExif() throws {
    let name = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    #expect(try orientation(inJPEGWith: name + Array("<a tiff:Orientation=\"6\"/>".utf8)) == .rotate90Clockwise)
    #expect(try orientation(inJPEGWith: name + Array("<tiff:Orientation>3</tiff:Orientation>".utf8)) == .rotate180)
    #expect(try orientation(inJPEGWith: name + Array("tiff:Orientation".utf8)) == .up)
    #expect(try orientation(inJPEGWith: name + Array("tiff:Orientation=\"".utf8)) == .up)
  }

  @Test func pngChunksAreFoundBehindThePixelsToo() throws {
    let png = try FileReading.bytes(of: TestAssets.media("png-gray1.png"))
    let exif = Self.block("II", value: 5)
    var checksum = CRC32()
    checksum.update(Array("eXIf".utf8) + exif)
    let ends = [UInt32(exif.count), checksum.value].map { number in
      (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    let chunk = ends[0] + Array("eXIf".utf8) + exif + ends[1]
    for place in [33, png.count - 12] {
      let bytes = Array(png[..<place]) + chunk + png[place...]
      let image = try ImageDecoder.decode(.memory(bytes))
      #expect(image.orientation == .transpose)
      let upright = try ImageDecoder.decode(TestAssets.media("png-gray1.png"))
      #expect(image.width == upright.height)
    }
  }

  @Test func webpChunksAreFound() throws {
    var webp = try FileReading.bytes(of: TestAssets.media("lossless.webp"))
    let exif = Self.block("MM", value: 8)
    webp += Array("EXIF".utf8) + [UInt8(exif.count), 0, 0, 0] + exif
    let size = UInt32(webp.count - 8)
    for place in 0..<4 { webp[4 + place] = UInt8(truncatingIfNeeded: size >> (place * 8)) }
    #expect(try ImageDecoder.decode(.memory(webp)).orientation == .rotate90Counterclockwise)
  }
}
