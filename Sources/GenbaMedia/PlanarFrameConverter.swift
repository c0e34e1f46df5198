internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaKernels
internal import Glibc

/// The conversion of 8-bit 4:2:0 and 4:2:2 frames by Genba's kernel, which makes the bytes of libswscale's vector code.
struct PlanarFrameConverter {
  private let conversion: YUVToRGB
  private let hasHalfRows: Bool

  /// `nil` where libswscale would not take its vector code: other formats, and odd heights, whose last row it makes in
  /// another way; or where it makes other bytes on this machine.
  init?(_ frame: UnsafePointer<AVFrame>, likeFilter: Bool) {
    guard Self.equalsSwscale else { return nil }
    unsafe self.init(unchecked: frame, likeFilter: likeFilter)
  }

  private init?(unchecked frame: UnsafePointer<AVFrame>, likeFilter: Bool) {
    switch unsafe AVPixelFormat(frame.pointee.format) {
    case AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P: hasHalfRows = true
    case AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P: hasHalfRows = false
    default: return nil
    }
    // Rows that go upwards in memory are left to libswscale.
    guard unsafe frame.pointee.height % 2 == 0, unsafe frame.pointee.linesize.0 > 0 else { return nil }
    var matrix = genba_matrix()
    unsafe genba_rgb_matrix(frame, likeFilter, &matrix)
    conversion = YUVToRGB(coefficients: matrix.coefficients, isFullRange: matrix.is_full_range)
  }

  /// Writes the frame as RGB without gaps; `false` if it lacks a plane.
  func convert(
    _ frame: UnsafePointer<AVFrame>, asPlanes: Bool, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    let width = unsafe Int(frame.pointee.width)
    let height = unsafe Int(frame.pointee.height)
    let chromaHeight = hasHalfRows ? (height + 1) / 2 : height
    guard let luma = unsafe Self.plane(frame.pointee.data.0, frame.pointee.linesize.0, width, height),
      let u = unsafe Self.plane(frame.pointee.data.1, frame.pointee.linesize.1, (width + 1) / 2, chromaHeight),
      let v = unsafe Self.plane(frame.pointee.data.2, frame.pointee.linesize.2, (width + 1) / 2, chromaHeight)
    else { return false }
    var target = unsafe MutableSpan(_unsafeElements: output)
    conversion.write(
      luma: unsafe .init(Span(_unsafeElements: luma.bytes), stride: luma.stride),
      u: unsafe .init(Span(_unsafeElements: u.bytes), stride: u.stride),
      v: unsafe .init(Span(_unsafeElements: v.bytes), stride: v.stride), width: width, height: height,
      hasHalfRows: hasHalfRows, asPlanes: asPlanes, to: &target)
    return true
  }

  private static func plane(
    _ start: UnsafeMutablePointer<UInt8>?, _ stride: Int32, _ width: Int, _ height: Int
  ) -> (bytes: UnsafeBufferPointer<UInt8>, stride: Int)? {
    guard let start = unsafe start, Int(stride) >= width else { return nil }
    return unsafe (UnsafeBufferPointer(start: start, count: (height - 1) * Int(stride) + width), Int(stride))
  }

  /// Whether libswscale makes the kernel's bytes here: another version of it, or another processor, may not. Found out
  /// once, on noise: if one matrix and range agree, all do, since they differ by numbers only.
  private static let equalsSwscale: Bool = [AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG].allSatisfy(agrees)

  private static func agrees(_ range: AVColorRange) -> Bool {
    var allocated = unsafe av_frame_alloc()
    defer { unsafe av_frame_free(&allocated) }
    guard let frame = unsafe allocated else { return false }
    let (width, height) = (128, 64)
    unsafe frame.pointee.width = Int32(width)
    unsafe frame.pointee.height = Int32(height)
    unsafe frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
    unsafe frame.pointee.color_range = range
    guard unsafe av_frame_get_buffer(frame, 64) >= 0 else { return false }
    var random: UInt32 = 1
    let planes = unsafe [
      (frame.pointee.data.0, Int(frame.pointee.linesize.0) * height),
      (frame.pointee.data.1, Int(frame.pointee.linesize.1) * height / 2),
      (frame.pointee.data.2, Int(frame.pointee.linesize.2) * height / 2),
    ]
    unsafe planes.forEach { plane in
      guard let start = unsafe plane.0 else { return }
      for place in unsafe 0..<plane.1 {
        random = random &* 1_664_525 &+ 1_013_904_223
        unsafe start[place] = UInt8(random >> 24)
      }
    }
    let bytes = 3 * width * height
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * bytes) { memory in
      let ours = unsafe UnsafeMutableBufferPointer(rebasing: memory[..<bytes])
      let theirs = unsafe UnsafeMutableBufferPointer(rebasing: memory[bytes...])
      guard let converter = unsafe PlanarFrameConverter(unchecked: frame, likeFilter: true),
        let result = ours.baseAddress, let target = theirs.baseAddress,
        let context = unsafe genba_rgb_converter(frame, true)
      else { return false }
      defer { unsafe sws_freeContext(context) }
      guard unsafe genba_convert(context, frame, target, Int32(3 * width)) == height,
        unsafe converter.convert(frame, asPlanes: false, into: ours)
      else { return false }
      return unsafe memcmp(result, target, bytes) == 0
    }
  }
}
