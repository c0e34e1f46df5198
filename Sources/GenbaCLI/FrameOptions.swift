import ArgumentParser
import Genba

/// Which frames of a video: all of them, evenly spread ones, or those of given times or numbers.
struct FrameOptions: ParsableArguments {
  @Option(help: "Frames per second, from the beginning to the end.")
  var fps: Double?

  @Option(help: "This many frames, evenly spread.")
  var numFrames: Int?

  @Option(help: "The frames shown at these times, in seconds: 0.5,1,2.25.")
  var at: List<Double>?

  @Option(help: "The frames of these numbers, from 0, in this order: 0,30,60.")
  var indices: List<Int>?

  @Option(help: "Begin with the frame shown at this time, in seconds; for all frames, --fps and --num-frames.")
  var start: Double?

  @Option(help: "End before this time, in seconds.")
  var end: Double?

  /// Whether single frames are named, which a model's own rule or a window would not take.
  var areNamed: Bool { at != nil || indices != nil || start != nil || end != nil }

  func validate() throws {
    if [fps != nil, numFrames != nil, at != nil, indices != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--fps, --num-frames, --at and --indices exclude each other")
    }
    if (at != nil || indices != nil) && (start != nil || end != nil) {
      throw ValidationError("--at and --indices name frames; leave out --start and --end")
    }
    if let fps, !(fps > 0 && fps.isFinite) { throw ValidationError("--fps is above 0, not \(fps)") }
    if let numFrames, numFrames < 1 { throw ValidationError("--num-frames is above 0, not \(numFrames)") }
    guard (start ?? 0).isFinite, (start ?? -.infinity) < (end ?? .infinity) else {
      throw ValidationError("--start is before --end, not \(start ?? 0) and \(end ?? .infinity)")
    }
  }

  /// The frames of a decoder's video that were asked for.
  ///
  /// - Parameter frameBytes: What will be kept of each; `nil` for all of it.
  func selection(of decoder: borrowing VideoDecoder, frameBytes: Int?) throws(GenbaError) -> FrameSelection {
    if let at { return try decoder.selection(at: at.values) }
    if let indices { return FrameSelection(indices: indices.values) }
    let range = try range(of: decoder.metadata)
    guard let numFrames else { return try decoder.selection(in: range, fps: fps, frameBytes: frameBytes) }
    let frames = decoder.frameIndices(in: range)
    // The middle of each of so many equal parts.
    let middles = (0..<numFrames).map { part in (2 * part + 1) * frames.count / (2 * numFrames) }
    return FrameSelection(indices: middles.map { frames.lowerBound + $0 })
  }

  /// The part of the video that was asked for; `nil` for all of it. A time behind the end asks for the rest.
  private func range(of video: VideoMetadata) throws(GenbaError) -> Range<Double>? {
    guard start != nil || end != nil else { return nil }
    let begin = max(start ?? -.infinity, video.beginStreamSeconds)
    let end = min(end ?? .infinity, video.endStreamSeconds ?? .infinity)
    guard begin < end else {
      let last = video.endStreamSeconds.map { " to \($0) s" } ?? ""
      throw GenbaError(
        .outOfRange, "nothing is shown in that time; the video is from \(video.beginStreamSeconds) s\(last)")
    }
    return begin..<end
  }

  /// Numbers with commas between.
  struct List<Number: LosslessStringConvertible & Comparable & Sendable>: ExpressibleByArgument {
    let values: [Number]

    init?(argument: String) {
      let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Number(String($0)) }
      values = parts.compactMap(\.self)
      // Neither text nor what is no number.
      guard values.count == parts.count, values.allSatisfy({ $0 == $0 }) else { return nil }
    }
  }
}
