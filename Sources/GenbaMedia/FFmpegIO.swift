internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// FFmpeg's buffered input over a ``MediaBytes``.
@safe
final class FFmpegIO {
  let context: UnsafeMutablePointer<AVIOContext>
  let reader: MediaBytes

  /// `nil` if there is no memory.
  init?(_ reader: MediaBytes) {
    self.reader = reader
    let bufferSize = 64 << 10
    guard let buffer = unsafe av_malloc(bufferSize) else { return nil }
    let created = unsafe avio_alloc_context(
      buffer.assumingMemoryBound(to: UInt8.self), Int32(bufferSize), 0, Unmanaged.passUnretained(reader).toOpaque(),
      { opaque, buffer, count in
        guard let opaque = unsafe opaque, let buffer = unsafe buffer else { return genba_averror_invalid }
        return unsafe FFmpegIO.reader(opaque).read(into: buffer, count: Int(count))
      }, nil,
      { opaque, offset, whence in
        guard let opaque = unsafe opaque else { return Int64(genba_averror_invalid) }
        return unsafe FFmpegIO.reader(opaque).seek(to: offset, whence: whence)
      })
    guard let created = unsafe created else {
      unsafe av_free(buffer)
      return nil
    }
    unsafe context = created
  }

  /// What FFmpeg asks now and then while it works: whether it should give up.
  var interruptCallback: AVIOInterruptCB {
    unsafe AVIOInterruptCB(
      callback: { opaque in
        guard let opaque = unsafe opaque else { return 0 }
        return unsafe FFmpegIO.reader(opaque).isExhausted ? 1 : 0
      }, opaque: Unmanaged.passUnretained(reader).toOpaque())
  }

  private static func reader(_ opaque: UnsafeMutableRawPointer) -> MediaBytes {
    unsafe Unmanaged<MediaBytes>.fromOpaque(opaque).takeUnretainedValue()
  }

  deinit {
    // FFmpeg may have replaced the buffer that it was given.
    unsafe av_free(context.pointee.buffer)
    var released: UnsafeMutablePointer<AVIOContext>? = unsafe context
    unsafe avio_context_free(&released)
  }
}
