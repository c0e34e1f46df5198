/// How many frames the convolutions of a raw-wave model make of a sound: its token count.
///
/// ```swift
/// WaveEncoder.wav2Vec2.frameCount(sampleCount: 16_000)   // 49
/// WaveEncoder.moonshine.frameCount(sampleCount: 16_000)  // 40
/// ```
///
/// Equal to `_get_feat_extract_output_lengths` of the models in transformers 5.23.0; never below 0.
public struct WaveEncoder: Sendable, Hashable {
  /// The length of each convolution's kernel, in its input's frames.
  public var kernelSizes: [Int]
  /// From one output of each convolution to the next, in its input's frames.
  public var strides: [Int]

  /// An encoder of these convolutions; the two must be equally many and above 0.
  public init(kernelSizes: [Int], strides: [Int]) {
    precondition(
      kernelSizes.count == strides.count && (kernelSizes + strides).allSatisfy { $0 > 0 },
      "kernels \(kernelSizes) and strides \(strides) do not belong together")
    self.kernelSizes = kernelSizes
    self.strides = strides
  }

  /// Wav2Vec2, HuBERT and WavLM: a frame every 20 ms.
  public static let wav2Vec2 = WaveEncoder(kernelSizes: [10, 3, 3, 3, 3, 2, 2], strides: [5, 2, 2, 2, 2, 2, 2])
  /// Moonshine: a frame every 24 ms.
  public static let moonshine = WaveEncoder(kernelSizes: [127, 7, 3], strides: [64, 3, 2])

  /// How many frames come of so many samples.
  public func frameCount(sampleCount: Int) -> Int {
    zip(kernelSizes, strides).reduce(sampleCount) { count, convolution in
      count < convolution.0 ? 0 : (count - convolution.0) / convolution.1 + 1
    }
  }
}
