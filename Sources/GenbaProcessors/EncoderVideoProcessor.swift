public import GenbaCore
public import GenbaVision

/// Video for models that take whole frames of one size: VideoMAE, V-JEPA 2, TimeSformer, ViViT, and the video side of
/// InternVL, LLaVA-OneVision and SmolVLM2.
///
/// Equal bit for bit to transformers 5.23's video processors of these models with torchvision 0.26, given the same RGB
/// frames: sampling, torchvision's uint8 resize, centre crop, rescale, normalise.
///
/// ```swift
/// let processor = EncoderVideoProcessor(.videoMAE)
/// let plan = try processor.plan(for: facts, sampling: .hf, request: .init(numFrames: 16))
/// let tensors = try processor(plan) { index throws(GenbaError) in try decoder.frame(at: index) }
/// tensors["pixel_values"]  // float32 [1, 16, 3, 224, 224]
/// ```
public struct EncoderVideoProcessor: VideoProcessor, Hashable {
  /// The settings.
  public let configuration: Configuration

  /// A processor with these settings.
  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// Which frames the model sees, and at what size.
  ///
  /// - Throws: `.mismatchedInputs` for more frames than there are, and for frames that vanish in the resize;
  ///   `.limitExceeded` for a tensor too large to return.
  public func plan(
    for video: VideoFacts, sampling: FrameSampling, request: SamplingRequest
  ) throws(GenbaError) -> VideoPlan {
    try video.check()
    let indices: [Int]
    switch sampling {
    case .all: indices = try video.allIndices()
    case .hf: indices = try video.indices(configuration, request)
    case .qwenVLUtils:
      throw GenbaError(
        .mismatchedInputs, "qwen_vl_utils' rule is for the Qwen models; sample by hf or take all frames")
    }
    let size = try configuration.view(of: PixelSize(height: video.height, width: video.width)).seen.size
    let (height, width) = (size.height, size.width)
    let limit = DecodeLimits().frameBytes
    let (bytes, overflow) = (12 * height * width).multipliedReportingOverflow(by: indices.count)
    guard !overflow, bytes <= limit else {
      throw GenbaError(
        .limitExceeded,
        "\(indices.count) frames of \(width)x\(height) are more than \(limit) bytes; ask for fewer")
    }
    return VideoPlan(
      frameIndices: indices, resizedHeight: height, resizedWidth: width, gridTHW: [indices.count, 1, 1],
      sampledFPS: Double(indices.count) / Double(video.numFrames) * video.averageFPS,
      timestampsSeconds: indices.map { Double($0) / video.averageFPS })
  }

  /// The frames, [1, frames, 3, height, width] of `dtype`, under the name that the model's processor gives them; for
  /// SmolVLM2 `pixel_attention_mask` too, int64 [1, frames, height, width].
  public func callAsFunction(
    _ plan: VideoPlan, dtype: PixelDType, frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> TensorBundle {
    let shape = [1, plan.frameIndices.count, 3, plan.resizedHeight, plan.resizedWidth]
    let normalization = configuration.frames.normalization
    var bundle = TensorBundle()
    bundle[configuration.outputName] = try pixelValues(dtype.elementType, plan, shape: shape, frame: frame)
    bundle.describe(normalization)
    if configuration.emitsAttentionMask {
      bundle.set(
        "pixel_attention_mask",
        to: Tensor<Int64>(repeating: 1, shape: [1, plan.frameIndices.count, plan.resizedHeight, plan.resizedWidth]))
    }
    return bundle
  }

  private func pixelValues<Element: PixelElement>(
    _: Element.Type, _ plan: VideoPlan, shape: [Int], frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> AnyTensor {
    let normalization = configuration.frames.normalization
    var reader = ViewReader(filter: configuration.frames.resample.filter, backend: normalization.backend)
    let pixelValues = try Tensor<Element>(shape: shape) { output throws(GenbaError) in
      for index in plan.frameIndices {
        let pixels = try frame(index).pixelsNHWC(index: index)
        let view = try configuration.view(of: PixelSize(height: pixels.shape[0], width: pixels.shape[1]))
        guard view.seen.size == PixelSize(height: plan.resizedHeight, width: plan.resizedWidth) else {
          throw GenbaError(
            .mismatchedInputs,
            "frame \(index) becomes \(view.seen.size), the plan says \(plan.resizedWidth)x\(plan.resizedHeight): the clip changes its size on the way"
          )
        }
        reader.read([view], of: pixels) { pixels, seen in
          normalization.appendPlanes(of: pixels, rows: seen.rows, columns: seen.columns, to: &output)
        }
      }
    }
    return AnyTensor(pixelValues)
  }

  /// Joined along the first axis; for SmolVLM2 shorter clips are filled up with frames of 0, which its mask does not mark.
  public func batch(_ clips: [TensorBundle]) throws(GenbaError) -> TensorBundle {
    let names = [configuration.outputName, "pixel_attention_mask"]
    let counts = clips.compactMap { $0[configuration.outputName]?.shape[1] }
    guard configuration.emitsAttentionMask, let longest = counts.max(), Set(counts).count > 1 else {
      return try TensorBundle(concatenating: clips)
    }
    return try TensorBundle(
      concatenating: clips.map { clip in
        var filled = clip
        if let pixels = clip[names[0]] { filled[names[0]] = pixels.padded(toFrames: longest) }
        if let mask = clip.tensor(names[1], as: Int64.self) {
          filled.set(names[1], to: mask.padded(toFrames: longest, with: 1))
        }
        return filled
      })
  }
}

extension Frame {
  /// The pixels, uint8 [height, width, 3].
  ///
  /// - Throws: `.mismatchedInputs` in another layout, or for a frame without pixels.
  func pixelsNHWC(index: Int) throws(GenbaError) -> Tensor<UInt8> {
    guard layout == .nhwc, height > 0, width > 0 else {
      throw GenbaError(
        .mismatchedInputs, "frame \(index) is \(pixels); decode frames in the layout .nhwc",
        source: .init(ptsSeconds: ptsSeconds))
    }
    return pixels
  }
}

extension AnyTensor {
  /// Pixel values [1, frames, …] with further frames of 0.
  fileprivate func padded(toFrames count: Int) -> AnyTensor {
    func padded<Element: PixelElement>(_ type: Element.Type) -> AnyTensor {
      self.as(type).map { AnyTensor($0.padded(toFrames: count, with: Element(Float(0)))) } ?? self
    }
    guard let type = dtype.elementType as? any PixelElement.Type else { return self }
    return padded(type)
  }
}

extension Tensor {
  /// [1, frames, …] with further frames of `value`.
  fileprivate func padded(toFrames count: Int, with value: Element) -> Tensor {
    Tensor(shape: [1, count] + shape.dropFirst(2)) { output in
      let elements = span
      for index in elements.indices { output.append(elements[index]) }
      output.append(repeating: value, count: output.freeCapacity)
    }
  }
}
