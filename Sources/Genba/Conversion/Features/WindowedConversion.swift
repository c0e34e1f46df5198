internal import GenbaCore
internal import GenbaMedia

/// Cuts an input's recordings into windows of the recipe's length, one sample each.
///
/// The first recording that has a length of time, sound before video, says how many windows there are; the others are
/// cut at the same times. All are gone through once, from the beginning to the end, in memory for one window.
struct WindowedConversion {
  private let converter: SampleConverter
  private let input: ConversionInput
  private let media: [RecognizedMedium]
  private let failures: [SampleFailure]

  init(
    _ converter: SampleConverter, input: ConversionInput, media: [RecognizedMedium], failures: [SampleFailure]
  ) {
    self.converter = converter
    self.input = input
    self.media = media
    self.failures = failures
  }

  func run(_ emit: (ConvertedSample) -> Bool) {
    guard let window = converter.recipe.recipe.window else { return }
    var sources: [WindowSource] = []
    var failures = failures
    for medium in media {
      do throws(GenbaError) {
        sources.append(try WindowSource(converter, medium))
      } catch {
        failures.append(SampleFailure(error, medium: medium.medium, kind: medium.kind))
      }
    }
    guard
      let leader = sources.firstIndex(where: { $0.medium.kind == .audio })
        ?? sources.firstIndex(where: { $0.medium.kind == .video })
    else {
      var sample = ConvertedSample()
      sample.failures = failures
      sample.facts.inputBytes = input.byteCount
      _ = emit(sample)
      return
    }
    let origin = input.start ?? sources[leader].beginSeconds
    let limit = input.end ?? .infinity
    for index in 0... {
      let start = origin + Double(index) * window.hop
      let range = start..<min(start + window.length, max(limit, start))
      // How long the leading recording is shows only as it is read.
      let lasts = sources[leader].lasts(beyond: range.lowerBound)
      let isWhole =
        sources[leader].lasts(to: range.upperBound) && range.upperBound - start >= window.length * (1 - 1e-9)
      let failure = sources[leader].failure
      if failure == nil || lasts {
        if !lasts || range.isEmpty || (!isWhole && !window.keepsTail) {
          if index == 0 { _ = emit(tooShort(sources[leader], window, start: lasts ? nil : start)) }
          return
        }
      }
      if let failure, !isWhole {
        var sample = ConvertedSample()
        sample.facts.inputBytes = index == 0 ? input.byteCount : 0
        sample.failures = failures + [failure]
        _ = emit(sample)
        return
      }
      guard emit(sample(index, range, sources, failures)) else { return }
    }
  }

  private func sample(
    _ index: Int, _ range: Range<Double>, _ sources: [WindowSource], _ failures: [SampleFailure]
  ) -> ConvertedSample {
    var sample = ConvertedSample()
    sample.window = index
    sample.failures = failures
    // The bytes of the files are counted once.
    sample.facts.inputBytes = index == 0 ? input.byteCount : 0
    for source in sources {
      do throws(SampleFailure) {
        var part = ConvertedSample()
        part.bundle = try source.tensors(in: range, facts: &part.facts)
        sample.add(part, from: source.medium)
      } catch {
        sample.failures.append(error)
      }
    }
    sample.bundle.metadata["start_seconds"] = "\(range.lowerBound)"
    return sample
  }

  /// - Parameter start: Of the first window, where the recording ends before it.
  private func tooShort(
    _ source: WindowSource, _ window: ConversionRecipe.Window, start: Double?
  ) -> ConvertedSample {
    var sample = ConvertedSample()
    sample.facts.inputBytes = input.byteCount
    let message =
      start.map { "the recording ends before \($0) s, where its first window would begin" }
      ?? "the recording is shorter than a window of \(window.length) s"
    var failure = SampleFailure(.tooShort, message, column: source.medium.medium.column)
    failure.path = source.medium.medium.paths.first
    sample.failures = [failure]
    return sample
  }
}
