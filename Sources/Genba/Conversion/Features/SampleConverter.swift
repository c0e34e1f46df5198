internal import FoundationEssentials
internal import GenbaCore
internal import GenbaMedia

/// Turns an input into its samples, as the recipe says: one, or as many as there are windows.
struct SampleConverter: Sendable {
  let recipe: ResolvedRecipe
  let limits: DecodeLimits

  /// Calls `emit` with each sample, in order; it returns whether more are wanted.
  ///
  /// Never throws: what fails is told in the samples.
  func convert(_ input: ConversionInput, emit: (ConvertedSample) -> Bool) {
    let lacking = input.lacking(recipe.recipe.require)
    guard lacking.isEmpty else {
      // Whatever else the row names, nothing will come of it.
      var sample = ConvertedSample()
      sample.failures = lacking.map(input.failure)
      sample.facts.inputBytes = input.byteCount
      _ = emit(sample)
      return
    }
    var media: [RecognizedMedium] = []
    var failures: [SampleFailure] = []
    for medium in StereoPair.joined(input.media) {
      do throws(SampleFailure) {
        media.append(try recognize(medium, in: input))
      } catch {
        failures.append(error)
      }
    }
    if recipe.recipe.window != nil, media.contains(where: \.isTimed) {
      WindowedConversion(self, input: input, media: media, failures: failures).run(emit)
      return
    }
    var sample = ConvertedSample()
    sample.failures = failures
    sample.facts.inputBytes = input.byteCount
    for medium in media {
      do throws(SampleFailure) {
        var converted = ConvertedSample()
        converted.bundle = try tensors(of: medium, range: input.range, facts: &converted.facts)
        sample.add(converted, from: medium)
      } catch {
        var failure = error
        if medium.kind == .left { failure.column = StereoPair.column(of: error.path, in: input.media) ?? error.column }
        sample.failures.append(failure)
      }
    }
    _ = emit(sample)
  }

  /// What kind of recording it is, by its content if need be, and what is to be made of it.
  private func recognize(
    _ medium: ConversionInput.Medium, in input: ConversionInput
  ) throws(SampleFailure) -> RecognizedMedium {
    var kind = medium.kind
    do throws(GenbaError) {
      for path in medium.paths { try FileKind.check(path) }
      try StereoPair.check(medium)
      if kind == .file {
        switch try MediaKind.detect(.file(medium.paths[0]), limits: limits) {
        case .image: kind = .image
        case .video: kind = .video
        case .audio: kind = .audio
        }
      }
      guard var (column, name) = recipe.column(medium, kind: kind) else {
        // A model, or a recipe, that only hears takes a video's sound.
        if kind == .video, medium.kind == .file, let sound = recipe.column(medium, kind: .audio) {
          return RecognizedMedium(
            medium, kind: .audio, recipe: sound.recipe, recipeName: sound.name, prefix: prefix(medium, in: input))
        }
        throw GenbaError(.unsupportedFormat, "the recipe makes nothing of \(kind.plural)")
      }
      if let pipeline = recipe.pipeline(column) {
        let processor = pipeline.processor
        if kind == .video, medium.kind == .file, processor.videoProcessor == nil, processor.featureExtractor != nil {
          kind = .audio
          if let sound = recipe.column(medium, kind: .audio) { (column, name) = sound }
        }
        let takes =
          switch kind {
          case .image: processor.imageProcessor != nil
          case .video: processor.videoProcessor != nil
          case .audio: processor.featureExtractor != nil
          default: false
          }
        guard takes else {
          throw GenbaError(.unsupportedFormat, "the model \(pipeline.model) takes no \(kind.plural)")
        }
      }
      return RecognizedMedium(
        medium, kind: kind, recipe: column, recipeName: name, prefix: prefix(medium, in: input))
    } catch {
      throw SampleFailure(error, medium: medium, kind: kind)
    }
  }

  /// Tensors of two columns of one kind are told apart by the columns' names.
  private func prefix(_ medium: ConversionInput.Medium, in input: ConversionInput) -> String {
    input.media.count { $0.kind == medium.kind } > 1 ? "\(medium.column)." : ""
  }

  /// The tensors of a recording, or of a part of it.
  func tensors(
    of medium: RecognizedMedium, range: Range<Double>?, facts: inout MediaFacts
  ) throws(SampleFailure) -> TensorBundle {
    do throws(GenbaError) {
      let bundle =
        switch medium.kind {
        case .image: try pictures(medium, facts: &facts)
        case .audio: try sound(medium, range: range, facts: &facts)
        case .video: try video(medium, range: range, facts: &facts)
        case .depth: try depth(medium, facts: &facts)
        case .left, .right, .calibration: try stereo(medium, facts: &facts)
        case .file: throw GenbaError(.unsupportedFormat, "what this is was not told")
        }
      return try finished(bundle, medium)
    } catch {
      throw SampleFailure(error, medium: medium.medium, kind: medium.kind)
    }
  }

  /// The tensors in the recipe's type, under their final names.
  func finished(_ bundle: TensorBundle, _ medium: RecognizedMedium) throws(GenbaError) -> TensorBundle {
    let dtype = medium.recipe.dtype ?? recipe.recipe.dtype
    guard dtype != nil || !medium.prefix.isEmpty else { return bundle }
    var result = TensorBundle()
    for (name, tensor) in bundle {
      result[medium.prefix + name] =
        try dtype.map { dtype throws(GenbaError) in try dtype.cast(tensor, named: name) } ?? tensor
    }
    for (key, value) in bundle.metadata { result.metadata[medium.prefix + key] = value }
    return result
  }
}

/// A recording of which it is known what to make.
struct RecognizedMedium: Sendable {
  let medium: ConversionInput.Medium
  let kind: ConversionInput.Kind
  let recipe: ColumnRecipe
  /// The recipe's name of the column.
  let recipeName: String
  /// Stands before the names of its tensors.
  let prefix: String

  init(
    _ medium: ConversionInput.Medium, kind: ConversionInput.Kind, recipe: ColumnRecipe, recipeName: String,
    prefix: String
  ) {
    self.medium = medium
    self.kind = kind
    self.recipe = recipe
    self.recipeName = recipeName
    self.prefix = prefix
  }

  var isTimed: Bool { kind == .audio || kind == .video }
}

extension ConvertedSample {
  /// Takes in what a recording gave.
  mutating func add(_ other: ConvertedSample, from medium: RecognizedMedium) {
    bundle.merge(other.bundle)
    facts.add(other.facts)
    columns.append(medium.medium.column)
  }
}
