internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore
internal import GenbaKernels

/// Turns decoded frames into upright RGB, to the same bytes as torchcodec does with libswscale.
///
/// torchcodec 0.11 uses libswscale in two ways: directly where the width is a multiple of 32 and the stream is not
/// rotated, and through FFmpeg's filter graph elsewhere. The results differ for full-range streams, odd heights and
/// the like; `genba_rgb_converter` sets libswscale up in either way. Where libswscale would take its vector code for
/// 8-bit 4:2:0 and 4:2:2, Genba's kernel makes the same bytes in less time, straight into the layout that is wanted.
@safe
final class RGBConverter {
  /// What a converter was made for.
  private struct Key: Equatable {
    var width: Int32
    var height: Int32
    var format: Int32
    var space: AVColorSpace
    var range: AVColorRange

    init(_ frame: UnsafePointer<AVFrame>) {
      unsafe width = frame.pointee.width
      unsafe height = frame.pointee.height
      unsafe format = frame.pointee.format
      unsafe space = frame.pointee.colorspace
      unsafe range = frame.pointee.color_range
    }
  }

  private let layout: FrameLayout
  let rotation: VideoRotation
  private var key: Key?
  private var context: OpaquePointer?
  /// The conversion by Genba's kernel, where it makes the bytes of libswscale.
  private var kernel: PlanarFrameConverter?
  /// Packed RGB whose rows are as long as libswscale's vector code wants them.
  private var packed = unsafe UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

  init(layout: FrameLayout, rotation: VideoRotation) {
    self.layout = layout
    self.rotation = rotation
  }

  deinit {
    unsafe sws_freeContext(context)
    unsafe packed.deallocate()
  }

  /// Writes the frame's `3 * width * height` bytes; `false` if libswscale cannot convert it.
  func convert(_ frame: UnsafeMutablePointer<AVFrame>, into output: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    let width = unsafe Int(frame.pointee.width)
    let height = unsafe Int(frame.pointee.height)
    precondition(output.count == 3 * width * height, "\(output.count) bytes for a frame of \(width)x\(height)")
    let isDirect = rotation == .none && width % 32 == 0
    guard unsafe prepare(frame, isDirect: isDirect), let start = output.baseAddress else { return false }
    if rotation == .none, let kernel {
      return unsafe kernel.convert(frame, asPlanes: layout == .nchw, into: output)
    }
    if isDirect, layout == .nhwc {
      return unsafe scale(frame, to: start, rowBytes: 3 * width)
    }
    let rowBytes = kernel == nil ? (width + 63) / 64 * 64 * 3 : 3 * width
    if unsafe packed.count != rowBytes * height {
      unsafe packed.deallocate()
      unsafe packed = .allocate(capacity: rowBytes * height)
    }
    guard let rows = unsafe packed.baseAddress else { return false }
    if let kernel {
      guard unsafe kernel.convert(frame, asPlanes: false, into: packed) else { return false }
    } else {
      guard unsafe scale(frame, to: rows, rowBytes: rowBytes) else { return false }
    }
    // Where the first pixel of the output is in the input, and how far its neighbours to the right and below are.
    let (first, right, below) =
      switch rotation {
      case .none: (0, 3, rowBytes)
      case .half: ((height - 1) * rowBytes + 3 * (width - 1), -3, -rowBytes)
      case .clockwise90: ((height - 1) * rowBytes, -rowBytes, 3)
      case .counterclockwise90: (3 * (width - 1), rowBytes, -3)
      }
    let (columns, lines) = rotation.swapsAxes ? (height, width) : (width, height)
    unsafe genba_place_rgb(rows + first, right, below, columns, lines, layout == .nchw, start)
    return true
  }

  private func prepare(_ frame: UnsafeMutablePointer<AVFrame>, isDirect: Bool) -> Bool {
    let wanted = unsafe Key(frame)
    if key == wanted { return true }
    unsafe sws_freeContext(context)
    unsafe context = nil
    kernel = unsafe PlanarFrameConverter(frame, likeFilter: !isDirect)
    if kernel == nil { unsafe context = genba_rgb_converter(frame, !isDirect) }
    key = unsafe kernel == nil && context == nil ? nil : wanted
    return key != nil
  }

  private func scale(
    _ frame: UnsafeMutablePointer<AVFrame>, to start: UnsafeMutablePointer<UInt8>, rowBytes: Int
  ) -> Bool {
    unsafe genba_convert(context, frame, start, Int32(rowBytes)) == frame.pointee.height
  }
}
