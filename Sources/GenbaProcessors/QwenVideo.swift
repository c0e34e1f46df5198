internal import GenbaCore
internal import GenbaVision

/// What the video processors of Qwen2-VL and Qwen3-VL share: from chosen frames to tensors.
struct QwenVideo: Sendable {
  let configuration: QwenVisionConfiguration

  /// The plan for frames that have been chosen.
  func plan(
    for video: VideoFacts, indices: [Int], sampling: FrameSampling,
    ownSize: (_ frameCount: Int) throws(GenbaError) -> (height: Int, width: Int)
  ) throws(GenbaError) -> VideoPlan {
    let size =
      sampling == .qwenVLUtils
      ? try QwenVLUtils.size(of: video, frameCount: indices.count, patchSize: configuration.patchSize)
      : try ownSize(indices.count)
    let patch = configuration.temporalPatchSize
    let temporalPatches = (indices.count + patch - 1) / patch
    let grid = [temporalPatches, size.height / configuration.patchSize, size.width / configuration.patchSize]
    try PlaneBatch.checkSize(
      [grid.reduce(1, *), 3 * patch * configuration.patchSize * configuration.patchSize], .float32)
    // The time of a temporal patch is the mean of its first and its last frame's; the last frame is repeated.
    let timestamps = (0..<temporalPatches).map { index in
      let first = indices[index * patch]
      let last = indices[min(index * patch + patch - 1, indices.count - 1)]
      return (Double(first) / video.averageFPS + Double(last) / video.averageFPS) / 2
    }
    return VideoPlan(
      frameIndices: indices, resizedHeight: size.height, resizedWidth: size.width, gridTHW: grid,
      sampledFPS: Double(indices.count) / Double(video.numFrames) * video.averageFPS, timestampsSeconds: timestamps,
      sampling: sampling)
  }

  /// `pixel_values_videos` and `video_grid_thw`.
  func tensors(
    _ plan: VideoPlan, dtype: PixelDType, frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> TensorBundle {
    let patchify = configuration.patchify
    let (height, width) = (plan.resizedHeight, plan.resizedWidth)
    let patch = configuration.temporalPatchSize
    let patchShape = patchify.shape(height: height, width: width)
    let temporalPatches = (plan.frameIndices.count + patch - 1) / patch
    guard temporalPatches > 0, height > 0, width > 0, height % patchify.factor == 0, width % patchify.factor == 0,
      plan.gridTHW == [temporalPatches, height / patchify.patchSize, width / patchify.patchSize]
    else {
      throw GenbaError(
        .mismatchedInputs,
        "a plan of \(plan.frameIndices.count) frames of \(width)x\(height) does not fit this processor; use the plan that it gives"
      )
    }
    let shape = [temporalPatches * patchShape[0], patchShape[1]]
    var bundle = TensorBundle()
    configuration.describe(&bundle)
    bundle["pixel_values_videos"] = try pixelValues(dtype.elementType, plan, shape: shape, frame: frame)
    bundle.set("video_grid_thw", to: Tensor(plan.gridTHW.map { Int64($0) }, shape: [1, 3]))
    return bundle
  }

  private func pixelValues<Element: PixelElement>(
    _: Element.Type, _ plan: VideoPlan, shape: [Int], frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> AnyTensor {
    let patchify = configuration.patchify
    let patch = configuration.temporalPatchSize
    var resizer: FrameResizer?
    var group: [Tensor<UInt8>] = []
    var spent: [Tensor<UInt8>] = []
    let pixelValues = try Tensor<Element>(shape: shape) { output throws(GenbaError) in
      for (position, index) in plan.frameIndices.enumerated() {
        let pixels = try frame(index).pixelsNHWC(index: index)
        if resizer?.inShape != pixels.shape {
          resizer = FrameResizer(from: pixels.shape, plan, filter: configuration.filter)
        }
        var memory = spent.popLast()
        if let resizer { group.append(resizer(pixels, reusing: &memory)) }
        let isLast = position == plan.frameIndices.count - 1
        if isLast, let last = group.last {
          while group.count < patch { group.append(last) }
        }
        if group.count == patch {
          patchify.append(group, to: &output)
          swap(&group, &spent)
          group.removeAll(keepingCapacity: true)
        }
      }
    }
    return AnyTensor(pixelValues)
  }
}

/// The resize that a plan asks for, from one size of frames.
private struct FrameResizer {
  private enum Arithmetic {
    case integers(ImageResizer)
    case qwenVLUtils(RoundedFloatResizer)
  }

  let inShape: [Int]
  private let arithmetic: Arithmetic

  init(from inShape: [Int], _ plan: VideoPlan, filter: ImageResizer.Filter) {
    self.inShape = inShape
    let (height, width) = (plan.resizedHeight, plan.resizedWidth)
    arithmetic =
      plan.sampling == .qwenVLUtils
      ? .qwenVLUtils(
        RoundedFloatResizer(fromHeight: inShape[0], width: inShape[1], toHeight: height, width: width))
      : .integers(
        ImageResizer(fromHeight: inShape[0], width: inShape[1], toHeight: height, width: width, filter: filter))
  }

  func callAsFunction(_ pixels: Tensor<UInt8>, reusing spent: inout Tensor<UInt8>?) -> Tensor<UInt8> {
    switch arithmetic {
    case .integers(let resizer): resizer(pixels, reusing: &spent)
    case .qwenVLUtils(let resizer): resizer(pixels, reusing: &spent)
    }
  }
}

extension FrameSampling {
  /// The frames of a clip, by `hf` where the rule depends on the model.
  func indices(
    of video: VideoFacts, _ asked: QwenVisionConfiguration, hf: () throws(GenbaError) -> [Int]
  ) throws(GenbaError) -> [Int] {
    try video.check()
    switch self {
    case .hf: return try hf()
    case .qwenVLUtils: return try video.qwenVLUtilsIndices(fps: asked.fps ?? 2, numFrames: asked.numFrames)
    case .all: return try video.allIndices()
    }
  }
}
