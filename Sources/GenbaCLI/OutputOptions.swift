import ArgumentParser
import Genba
import GenbaPlot

/// Where a command's tensors go. The file's ending chooses the form.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      """
      Write the tensors here: .safetensors, .npy, .npz, .png (a picture of one tensor) or .jsonl (a line of facts for \
      each). Without it, print a summary.
      """, valueName: "out"))
  var output: String?

  @Option(help: "Write this tensor only; needed for .npy and .png if there are several.")
  var tensor: String?

  func validate() throws {
    if tensor != nil && output == nil { throw ValidationError("--tensor chooses what is written; name a file with -o") }
  }

  /// The forms, by ending.
  private enum Form {
    case tensors(TensorFileFormat)
    case picture
    case records
    case sound
  }

  /// Throws what would make the output fail, before any input is looked at.
  ///
  /// - Parameter sound: Whether there will be samples, which can be written as sound.
  func check(sound: Bool = false) throws(CommandFailure) {
    guard let output else { return }
    try starting { () throws(GenbaError) in
      if case .sound = try form(of: output), !sound {
        throw GenbaError(
          .unsupportedFormat, "a .wav holds samples: those of genba audio without a feature, or of inverse-stft",
          source: .init(path: output))
      }
    }
    try checkWritable(output)
  }

  /// Where a picture goes, if one is asked for: for commands that draw their tensors themselves.
  var picturePath: String? { output.flatMap { $0.lowercased().hasSuffix(".png") ? $0 : nil } }

  /// Writes the tensors, or prints a summary of them.
  ///
  /// - Parameters:
  ///   - name: The tensor that has a picture of its own, with its units.
  ///   - picture: Draws it; without it, a picture shows the tensor by its rows and columns.
  ///   - each: Draws any tensor, where it is known what the axes of all are.
  ///   - sound: What a .wav takes.
  func emit(
    _ bundle: TensorBundle, sound: AudioSamples? = nil, drawing name: String = "",
    as picture: (() throws(GenbaError) -> Image)? = nil,
    each: ((_ tensor: AnyTensor, _ name: String) throws(GenbaError) -> Image)? = nil
  ) throws {
    guard let output else {
      print(TensorTable(bundle).text, terminator: "")
      return
    }
    switch try form(of: output) {
    case .tensors: try bundle.write(to: output, tensor: tensor)
    case .sound: if let sound { try WAVEncoder.write(sound, to: output) }
    case .picture:
      if let picture, tensor ?? name == name {
        try PNGEncoder.write(picture(), to: output)
        return
      }
      let (name, tensor) = try only(of: bundle, output: output)
      let drawn =
        try each?(tensor, name) ?? TensorPicture(origin: .init(ofTensorNamed: name))(tensor, name: name)
      try PNGEncoder.write(drawn, to: output)
    case .records:
      var file = try AtomicFile(path: output)
      for line in try TensorTable(bundle).jsonLines { try file.write(Array((line + "\n").utf8)) }
      try file.commit()
    }
  }

  private func form(of path: String) throws(GenbaError) -> Form {
    if let format = TensorFileFormat(ending: path) { return .tensors(format) }
    let path = path.lowercased()
    if path.hasSuffix(".png") { return .picture }
    if path.hasSuffix(".jsonl") { return .records }
    if path.hasSuffix(".wav") { return .sound }
    throw GenbaError(
      .unsupportedFormat, "the name must end in .safetensors, .npy, .npz, .png or .jsonl to choose a form",
      source: .init(path: path))
  }

  private func only(of bundle: TensorBundle, output: String) throws(GenbaError) -> (name: String, tensor: AnyTensor) {
    let bundle = try bundle.selecting(tensor)
    guard bundle.count == 1 else {
      throw GenbaError(
        .mismatchedInputs,
        "a picture shows one tensor, and there are \(bundle.count): \(bundle.names.joined(separator: ", ")); "
          + "choose one with --tensor NAME",
        source: .init(path: output))
    }
    return bundle[0]
  }
}
