internal import GenbaCore

/// A recording's frames on its container's clock.
final class ClockedPictures {
  let metadata: VideoMetadata

  private var decoder: VideoDecoder
  /// How far from its time stamp a frame may be, in seconds: half a tick, of clocks that round to ticks.
  private let tolerance: Double

  init(_ source: MediaSource, _ options: MediaReader.Options) throws(GenbaError) {
    decoder = try VideoDecoder(
      source, stream: options.videoStream, layout: options.layout, threads: options.threads, limits: options.limits,
      damage: options.damage, deinterlaces: options.deinterlaces, appliesRotation: options.appliesRotation)
    metadata = decoder.metadata
    tolerance = min(decoder.stream.decoder.seconds(1) / 2, 0.0005)
  }

  /// What was passed over so far.
  var gaps: [VideoGap] { decoder.gaps }

  /// The frames of a window, and which of them are there: at the times of a steady clock, black where nothing is shown
  /// or what is shown is lost; or those that begin in it.
  func frames(from start: Double, length: Double, fps: Double?) throws(GenbaError) -> (FrameBatch, [Bool]) {
    let begin = metadata.beginStreamSeconds
    let end = max(metadata.endStreamSeconds ?? .infinity, begin)
    guard let fps else {
      let range = start..<start + length
      let shown = try decoder.framesPlayed(in: range.clamped(to: begin..<end))
      // The first of them may have begun before.
      let batch = shown.ptsSeconds.first.map { $0 < range.lowerBound } == true ? shown.dropFirst() : shown
      return (batch, Array(repeating: true, count: batch.count))
    }
    let count = try count(length: length, fps: fps)
    let times = (0..<count).map { start + Double($0) / fps }
    var mask = times.map { begin <= $0 + tolerance && $0 + tolerance < end }
    var batch = try shown(at: zip(times, mask).filter(\.1).map { $0.0 + tolerance }, &mask).spread(over: mask)
    batch.ptsSeconds = times
    batch.durationSeconds = Array(repeating: 1 / fps, count: count)
    return (batch, mask)
  }

  /// How many frames a window has at a rate.
  private func count(length: Double, fps: Double) throws(GenbaError) -> Int {
    let count = max((length * fps).rounded(), length > 0 ? 1 : 0)
    guard count * Double(3 * metadata.width * metadata.height) <= Double(decoder.stream.limits.frameBytes) else {
      throw GenbaError(
        .limitExceeded,
        "a window of \(length) s at \(fps) frames per second takes more than the limit of \(decoder.stream.limits.frameBytes) bytes; take shorter ones, lower fps (--fps), or raise DecodeLimits.frameBytes"
      )
    }
    return Int(count)
  }

  /// The whole frames that are on the screen at these times; those that are lost become `false` in `mask`, which is
  /// `true` once for each time.
  private func shown(at seconds: [Double], _ mask: inout [Bool]) throws(GenbaError) -> FrameBatch {
    let selection = try decoder.selection(at: seconds)
    var batch: FrameBatch
    do throws(GenbaError) {
      batch = try decoder.frames(selection)
    } catch {
      // Nothing whole comes any more.
      guard decoder.stream.decoder.policy != .strict, error.code == .truncated else { throw error }
      mask = mask.map { _ in false }
      return try decoder.frames(at: [])
    }
    let places = mask.indices.filter { mask[$0] }
    let whole = selection.indices.indices.filter {
      decoder.stream.seconds(of: selection.indices[$0]) == batch.ptsSeconds[$0]
    }
    guard whole.count < places.count, decoder.stream.index != nil else { return batch }
    for place in places { mask[place] = false }
    for place in whole { mask[places[place]] = true }
    batch = batch.keeping(whole)
    return batch
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
    guard mask.contains(false) else { return self }
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
