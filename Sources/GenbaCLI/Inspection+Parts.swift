import Genba

extension Inspection.Part {
  /// A picture's facts, and the range of numbers that may be distances: of one channel with more than eight bits.
  init(_ metadata: ImageMetadata, _ numbers: AnyTensor?) {
    var facts: [Inspection.Fact] = [
      .init("format", .text(metadata.format)),
      .init("width", .whole(metadata.width), text: "\(metadata.width) pixels"),
      .init("height", .whole(metadata.height), text: "\(metadata.height) pixels"),
      .init("color_model", .text(metadata.colorModel.rawValue)),
      .init("channels", .whole(metadata.channelCount)),
    ]
    if let bits = metadata.bitDepth { facts.append(.init("bit_depth", .whole(bits), text: "\(bits) bits a channel")) }
    facts.append(
      .init(
        "orientation", .whole(metadata.orientation.rawValue),
        text: "\(metadata.orientation.rawValue) (\(metadata.orientation.words))"))
    if metadata.imageCount > 1 { facts.append(.init("images", .whole(metadata.imageCount))) }
    if let profile = metadata.iccProfile {
      facts.append(.init("icc_profile_bytes", .whole(profile.count), text: "ICC profile of \(profile.count) bytes"))
    }
    if let numbers {
      let statistics = TensorStatistics(numbers)
      facts.append(.init("dtype", .text(numbers.dtype.name), from: .content))
      for (name, value) in [("min", statistics.minimum), ("mean", statistics.mean), ("max", statistics.maximum)] {
        if let value { facts.append(.init(name, .number(value), from: .content)) }
      }
      if statistics.nanCount > 0 { facts.append(.init("nan_count", .whole(statistics.nanCount), from: .content)) }
    }
    self.init(type: "image", streamIndex: 0, facts: facts)
  }

  /// A video stream's facts; what the header and the content say differently stands there twice.
  init(_ metadata: VideoMetadata) {
    var facts: [Inspection.Fact] = [
      .init("codec", .text(metadata.codec), text: metadata.profile.map { "\(metadata.codec) (\($0))" }),
      .init("width", .whole(metadata.width), text: "\(metadata.width) pixels"),
      .init("height", .whole(metadata.height), text: "\(metadata.height) pixels"),
      .init(
        "rotation", .number(metadata.rotation ?? 0),
        text: metadata.rotation.map { "\(TensorTable.figure($0)) degrees counter-clockwise" } ?? "none"),
    ]
    if let format = metadata.pixelFormat { facts.append(.init("pixel_format", .text(format))) }
    if let space = metadata.colorSpace { facts.append(.init("color_space", .text(space))) }
    if let range = metadata.colorRange { facts.append(.init("color_range", .text(range))) }
    if let order = metadata.fieldOrder, order != .progressive {
      let first = order == .topFirst ? "top" : "bottom"
      facts.append(.init("field_order", .text(order.rawValue), text: "interlaced, \(first) field first"))
    }
    if let rate = metadata.bitRate { facts.append(.init("bit_rate", .whole(rate), text: "\(rate) bits a second")) }
    facts += Self.both("frames", metadata.numFramesFromHeader, metadata.numFramesFromContent) { .whole($0) }
    if let keyFrames = metadata.numKeyFramesFromContent {
      facts.append(.init("key_frames", .whole(keyFrames), from: .content))
    }
    let headerDuration = metadata.durationSecondsFromHeader ?? metadata.durationSecondsFromContainer
    facts += Self.both("duration_seconds", headerDuration, metadata.durationSecondsFromContent) { .number($0) }
    facts += Self.both(
      "begin_seconds", metadata.beginStreamSecondsFromHeader, metadata.beginStreamSecondsFromContent
    ) { .number($0) }
    let contentRate = metadata.numFramesFromContent == nil ? nil : metadata.averageFPS
    facts += Self.both("average_fps", metadata.averageFPSFromHeader, contentRate) { .number($0) }
    self.init(type: "video", streamIndex: metadata.streamIndex, facts: facts)
  }

