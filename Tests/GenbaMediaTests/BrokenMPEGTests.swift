import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// MP3 and raw AAC that are cut off, damaged, or stand between tags: their decoders find a next frame wherever they have
/// lost one, and say nothing.
@Suite struct BrokenMPEGTests {
  /// The places of an MP3's frames of 96 kbit/s and 48 kHz, which all have 288 bytes, or of an AAC's.
  private func frames(of bytes: [UInt8]) -> [Int] {
    var places: [Int] = []
    var place = bytes.starts(with: "ID3".utf8) ? 10 + bytes[6..<10].reduce(0) { $0 << 7 | Int($1) } : 0
    while place + 7 <= bytes.count, bytes[place] == 0xff {
      places.append(place)
      let adts = Int(bytes[place + 3] & 3) << 11 | Int(bytes[place + 4]) << 3 | Int(bytes[place + 5]) >> 5
      place += bytes[place + 1] & 6 == 0 ? adts : 288
    }
    return places
  }

  private func expectDamage(_ bytes: [UInt8], _ code: GenbaError.Code, isPrefixOf name: String) throws {
    let whole = try AudioDecoder(TestAssets.media(name)).allSamples()
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(.memory(bytes)).allSamples() }
    #expect(error?.code == code && error?.source.ptsSeconds != nil, "\(String(describing: error))")
    let part = try AudioDecoder(.memory(bytes), damage: .partial).allSamples()
    #expect(part.damage?.code == code && part.damage?.message == error?.message)
    #expect(part.sampleCount > 0 && part.sampleCount < whole.sampleCount)
    // A decoder holds a frame back, and its last one may be another without what overlaps with it.
    let count = max(part.sampleCount - 2304, 0)
    for channel in 0..<whole.channelCount {
      #expect(part.row(channel).prefix(count) == whole.row(channel).prefix(count))
    }
  }

  @Test(arguments: ["tone-48k.mp3", "raw.aac"])
  func aCutInAFrameIsNoticed(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    let places = frames(of: bytes)
    try #require(places.count > 8)
    for cut in [1, 3, 5, 100] {
      try expectDamage(Array(bytes.prefix(places[places.count * 2 / 3] + cut)), .truncated, isPrefixOf: name)
    }
  }

  /// The Info frame says how many there are.
  @Test func aCutBetweenFramesIsNoticed() throws {
    let bytes = try FileReading.bytes(of: TestAssets.media("tone-48k.mp3"))
    let places = frames(of: bytes)
    let count = places.count * 2 / 3
    let cut = Array(bytes.prefix(places[count]))
    try expectDamage(cut, .truncated, isPrefixOf: "tone-48k.mp3")
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(.memory(cut)).allSamples() }
    #expect(error?.message.hasSuffix(" frames where the file has \(count)") == true, "\(String(describing: error))")
  }

  @Test(arguments: ["tone-48k.mp3", "raw.aac"])
  func aFrameWithoutAHeaderIsNoticed(name: String) throws {
    var bytes = try FileReading.bytes(of: TestAssets.media(name))
    let place = frames(of: bytes)[5]
    bytes[place] = 0x7f
    try expectDamage(bytes, .corruptData, isPrefixOf: name)
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(.memory(bytes)).allSamples() }
    #expect(error?.message.contains(" from byte \(place) on ") == true, "\(String(describing: error))")
  }

  @Test func tagsAreNoDamage() throws {
    let bytes = try FileReading.bytes(of: TestAssets.media("tone-48k.mp3"))
    let whole = try AudioDecoder(.memory(bytes)).allSamples()
    let id3 = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 72] + [UInt8](repeating: 0xff, count: 200)
    let tag = Array("TAG".utf8) + [UInt8](repeating: 0xff, count: 125)
    let ape = Array("APETAGEX".utf8) + [0xd0, 7, 0, 0, 100, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xa0]
    let items = [UInt8](repeating: 0, count: 8) + [UInt8](repeating: 0xff, count: 100)
    for tagged in [bytes + tag, bytes + ape + items + tag, id3 + bytes, bytes + [UInt8](repeating: 0, count: 5000)] {
      for damage in DamagePolicy.allCases {
        let audio = try AudioDecoder(.memory(tagged), damage: damage).allSamples()
        #expect(audio.samples == whole.samples && audio.damage == nil)
      }
    }
  }

  @Test func whatTheHeaderSaysIsNamed() throws {
    let mp3 = try AudioDecoder(TestAssets.media("tone-48k.mp3")).metadata
    #expect(mp3.codec == "mp3" && mp3.container == "mp3" && mp3.sampleRate == 48_000 && mp3.bitDepth == nil)
    #expect(mp3.sampleCountFromHeader == (try AudioDecoder(TestAssets.media("tone-48k.mp3")).allSamples().sampleCount))
    let layer2 = try AudioDecoder(TestAssets.media("layer-2.mp3")).metadata
    #expect(layer2.codec == "mp2" && layer2.backend == .mpg123)
    let vorbis = try AudioDecoder(TestAssets.media("notify.oga")).metadata
    #expect(vorbis.codec == "vorbis" && vorbis.container == "ogg" && vorbis.backend == .libvorbis)
  }
}
