public import GenbaCore
internal import GenbaMedia
public import GenbaSpatial
internal import GenbaStorage

extension DepthMap {
  /// The distances of a depth picture: what `DepthDecoder` reads, or a `.npy`, `.npz` or `.safetensors` file with one
  /// tensor of [height, width].
  ///
  /// ```swift
  /// let depth = try DepthMap(contentsOf: "frame-0042.png", scale: .millimetres)
  /// ```
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - scale: What its numbers mean; no file says it.
  /// - Throws: What `DepthDecoder` throws; `.mismatchedInputs` for a tensor that is no depth picture, and for several.
  public init(contentsOf path: String, scale: DepthScale, limits: DecodeLimits = DecodeLimits()) throws(GenbaError) {
    do throws(GenbaError) {
      if TensorFileFormat(ending: path) != nil {
        let bundle = try TensorBundle(contentsOf: path, limits: limits)
        guard bundle.count == 1 else {
          throw GenbaError(
            .mismatchedInputs, "there are \(bundle.count) tensors, \(bundle.names.joined(separator: ", ")), and not one"
          )
        }
        try self.init(DepthImage(bundle[0].tensor), scale: scale)
      } else {
        try self.init(DepthDecoder.decode(path, limits: limits), scale: scale)
      }
    } catch {
      throw error.at(path: path)
    }
  }

  /// Writes the distances in numbers of this scale, holes as 0; the name's ending chooses the format: .png, .pgm, .tiff,
  /// .pfm, .exr or .npy.
  ///
  /// - Throws: `.outOfRange` for a distance that the scale has no number for, `.unsupportedFormat` for a format that
  ///   does not hold the scale's type, `.ioFailed`.
  public func write(to path: String, scale: DepthScale) throws(GenbaError) {
    do throws(GenbaError) {
      let image = try image(scale: scale)
      guard TensorFileFormat(ending: path) != nil else {
        try DepthEncoder.write(image, to: path)
        return
      }
      var bundle = TensorBundle()
      bundle["depth"] = image.tensor
      try bundle.write(to: path)
    } catch {
      throw error.at(path: path)
    }
  }
}
