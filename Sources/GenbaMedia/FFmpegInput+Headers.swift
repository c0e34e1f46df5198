internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

extension FFmpegInput {
  /// Describes the one video stream from its headers alone, where they say all that FFmpeg would find out by decoding its
  /// first frame; `false` where they do not, with nothing changed.
  ///
  /// That frame costs an eighth of the work on a clip of two seconds. The headers suffice for H.264 in MP4 with frames of
  /// one duration, 8 bits and 4:2:0, whose sequence parameter set tells how far frames are reordered, as most recorders
  /// and x264 write it.
  func describeVideoFromHeaders() -> Bool {
    guard formatName.hasPrefix("mov,mp4"), unsafe context.pointee.duration > 0 else { return false }
    let videos = (0..<streamCount).filter {
      unsafe stream($0).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
    }
    guard videos.count == 1 else { return false }
    let video = unsafe stream(videos[0])
    guard let parameters = unsafe video.pointee.codecpar,
      unsafe video.pointee.nb_frames > 0 && video.pointee.duration > 0 && video.pointee.r_frame_rate.num > 0
        && video.pointee.r_frame_rate.den > 0 && video.pointee.start_time != genba_no_pts,
      let header = unsafe H264Configuration(parameters), header.sequences.count == 1,
      unsafe header.sequences[0].fill(parameters)
    else { return false }
    return true
  }
}

extension H264Sequence {
  /// Writes down what decoding a frame would bring to light; `false` where that cannot be told.
  @unsafe
  fileprivate func fill(_ parameters: UnsafeMutablePointer<AVCodecParameters>) -> Bool {
    guard [66, 77, 100].contains(profile), chromaFormat == 1, lumaDepth == 8, chromaDepth == 8, hasWholeFrames,
      unsafe parameters.pointee.bit_rate > 0,
      unsafe width == Int(parameters.pointee.width) && height == Int(parameters.pointee.height),
      let usability, !usability.hasPictureStructure, let reordered = usability.reorderedFrames, reordered <= 16
    else { return false }
    if let colors = usability.colors {
      let space = AVColorSpace(UInt32(colors.matrix))
      let primaries = AVColorPrimaries(UInt32(colors.primaries))
      let transfer = AVColorTransferCharacteristic(UInt32(colors.transfer))
      guard colors.matrix > 0, unsafe av_color_space_name(space) != nil && av_color_primaries_name(primaries) != nil,
        unsafe av_color_transfer_name(transfer) != nil
      else { return false }
      unsafe parameters.pointee.color_space = space
      unsafe parameters.pointee.color_primaries = primaries
      unsafe parameters.pointee.color_trc = transfer
    }
    if let isFullRange = usability.isFullRange {
      unsafe parameters.pointee.color_range = isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    }
    let hasFullRange = unsafe parameters.pointee.color_range == AVCOL_RANGE_JPEG
    unsafe parameters.pointee.format = (hasFullRange ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P).rawValue
    let isConstrained = profile == 66 && constraints & 2 != 0
    unsafe parameters.pointee.profile = Int32(profile | (isConstrained ? 1 << 9 : 0))
    unsafe parameters.pointee.level = Int32(level)
    unsafe parameters.pointee.video_delay = Int32(reordered)
    unsafe parameters.pointee.field_order = AV_FIELD_PROGRESSIVE
    return true
  }
}
