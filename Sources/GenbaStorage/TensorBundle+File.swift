public import GenbaCore

extension TensorBundle {
  /// The tensors of a .safetensors, .npy or .npz file. The content decides which it is, not the ending.
  ///
  /// Each tensor is read straight into its memory. The array of a .npy file is called by the file's name without the
  /// ending, since the file holds no name.
  ///
  /// ```swift
  /// let bundle = try TensorBundle(contentsOf: "sample.safetensors")
  /// let mel = bundle.tensor("input_features", as: Float.self)
  /// ```
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: `fileBytes` bounds the file's size.
  /// - Throws: `.cannotOpen`, `.limitExceeded`, `.truncated`, `.corruptData`, or `.unsupportedFormat` for content that
  ///   Genba does not read.
  public init(contentsOf path: String, limits: DecodeLimits = .init()) throws(GenbaError) {
    do throws(GenbaError) {
      let source = try ByteSource(path: path, limit: limits.fileBytes)
      switch TensorFileFormat.detect(source) {
      case .safetensors: self = try Safetensors.read(source)
      case .npz: self = try NPZ.read(source)
      case .npy:
        self.init()
        self[Self.stem(of: path)] = try NPY.read(source)
      case nil:
        throw GenbaError(.unsupportedFormat, "this is not a tensor file; Genba reads .safetensors, .npy and .npz")
      }
    } catch {
      throw error.at(path: path)
    }
  }

  /// Writes a file whose ending chooses the format: .safetensors, .npy or .npz.
  ///
  /// The file appears complete or not at all. Tensors go to the disk without a copy in memory. Only safetensors keeps
  /// ``metadata``.
  ///
  /// ```swift
  /// try bundle.write(to: "sample.safetensors")
  /// try bundle.write(to: "mel.npy", tensor: "input_features")
  /// ```
  ///
  /// - Parameters:
  ///   - path: The file, which is replaced if it is there.
  ///   - name: Write this tensor only; needed for .npy, which holds one, if the bundle has several.
  /// - Throws: `.unsupportedFormat` for another ending, or for bfloat16 in numpy's formats; `.outOfRange` if there is
  ///   no tensor called `name`; `.mismatchedInputs` for several tensors in .npy; `.ioFailed` if writing fails.
  public func write(to path: String, tensor name: String? = nil) throws(GenbaError) {
    do throws(GenbaError) {
      guard let format = TensorFileFormat(ending: path) else {
        throw GenbaError(.unsupportedFormat, "the name must end in .safetensors, .npy or .npz to choose a format")
      }
      let chosen = try selecting(name)
      if format == .npy, chosen.count != 1 {
        throw GenbaError(
          .mismatchedInputs,
          "a .npy file holds one tensor, and there are \(chosen.count): \(names.joined(separator: ", ")); "
            + "choose one with --tensor NAME, or write .npz or .safetensors")
      }
      var file = try AtomicFile(path: path)
      switch format {
      case .safetensors: try Safetensors.write(chosen, to: &file)
      case .npy: try NPY.write(chosen[0].tensor, to: &file)
      case .npz: try NPZ.write(chosen, to: &file)
      }
      try file.commit()
    } catch {
      throw error.at(path: path)
    }
  }

  /// The bundle with the one tensor called `name`, or all of it for `nil`; `.outOfRange` if there is none.
  package func selecting(_ name: String?) throws(GenbaError) -> TensorBundle {
    guard let name else { return self }
    guard let tensor = self[name] else {
      throw GenbaError(
        .outOfRange, "there is no tensor \"\(name)\"; there are: \(names.joined(separator: ", "))")
    }
    var bundle = TensorBundle()
    bundle[name] = tensor
    bundle.metadata = metadata
    return bundle
  }

  private static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.lowercased().hasSuffix(".npy") ? String(name.dropLast(4)) : name
  }
}
