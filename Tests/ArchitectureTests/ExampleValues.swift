/// The values that examples take for granted, and their types.
///
/// A name means the same everywhere; where one file calls another thing so, ``special`` says it.
enum ExampleValues {
  /// The parameters of an example's function: `audio: AudioSamples, …`.
  static func parameters(for path: String) -> String {
    common.merging(special[path] ?? [:]) { $1 }.sorted { $0.key < $1.key }
      .map { "\($0.key): \($0.value)" }.joined(separator: ", ")
  }

  private static let common = [
    "audio": "AudioSamples", "recording": "AudioSamples", "block": "AudioSamples", "firstBlock": "AudioSamples",
    "nextBlock": "() -> AudioSamples?", "consume": "(Any) -> Void", "mfcc": "MFCC",
    "coefficients": "Tensor<Float>", "spectrogram": "Spectrogram", "features": "Tensor<Float>",
    "frames": "[Frame]", "image": "Image", "images": "[Image]", "wrist": "Image", "front": "Image", "wide": "Image",
    "tall": "Image",
    "rgb": "Tensor<UInt8>", "pixels": "Tensor<UInt8>", "pictures": "[Tensor<UInt8>]", "planes": "Tensor<Float>",
    "pixelValues": "Tensor<Float>", "patchify": "Patchify", "bytes": "[UInt8]", "header": "[UInt8]",
    "facts": "VideoFacts", "bundle": "TensorBundle", "samples": "Tensor<Float>", "tensor": "AnyTensor",
    "left": "Tensor<UInt8>", "right": "Tensor<UInt8>", "disparity": "DisparityMap", "depth": "DepthMap",
    "depthImage": "Tensor<UInt16>", "points": "PointMap", "camera": "PinholeIntrinsics",
    "intrinsics": "PinholeIntrinsics", "calibration": "StereoCalibration", "rectification": "StereoRectification",
    "depthIntrinsics": "PinholeIntrinsics", "colorIntrinsics": "PinholeIntrinsics", "extrinsics": "RigidTransform",
  ]

  private static let special: [String: [String: String]] = {
    let videoProcessors =
      ["Encoder", "Qwen2VL", "Qwen3VL", "QwenOmni"].map { "\($0)VideoProcessor" } + ["VideoProcessor"]
    let ofClips = ["processor": "Qwen2VLVideoProcessor", "decoder": "inout VideoDecoder"]
    let values: [String: [String: String]] = [
      "Sources/GenbaKernels/FloatResizePlan.swift": [
        "output": "inout OutputSpan<Float>", "appendRow": "(Int, inout OutputSpan<Float>) -> Void",
      ],
      "Sources/GenbaKernels/ResizePlan.swift": ["output": "inout OutputSpan<UInt8>"],
      "Sources/GenbaSpatial/Calibration/RectificationMap.swift": ["left": "Image"],
      "Sources/GenbaSpatial/Calibration/StereoRectification.swift": ["left": "Image", "right": "Image"],
      "Sources/GenbaSpatial/LeRobotDepthCodec.swift": ["frame": "Tensor<UInt16>"],
      "Sources/GenbaSpatial/TemporalDepthFilter.swift": ["frames": "[DepthMap]"],
    ]
    return values.merging(videoProcessors.map { ("Sources/GenbaProcessors/\($0).swift", ofClips) }) { $1 }
  }()
}
