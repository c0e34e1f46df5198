import CGenbaMedia
import GenbaCore
import GenbaTestSupport
import Testing

/// Genba's reading of Huffman codes against libjpeg's own: the same pixels and rows of whole pictures, and the same words
/// about broken ones.
@Suite struct JPEGHuffmanTests {
  private struct Outcome: Equatable {
    var status: UInt32
    var message: String
    var rows: UInt32 = 0
    var undamagedRows: UInt32 = 0
    var pixels: [UInt8] = []
  }

  private func read(_ bytes: [UInt8], scale: UInt8, keepsDamaged: Bool, libjpegOnly: Bool) -> Outcome {
    let options = genba_jpeg_options(
      scale_denominator: scale, keeps_damaged: keepsDamaged, libjpeg_only: libjpegOnly)
    var header = genba_jpeg_header()
    var message = genba_message()
    var progress = genba_jpeg_progress()
    var status = unsafe genba_jpeg_read(bytes, bytes.count, options, &header, nil, nil, &message)
    var pixels: [UInt8] = []
    let count = Int(header.width) * Int(header.height) * Int(header.channel_count)
    if status == GENBA_OK, count <= 2_000_000 {
      pixels = [UInt8](repeating: 0, count: count)
      status = unsafe genba_jpeg_read(bytes, bytes.count, options, &header, &pixels, &progress, &message)
      // Only these rows were promised.
      let rows = status == GENBA_OK || keepsDamaged ? progress.rows : progress.undamaged_rows
      pixels.removeSubrange((Int(rows) * Int(header.width) * Int(header.channel_count))...)
    }
    let text = unsafe withUnsafeBytes(of: message.text) { text in
      unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    return Outcome(
      status: status.rawValue, message: "\(text), \(message.warning_count) warnings", rows: progress.rows,
      undamagedRows: progress.undamaged_rows, pixels: pixels)
  }

  private func expectSame(_ bytes: [UInt8], scale: UInt8 = 1, keepsDamaged: Bool = false, _ what: String) -> Bool {
    let ours = read(bytes, scale: scale, keepsDamaged: keepsDamaged, libjpegOnly: false)
    let libjpegs = read(bytes, scale: scale, keepsDamaged: keepsDamaged, libjpegOnly: true)
    // The comparison stands apart, or a failure would print all pixels.
    let isSame = ours == libjpegs
    #expect(isSame, "\(what): \(ours.message), \(ours.rows) rows; \(libjpegs.message), \(libjpegs.rows) rows")
    return libjpegs.status == GENBA_OK.rawValue
  }

  static let files = [
    "photo-restart.jpg", "photo-411.jpg", "photo-440.jpg", "photo-cmyk.jpg", "photo-gray.jpg", "photo-exif-6.jpg",
  ]

  @Test(arguments: files + ["photo-aloe.jpg", "photo-adobe-rgb.jpg", "photo-ycck.jpg"])
  func wholePictures(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    for scale: UInt8 in [1, 2, 8] { #expect(expectSame(bytes, scale: scale, "\(name) / \(scale)")) }
  }

  /// Bytes changed, put in, taken out and cut off, behind the header and in it.
  @Test(arguments: files)
  func brokenPictures(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var random = SeededRandom(state: 53)
    var good = 0
    for round in 0..<120 {
      var copy = bytes
      for _ in 0...round % 4 {
        let place = Int.random(in: min(round.isMultiple(of: 8) ? 20 : 700, copy.count)..<copy.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: copy.removeSubrange(place...)
        case 1: copy.removeSubrange(place..<min(place + 9, copy.count))
        case 2: copy.insert(contentsOf: [0xFF, UInt8.random(in: 0xD0...0xD9, using: &random)], at: place)
        case 3: copy.insert(contentsOf: [0xFF, 0xFF, 0], at: place)
        default: copy[place] = [0, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random)!
        }
        if copy.count < 800 { copy = bytes }
      }
      if expectSame(copy, keepsDamaged: round.isMultiple(of: 2), "\(name), round \(round)") { good += 1 }
    }
    #expect((1..<120).contains(good))
  }
}
