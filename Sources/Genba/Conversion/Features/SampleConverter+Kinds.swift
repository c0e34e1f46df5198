internal import GenbaCore
internal import GenbaMedia
internal import GenbaProcessors
internal import GenbaSpatial
internal import GenbaVision

extension SampleConverter {
  /// One picture, or several as one batch.
  func pictures(_ medium: RecognizedMedium, facts: inout MediaFacts) throws(GenbaError) -> TensorBundle {
    var images: [Image] = []
    for path in medium.medium.paths { images.append(try ImageDecoder.decode(path, limits: limits)) }
    (facts.width, facts.height) = (images[0].width, images[0].height)
    if let processor = recipe.pipeline(medium.recipe)?.processor.imageProcessor { return try processor(images) }
    guard (medium.recipe.feature ?? "image") == "image" else { throw noFeature(medium) }
    var bundle = TensorBundle()
    for (index, image) in images.enumerated() {
      let name = images.count == 1 ? "image" : "image.\(index)"
      bundle[name] = try pixels(of: image, medium.recipe)
    }
    return bundle
  }

  private func pixels(of image: Image, _ column: ColumnRecipe) throws(GenbaError) -> AnyTensor {
    var tensor = image.tensor
    if let size = column.size {
      tensor = AnyTensor(PictureResize(width: size[0], height: size[1])(image.convertedToRGB()))
    }
    guard column.layout == "nchw" else { return tensor }
    if let bytes = tensor.as(UInt8.self) { return AnyTensor(bytes.channelsFirst()) }
    if let words = tensor.as(UInt16.self) { return AnyTensor(words.channelsFirst()) }
    return tensor
  }

  /// Distances and where they are known.
  func depth(_ medium: RecognizedMedium, facts: inout MediaFacts) throws(GenbaError) -> TensorBundle {
    guard let scale = medium.recipe.scale.flatMap(DepthScale.init) else {
      throw GenbaError(
        .unsupportedFormat,
        "no file says what its depth means; name a scale in the recipe, such as {\"depth\": {\"scale\": \"mm\"}}")
    }
    let map = try DepthMap(contentsOf: medium.medium.paths[0], scale: scale, limits: limits)
    (facts.height, facts.width) = (map.metres.shape[0], map.metres.shape[1])
    var bundle = TensorBundle()
    bundle.set("depth", to: map.metres)
    bundle.set("valid_mask", to: map.validMask)
    return bundle
  }

  /// Disparity, confidence and depth of a pair.
  func stereo(_ medium: RecognizedMedium, facts: inout MediaFacts) throws(GenbaError) -> TensorBundle {
    guard let feature = recipe.stereo else {
      throw GenbaError(.unsupportedFormat, "the recipe makes nothing of stereo pairs")
    }
    let paths = medium.medium.paths
    let left = try ImageDecoder.decode(paths[0], limits: limits)
    let right = try ImageDecoder.decode(paths[1], limits: limits)
    (facts.width, facts.height) = (left.width, left.height)
    return try feature(left: left, right: right, calibration: Array(paths.dropFirst(2)))
  }

  /// A sound, or a part of it.
  func sound(
    _ medium: RecognizedMedium, range: Range<Double>?, facts: inout MediaFacts
  ) throws(GenbaError) -> TensorBundle {
    let decoder = try AudioDecoder(medium.medium.paths[0], limits: limits)
    let decoding = try SoundDecoding(self, medium)
    decoding.describe(decoder.metadata, in: &facts)
    let audio =
      if let range {
        try decoder.samples(
          in: range, sampleRate: decoding.sampleRate, channels: decoding.channels, resampler: decoding.engine)
      } else {
        try decoder.allSamples(
          sampleRate: decoding.sampleRate, channels: decoding.channels, resampler: decoding.engine)
      }
    return try features(of: audio, medium, facts: &facts)
  }

  /// The tensors of decoded sound.
  func features(
    of audio: AudioSamples, _ medium: RecognizedMedium, facts: inout MediaFacts
  ) throws(GenbaError) -> TensorBundle {
    facts.mediaSeconds = audio.durationSeconds
    facts.loudness = audio.loudness
    if let extractor = recipe.pipeline(medium.recipe)?.processor.featureExtractor { return try extractor(audio) }
    if let feature = medium.recipe.feature, ColumnRecipe.pictureFeatures.contains(feature) { throw noFeature(medium) }
    return try recipe.feature(medium.recipeName)(audio)
  }

