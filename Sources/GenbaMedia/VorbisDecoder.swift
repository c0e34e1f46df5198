internal import CVorbis
internal import GenbaCore

/// Decodes Vorbis in Ogg by libvorbisfile, which hands out a plane for each channel: libsndfile, which decodes by the same
/// library, would interleave them first. The numbers are the same.
@safe
final class VorbisDecoder: BlockDecoder {
  let metadata: AudioMetadata
  private let file: UnsafeMutablePointer<OggVorbis_File>
  /// What libvorbisfile reads; it must live as long as the file.
  private let bytes: ReadAhead
  private var planes: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>?

  /// - Throws: `.truncated` or `.corruptData` if the pages before the sound are not whole, or not Vorbis.
  init(_ source: MediaSource, limits: DecodeLimits) throws(GenbaError) {
    // The headers are three packets.
    try OggPages.check(source, packetCount: 3)
    let bytes = try ReadAhead(source, limits: limits)
    let file = UnsafeMutablePointer<OggVorbis_File>.allocate(capacity: 1)
    let callbacks = unsafe ov_callbacks(
      read_func: { target, size, count, user in
        size > 0 ? unsafe ReadAhead.at(user).read(into: target, count: size * count) / size : 0
      },
      seek_func: { user, offset, whence in
        unsafe ReadAhead.at(user).seek(to: Int(offset), whence: whence) < 0 ? -1 : 0
      },
      close_func: nil,
      tell_func: { user in unsafe ReadAhead.at(user).position })
    let status = unsafe ov_open_callbacks(bytes.pointer, file, nil, 0, callbacks)
    guard status == 0, let info = unsafe ov_info(file, -1) else {
      if status == 0 { unsafe ov_clear(file) }
      unsafe file.deallocate()
      throw GenbaError(.corruptData, "not an Ogg Vorbis file that can be read", cause: Self.cause(status))
    }
    self.bytes = bytes
    unsafe self.file = file
    let (rate, total) = unsafe (Int(info.pointee.rate), Int(ov_pcm_total(file, -1)))
    let channels = unsafe Int(info.pointee.channels)
    metadata = AudioMetadata(
      lossy: "vorbis", in: "ogg", sampleRate: rate, channelCount: channels, sampleCount: total >= 0 ? total : nil,
      byteCount: bytes.byteCount, backend: .libvorbis)
  }

  deinit {
    unsafe ov_clear(file)
    unsafe file.deallocate()
  }

  func decode() throws(GenbaError) -> Int {
    bytes.beginOperation()
    var link: Int32 = 0
    let count = unsafe ov_read_float(file, &planes, 4096, &link)
    guard count >= 0 else {
      throw GenbaError(.corruptData, "the sound is damaged", cause: Self.cause(Int32(clamping: count)))
    }
    // Files can be chained; what follows may be another sound.
    guard count == 0 || isSameSound else {
      throw GenbaError(.unsupportedFormat, "the sound changes its rate or its channels on the way")
    }
    return count
  }

  private var isSameSound: Bool {
    guard let info = unsafe ov_info(file, -1) else { return false }
    return unsafe Int(info.pointee.rate) == metadata.sampleRate && Int(info.pointee.channels) == metadata.channelCount
  }

  @unsafe
  func write(_ part: Range<Int>, to rows: SampleRows, at position: Int) {
    for channel in 0..<metadata.channelCount {
      guard let plane = unsafe planes?[channel] else { continue }
      unsafe rows.row(channel, from: position).update(from: plane + part.lowerBound, count: part.count)
    }
  }

  /// libvorbisfile has numbers for what is wrong, and no words.
  private static func cause(_ status: Int32) -> String {
    let words =
      switch status {
      case OV_HOLE: "there is a hole in the data"
      case OV_EREAD: "it cannot be read"
      case OV_ENOTVORBIS: "this is not Vorbis"
      case OV_EVERSION: "the version is another"
      case OV_EBADHEADER: "a header is damaged"
      case OV_EBADLINK: "a link of the chain is damaged"
      case OV_EBADPACKET: "a packet is damaged"
      default: "error \(status)"
      }
    return "libvorbisfile: \(words)"
  }
}
