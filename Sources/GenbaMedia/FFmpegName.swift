internal import CFFmpeg

/// FFmpeg's names for its own constants; `nil` where a value has none or says that it is unknown.
enum FFmpegName {
  static func pixelFormat(_ format: AVPixelFormat) -> String? { unsafe text(av_get_pix_fmt_name(format)) }

  static func sampleFormat(_ format: AVSampleFormat) -> String? { unsafe text(av_get_sample_fmt_name(format)) }

  static func profile(_ codec: AVCodecID, _ profile: Int32) -> String? {
    unsafe text(avcodec_profile_name(codec, profile))
  }

  static func colorSpace(_ space: AVColorSpace) -> String? {
    space == AVCOL_SPC_UNSPECIFIED ? nil : unsafe text(av_color_space_name(space))
  }

  static func colorRange(_ range: AVColorRange) -> String? {
    range == AVCOL_RANGE_UNSPECIFIED ? nil : unsafe text(av_color_range_name(range))
  }

  /// `mono`, `stereo`, `5.1`; `nil` where only the number of channels is known.
  static func channelLayout(_ layout: AVChannelLayout) -> String? {
    guard unsafe layout.order != AV_CHANNEL_ORDER_UNSPEC else { return nil }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      var layout = unsafe layout
      let length = unsafe av_channel_layout_describe(&layout, buffer.baseAddress, buffer.count)
      return length > 0 ? unsafe text(buffer.baseAddress) : nil
    }
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }
}