  /// A video, or a part of it.
  func video(
    _ medium: RecognizedMedium, range: Range<Double>?, facts: inout MediaFacts
  ) throws(GenbaError) -> TensorBundle {
    let layout = medium.recipe.layout.flatMap(FrameLayout.init) ?? .nchw
    let needsPixels = medium.recipe.model != nil || medium.recipe.size != nil
    var decoder = try VideoDecoder(medium.medium.paths[0], layout: needsPixels ? .nhwc : layout, limits: limits)
    return try video(&decoder, medium, range: range, facts: &facts)
  }

  /// The same from a decoder that is open already.
  func video(
    _ decoder: inout VideoDecoder, _ medium: RecognizedMedium, range: Range<Double>?, facts: inout MediaFacts
  ) throws(GenbaError) -> TensorBundle {
    let metadata = decoder.metadata
    (facts.width, facts.height, facts.fps) = (metadata.width, metadata.height, metadata.averageFPS)
    let begin = metadata.beginStreamSeconds
    let end = metadata.endStreamSeconds ?? begin
    let part = range.map { max($0.lowerBound, begin)..<max(min($0.upperBound, end), max($0.lowerBound, begin)) }
    if let part, part.isEmpty {
      throw GenbaError(.outOfRange, "the sample begins at \(part.lowerBound) s, and the video ends at \(end) s")
    }
    facts.mediaSeconds = part.map { $0.upperBound - $0.lowerBound } ?? max(end - begin, 0)
    if let pipeline = recipe.pipeline(medium.recipe) { return try pipeline.video(&decoder, range: part) }
    guard (medium.recipe.feature ?? "frames") == "frames" else { throw noFeature(medium) }
    let batch = try frames(&decoder, medium.recipe, range: part)
    var bundle = TensorBundle()
    bundle.set("frames", to: batch.pixels)
    bundle.set("pts_seconds", to: Tensor(batch.ptsSeconds))
    bundle.set("duration_seconds", to: Tensor(batch.durationSeconds))
    return bundle
  }

  private func frames(
    _ decoder: inout VideoDecoder, _ column: ColumnRecipe, range: Range<Double>?
  ) throws(GenbaError) -> FrameBatch {
    let selection: FrameSelection
    if let numFrames = column.numFrames {
      let all = decoder.frameIndices(in: range)
      // The middle of each of so many equal parts.
      let indices: [Int] = (0..<numFrames).map { part in
        all.lowerBound + (2 * part + 1) * all.count / (2 * numFrames)
      }
      selection = FrameSelection(indices: indices)
    } else {
      let frameBytes = column.size.map { 3 * $0[0] * $0[1] }
      selection = try decoder.selection(in: range, fps: column.fps, frameBytes: frameBytes)
    }
    guard let size = column.size else { return try decoder.frames(selection) }
    return try PictureResize(width: size[0], height: size[1])(
      selection, of: &decoder, layout: column.layout.flatMap(FrameLayout.init) ?? .nchw)
  }

  private func noFeature(_ medium: RecognizedMedium) -> GenbaError {
    GenbaError(
      .unsupportedFormat,
      "\"\(medium.recipe.feature ?? "")\" cannot be made of \(medium.kind.plural)")
  }
}

/// How a column's sound is decoded.
struct SoundDecoding {
  var sampleRate: Int?
  var channels = ChannelMix.keep
  var engine = Resampler.Engine.soxr

  init(_ converter: SampleConverter, _ medium: RecognizedMedium) throws(GenbaError) {
    guard let pipeline = converter.recipe.pipeline(medium.recipe), let extractor = pipeline.processor.featureExtractor
    else {
      sampleRate = medium.recipe.sampleRate
      if let name = medium.recipe.channels, let mix = ChannelMix(name: name) { channels = mix }
      return
    }
    sampleRate = extractor.samplingRate
    (channels, engine) = pipeline.decoding(for: extractor)
  }

  func describe(_ metadata: AudioMetadata, in facts: inout MediaFacts) {
    (facts.sampleRate, facts.channels) = (metadata.sampleRate, metadata.channelCount)
  }
}
