public import GenbaCore
internal import GenbaKernels

/// Cuts frames into the patches that Qwen's vision models take, normalised on the way.
///
/// The rows of `pixel_values` follow each other as [gridHeight / merge, gridWidth / merge, merge, merge], so that the
/// patches of one token stand together; a row is [3, temporalPatchSize, patchSize, patchSize].
///
/// ```swift
/// let patchify = Patchify(patchSize: 14, mergeSize: 2, temporalPatchSize: 2, normalization: .clip)
/// let pixelValues = Tensor<Float>(shape: patchify.shape(height: 840, width: 1148)) { output in
///   patchify.append([rgb], to: &output)
/// }
/// ```
public struct Patchify: Sendable {
  /// Pixels along a patch's side.
  public let patchSize: Int
  /// Patches along the side of a square that becomes one token.
  public let mergeSize: Int
  /// Frames in a patch.
  public let temporalPatchSize: Int
  let normalization: Normalization

  /// A cutter for one model; sizes below 1 and a normalisation of other than 3 channels trap.
  public init(patchSize: Int, mergeSize: Int, temporalPatchSize: Int, normalization: Normalization) {
    precondition(
      min(patchSize, mergeSize, temporalPatchSize) >= 1,
      "patches of \(patchSize) pixels and \(temporalPatchSize) frames, merged by \(mergeSize)")
    precondition(normalization.imageMean.count == 3, "pixels have 3 channels here")
    self.patchSize = patchSize
    self.mergeSize = mergeSize
    self.temporalPatchSize = temporalPatchSize
    self.normalization = normalization
  }

  /// What height and width must be multiples of.
  public var factor: Int { patchSize * mergeSize }

  /// [patches, elements of a patch] of one temporal patch of frames of that size.
  public func shape(height: Int, width: Int) -> [Int] {
    [height / patchSize * (width / patchSize), 3 * temporalPatchSize * patchSize * patchSize]
  }

  /// Appends one temporal patch to `output`.
  ///
  /// - Parameters:
  ///   - frames: uint8 [height, width, 3], one or ``temporalPatchSize`` of them; one is repeated, as a picture is. Other
  ///     counts, shapes that differ and sizes that ``factor`` does not divide trap.
  ///   - output: Must have room for the whole temporal patch, or it traps. Its elements are of a ``PixelDType``.
  public func append<Element: PixelElement>(_ frames: [Tensor<UInt8>], to output: inout OutputSpan<Element>) {
    precondition(
      frames.count == 1 || frames.count == temporalPatchSize,
      "\(frames.count) frames for a temporal patch of \(temporalPatchSize)")
    let shape = frames[0].shape
    precondition(
      frames.allSatisfy { $0.shape == shape } && shape.count == 3 && shape[2] == 3 && shape[0] % factor == 0
        && shape[1] % factor == 0,
      "frames of shape \(shape) cannot be cut into squares of \(factor)")
    let layout = PatchLayout(
      patchSize: patchSize, mergeSize: mergeSize, temporalPatchSize: temporalPatchSize,
      gridHeight: shape[0] / patchSize, gridWidth: shape[1] / patchSize)
    let table = normalization.table(of: Element.self)
    layout.append(frameCount: frames.count, table: table.span, to: &output) { index, write in
      let frame = frames[index]
      write(frame.span)
    }
  }
}
