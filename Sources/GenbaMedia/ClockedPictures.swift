internal import GenbaCore

/// A recording's frames on its container's clock.
final class ClockedPictures {
  let metadata: VideoMetadata

  private var decoder: VideoDecoder

  init(_ source: MediaSource, _ options: MediaReader.Options) throws(GenbaError) {
    decoder = try VideoDecoder(
      source, stream: options.videoStream, layout: options.layout, limits: options.limits, damage: options.damage)
    metadata = decoder.metadata
  }

  /// The frames of a window, and which of them are there: at the times of a steady clock, black where nothing is shown;
  /// or those that begin in it.
  func frames(in range: Range<Double>, fps: Double?) throws(GenbaError) -> (FrameBatch, [Bool]) {
    let begin = metadata.beginStreamSeconds
    let end = max(metadata.endStreamSeconds ?? .infinity, begin)
    guard let fps else {
      let shown = try decoder.framesPlayed(in: range.clamped(to: begin..<end))
      // The first of them may have begun before.
      let batch = shown.ptsSeconds.first.map { $0 < range.lowerBound } == true ? shown.dropFirst() : shown
      return (batch, Array(repeating: true, count: batch.count))
    }
    let count = Int(((range.upperBound - range.lowerBound) * fps).rounded())
    let times = (0..<count).map { range.lowerBound + Double($0) / fps }
    let mask = times.map { begin <= $0 && $0 < end }
    var batch = try decoder.framesPlayed(at: zip(times, mask).filter(\.1).map(\.0)).spread(over: mask)
    batch.ptsSeconds = times
    batch.durationSeconds = Array(repeating: 1 / fps, count: count)
    return (batch, mask)
  }
}

extension FrameBatch {
  /// Without the first frame.
  fileprivate func dropFirst() -> FrameBatch {
    let size = pixels.count / count
    let source = pixels.span
    let rest = Tensor<UInt8>(shape: [count - 1] + pixels.shape.dropFirst()) { output in
      for index in size..<source.count { output.append(source[index]) }
    }
    return FrameBatch(
      pixels: rest, layout: layout, ptsSeconds: Array(ptsSeconds.dropFirst()),
      durationSeconds: Array(durationSeconds.dropFirst()))
  }

  /// Its frames at the places where the mask is `true`, black ones elsewhere.
  fileprivate func spread(over mask: [Bool]) -> FrameBatch {
    guard count < mask.count else { return self }
    let size = pixels.shape.dropFirst().reduce(1, *)
    let source = pixels.span
    var next = 0
    let spread = Tensor<UInt8>(shape: [mask.count] + pixels.shape.dropFirst()) { output in
      for isShown in mask {
        guard isShown else {
          output.append(repeating: 0, count: size)
          continue
        }
        for index in next..<next + size { output.append(source[index]) }
        next += size
      }
    }
    let times = Array(repeating: 0.0, count: mask.count)
    return FrameBatch(pixels: spread, layout: layout, ptsSeconds: times, durationSeconds: times)
  }
}