  /// An audio stream's facts. Where the header does not say how long it is, or the content is asked for, all of it is
  /// decoded.
  init(_ decoder: borrowing AudioDecoder, scan: Bool = false) throws(GenbaError) {
    let needsContent = scan || decoder.metadata.durationSecondsFromHeader == nil
    let metadata = needsContent ? try decoder.scannedMetadata() : decoder.metadata
    var facts: [Inspection.Fact] = [
      .init("codec", .text(metadata.codec)),
      .init("sample_rate", .whole(metadata.sampleRate), text: "\(metadata.sampleRate) Hz"),
      .init(
        "channels", .whole(metadata.channelCount),
        text: metadata.channelLayout.map { "\(metadata.channelCount) (\($0))" }),
    ]
    if let format = metadata.sampleFormat { facts.append(.init("sample_format", .text(format))) }
    if let bits = metadata.bitDepth { facts.append(.init("bit_depth", .whole(bits), text: "\(bits) bits a sample")) }
    if let rate = metadata.bitRate { facts.append(.init("bit_rate", .whole(rate), text: "\(rate) bits a second")) }
    facts += Self.both("samples", metadata.sampleCountFromHeader, metadata.sampleCountFromContent) { .whole($0) }
    facts += Self.both(
      "duration_seconds", metadata.durationSecondsFromHeader, metadata.durationSecondsFromContent
    ) { .number($0) }
    facts += Self.both(
      "begin_seconds", metadata.beginStreamSecondsFromHeader, metadata.beginStreamSecondsFromContent
    ) { .number($0) }
    facts.append(.init("decoded_by", .text(metadata.backend.rawValue)))
    self.init(type: "audio", streamIndex: metadata.streamIndex, facts: facts)
  }

  /// A point cloud's facts.
  init(_ metadata: PointCloudMetadata, _ cloud: PointCloud) {
    var facts: [Inspection.Fact] = [
      .init("format", .text(metadata.format.rawValue)),
      .init("encoding", .text(metadata.encoding.printable)),
    ]
    facts += Self.both("points", metadata.pointCount, cloud.count) { .whole($0) }
    if let width = metadata.width, let height = metadata.height {
      facts.append(.init("width", .whole(width), text: "\(width) points a row"))
      facts.append(.init("height", .whole(height), text: "\(height) rows"))
    }
    facts.append(.init("fields", .fields(metadata.fields)))
    facts.append(.init("normals", .flag(cloud.normals != nil)))
    facts.append(.init("colors", .flag(cloud.colors != nil)))
    if !metadata.otherElements.isEmpty { facts.append(.init("other_elements", .elements(metadata.otherElements))) }
    if let (low, high) = cloud.bounds {
      facts.append(.init("min", .numbers([low.0, low.1, low.2].map(Double.init)), from: .content))
      facts.append(.init("max", .numbers([high.0, high.1, high.2].map(Double.init)), from: .content))
    }
    self.init(type: "points", streamIndex: 0, facts: facts)
  }

  /// The content's figure, and the header's too if it is another or the only one.
  private static func both<Number: Equatable>(
    _ name: String, _ header: Number?, _ content: Number?, _ value: (Number) -> Inspection.Value
  ) -> [Inspection.Fact] {
    var facts: [Inspection.Fact] = []
    if let content { facts.append(.init(name, value(content), from: .content)) }
    if let header, header != content { facts.append(.init(name, value(header))) }
    return facts
  }
}

extension ImageOrientation {
  /// What is done to the stored pixels, in words.
  fileprivate var words: String {
    switch self {
    case .up: "upright"
    case .flipHorizontally: "flipped left to right"
    case .rotate180: "turned by 180 degrees"
    case .flipVertically: "flipped top to bottom"
    case .transpose: "mirrored along the diagonal"
    case .rotate90Clockwise: "turned by 90 degrees clockwise"
    case .transverse: "mirrored along the other diagonal"
    case .rotate90Counterclockwise: "turned by 90 degrees counter-clockwise"
    }
  }
}
