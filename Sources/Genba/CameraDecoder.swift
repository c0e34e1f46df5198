internal import GenbaCore
internal import GenbaMedia
internal import Synchronization

/// One camera's open video, for one caller at a time.
final class CameraDecoder: Sendable {
  private let decoder: Mutex<VideoDecoder>

  init(_ path: String) throws(GenbaError) {
    decoder = Mutex(try VideoDecoder(path))
  }

  /// The frames that stand at these times, float32 [times.count, 3, height, width], 0 … 1, as lerobot 0.6.0's
  /// `decode_video_frames_torchcodec` finds them: by the average rate first, then the closest of those.
  ///
  /// - Throws: `.outOfRange` for a time that no frame is as close to as the tolerance.
  func frames(closestTo times: [Double], tolerance: Double) throws(GenbaError) -> Tensor<Float> {
    let found = decoder.withLock { (decoder) -> Result<Tensor<Float>, GenbaError> in
      Result { () throws(GenbaError) in try Self.frames(closestTo: times, tolerance: tolerance, of: &decoder) }
    }
    return try found.get()
  }

  private static func frames(
    closestTo times: [Double], tolerance: Double, of decoder: inout VideoDecoder
  ) throws(GenbaError) -> Tensor<Float> {
    guard let rate = decoder.metadata.averageFPS else {
      throw GenbaError(.unsupportedFormat, "the video has no frame rate")
    }
    let batch = try decoder.frames(at: times.map { Int(($0 * rate).rounded(.toNearestOrEven)) })
    var chosen: [Int] = []
    for time in times {
      let distances = batch.ptsSeconds.map { abs(Float($0) - Float(time)) }
      let closest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
      guard Double(distances[closest]) < tolerance else {
        throw GenbaError(
          .outOfRange,
          "no frame is within \(tolerance) s of \(time) s; the closest that its rate leads to is at \(batch.ptsSeconds[closest]) s",
          source: .init(ptsSeconds: time))
      }
      chosen.append(closest)
    }
    let size = 3 * batch.height * batch.width
    let pixels = batch.pixels.span
    let table = (0..<256).map { Float($0) / 255 }
    return Tensor(shape: [times.count, 3, batch.height, batch.width]) { output in
      for frame in chosen {
        for index in frame * size..<(frame + 1) * size { output.append(table[Int(pixels[index])]) }
      }
    }
  }
}
