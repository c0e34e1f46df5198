internal import GenbaCore
internal import GenbaMedia
internal import Synchronization

/// One camera's open video, for one caller at a time.
final class CameraDecoder: Sendable {
  private let decoders: Mutex<Decoders>
  private let path: String

  /// The file, opened in one way, and in the other once that is needed.
  private struct Decoders: ~Copyable {
    var approximate: VideoDecoder?
    var exact: VideoDecoder?
  }

  init(_ path: String) throws(GenbaError) {
    self.path = path
    // Without a rate in the header, only a scan finds frames.
    let approximate = try? VideoDecoder(path, seekMode: .approximate)
    let exact = approximate == nil ? try VideoDecoder(path) : nil
    decoders = Mutex(Decoders(approximate: approximate, exact: exact))
  }

  /// The frames that stand at these times, float32 [times.count, 3, height, width], 0 … 1.
  ///
  /// As lerobot 0.6.1's `decode_video_frames_torchcodec` finds them: by the header's rate first, then the closest of those.
  /// Where that finds none within the tolerance, as in files whose header gives a rate that is not theirs, by the times of
  /// all frames; lerobot fails there.
  ///
  /// - Throws: `.outOfRange` for a time that no frame is as close to as the tolerance.
  func frames(closestTo times: [Double], tolerance: Double) throws(GenbaError) -> Tensor<Float> {
    let found = decoders.withLock { (decoders) -> Result<Tensor<Float>, GenbaError> in
      Result { () throws(GenbaError) in try frames(closestTo: times, tolerance, &decoders) }
    }
    return try found.get()
  }

  private func frames(
    closestTo times: [Double], _ tolerance: Double, _ decoders: inout Decoders
  ) throws(GenbaError) -> Tensor<Float> {
    if let batch = decoders.approximate?.frames(byRateAt: times) {
      let places = batch.places(closestTo: times)
      let isEachFound = zip(places, times).allSatisfy { batch.distance(of: $0, to: $1) < tolerance }
      if isEachFound { return batch.values(at: places) }
    }
    if decoders.exact == nil { decoders.exact = try VideoDecoder(path) }
    guard let batch = try decoders.exact?.frames(around: times) else { preconditionFailure("opened above") }
    let places = batch.places(closestTo: times)
    for (place, time) in zip(places, times) where batch.distance(of: place, to: time) >= tolerance {
      throw GenbaError(
        .outOfRange, "no frame is within \(tolerance) s of \(time) s; the closest is at \(batch.ptsSeconds[place]) s",
        source: .init(ptsSeconds: time))
    }
    return batch.values(at: places)
  }
}

extension VideoDecoder {
  /// The frames that the header's rate puts at these times; `nil` where it leads to none.
  fileprivate mutating func frames(byRateAt times: [Double]) -> FrameBatch? {
    guard let rate = metadata.averageFPS else { return nil }
    let indices = times.compactMap { Int(exactly: ($0 * rate).rounded(.toNearestOrEven)) }
    return indices.count == times.count ? try? frames(at: indices) : nil
  }

  /// For each time the frame that is on the screen and the one after it.
  fileprivate mutating func frames(around times: [Double]) throws(GenbaError) -> FrameBatch {
    let last = (metadata.numFrames ?? 1) - 1
    let end = metadata.endStreamSeconds ?? .infinity
    let shown = times.map { time in time < end ? frameIndices(in: time..<Double.infinity).lowerBound : last }
    return try frames(at: Set(shown + shown.map { min($0 + 1, last) }).sorted())
  }
}

extension FrameBatch {
  /// How far a frame is from a time, in seconds; both are float32 in lerobot.
  fileprivate func distance(of place: Int, to time: Double) -> Double {
    Double(abs(Float(ptsSeconds[place]) - Float(time)))
  }

  /// For each time the place of the frame that is closest, the first of several.
  fileprivate func places(closestTo times: [Double]) -> [Int] {
    times.map { time in (0..<count).min { distance(of: $0, to: time) < distance(of: $1, to: time) } ?? 0 }
  }

  /// float32 [places.count, 3, height, width], 0 … 1.
  fileprivate func values(at places: [Int]) -> Tensor<Float> {
    let size = 3 * height * width
    let bytes = pixels.span
    let table = (0..<256).map { Float($0) / 255 }
    return Tensor(shape: [places.count, 3, height, width]) { output in
      for place in places {
        for index in place * size..<(place + 1) * size { output.append(table[Int(bytes[index])]) }
      }
    }
  }
}
