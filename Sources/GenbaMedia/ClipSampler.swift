public import GenbaCore

/// Chooses short clips of a video, as torchcodec 0.11.1's `samplers` do.
///
/// Every rule is a function from facts to indices or times, so that it can be used without decoding; a decoder's
/// ``VideoDecoder/clips(at:)`` and ``VideoDecoder/clipsPlayed(at:)`` fetch them. With the same seed the random rules
/// draw what torch 2.11 draws after `torch.manual_seed(seed)`.
///
/// ```swift
/// var video = try VideoDecoder("line4.mp4")
/// let sampler = ClipSampler(framesPerClip: 8)
/// let starts = try sampler.randomIndices(clipCount: 4, spacing: 2, numFrames: video.metadata.numFrames ?? 0, seed: 7)
/// let clips = try video.clips(at: starts)   // [4, 8, 3, height, width]
/// ```
public struct ClipSampler: Sendable, Hashable, Codable {
  /// What is done where a clip reaches beyond the end.
  public enum Policy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The last frame that there is comes again.
    case repeatLast = "repeat_last"
    /// The clip begins anew.
    case wrap
    /// An error.
    case error
  }

  /// Frames in each clip.
  public var framesPerClip: Int
  /// What is done where a clip reaches beyond the end.
  public var policy: Policy

  /// A sampler; less than one frame in a clip traps.
  public init(framesPerClip: Int = 1, policy: Policy = .repeatLast) {
    precondition(framesPerClip > 0, "a clip cannot have \(framesPerClip) frames")
    self.framesPerClip = framesPerClip
    self.policy = policy
  }

  // MARK: By index

  /// Clips that begin at equally spaced frames: `clips_at_regular_indices`.
  ///
  /// - Parameters:
  ///   - clipCount: How many; where there are fewer frames, some clips begin at the same one.
  ///   - spacing: From one frame of a clip to the next, in frames.
  ///   - numFrames: Frames of the video.
  ///   - range: Where clips may begin; `nil` lets every clip end within the video.
  /// - Returns: The frames' indices, for each clip.
  /// - Throws: `.outOfRange` if no clip can begin in the range, or with ``Policy/error``.
  public func regularIndices(
    clipCount: Int, spacing: Int = 1, numFrames: Int, range: Range<Int>? = nil
  ) throws(GenbaError) -> [[Int]] {
    let range = try starts(clipCount, spacing, numFrames, range)
    // torch.linspace of integers: from either end in double precision, cut off towards zero.
    let step = clipCount > 1 ? Double(range.count - 1) / Double(clipCount - 1) : 0
    let first = Double(range.lowerBound)
    let last = Double(range.upperBound - 1)
    let starts = (0..<clipCount).map { clip in
      let isInFirstHalf = clip < clipCount / 2 || clipCount == 1
      return Int(isInFirstHalf ? first + step * Double(clip) : last - step * Double(clipCount - clip - 1))
    }
    return try clips(starts, spacing, numFrames)
  }

  /// Clips that begin at random frames: `clips_at_random_indices`.
  ///
  /// - Parameter seed: The same seed gives the same clips.
  /// - Returns: As ``regularIndices(clipCount:spacing:numFrames:range:)``.
  public func randomIndices(
    clipCount: Int, spacing: Int = 1, numFrames: Int, range: Range<Int>? = nil, seed: UInt64
  ) throws(GenbaError) -> [[Int]] {
    let range = try starts(clipCount, spacing, numFrames, range)
    var random = MersenneTwister(seed: seed)
    let drawn = (0..<clipCount).map { _ in range.lowerBound + Int(random.next()) % range.count }
    return try clips(drawn, spacing, numFrames)
  }

  private func starts(
    _ clipCount: Int, _ spacing: Int, _ numFrames: Int, _ range: Range<Int>?
  ) throws(GenbaError) -> Range<Int> {
    precondition(clipCount > 0 && spacing > 0, "\(clipCount) clips of frames \(spacing) apart")
    let span = spacing * (framesPerClip - 1) + 1
    let first = range?.lowerBound ?? 0
    let past = min(range?.upperBound ?? max(numFrames - span + 1, 1), numFrames)
    guard numFrames > 0, first >= 0, first < past, past <= Int(UInt32.max) else {
      throw GenbaError(.outOfRange, "no clip can begin at the frames \(first)..<\(past) of \(numFrames)")
    }
    return first..<past
  }

  private func clips(_ starts: [Int], _ spacing: Int, _ numFrames: Int) throws(GenbaError) -> [[Int]] {
    var clips: [[Int]] = []
    for start in starts {
      let indices = (0..<framesPerClip).map { start + $0 * spacing }.prefix { $0 < numFrames }
      clips.append(try filled(Array(indices)))
    }
    return clips
  }

  // MARK: By time

  /// Clips that begin at equal distances in time: `clips_at_regular_timestamps`.
  ///
  /// - Parameters:
  ///   - secondsBetweenStarts: From one clip's first frame to the next one's.
  ///   - secondsBetweenFrames: Within a clip; `nil` is one frame at the average rate.
  ///   - video: What is known of the video.
  ///   - range: When clips may begin, in seconds; `nil` lets every clip end within the video.
  /// - Returns: The times, for each clip.
  /// - Throws: `.outOfRange` if no clip can begin in the range, or with ``Policy/error``; `.unsupportedFormat` if the
  ///   rate or the end of the video is not known.
  public func regularTimes(
    secondsBetweenStarts: Double, secondsBetweenFrames: Double? = nil, video: VideoMetadata,
    range: Range<Double>? = nil
  ) throws(GenbaError) -> [[Double]] {
    precondition(secondsBetweenStarts > 0, "clips cannot begin \(secondsBetweenStarts) s apart")
    let (spacing, end) = try facts(of: video, secondsBetweenFrames)
    let range = try starts(spacing, video.beginStreamSeconds, end, range)
    let count = ((range.upperBound - range.lowerBound) / secondsBetweenStarts).rounded(.up)
    guard count <= 1e7 else { throw GenbaError(.limitExceeded, "\(count) clips are too many") }
    let starts = Self.steps(Int(count), from: range.lowerBound, by: secondsBetweenStarts)
    return try clips(starts.filter { $0 < range.upperBound }, spacing, end)
  }

  /// torch 2.11's `arange` in float64 on AVX2: four values at a time from a base, eight in each turn, the rest one by one;
  /// each product and sum is rounded once. A start that falls on a frame's own time is on one side of it or the other.
  private static func steps(_ count: Int, from start: Double, by step: Double) -> [Double] {
    (0..<count).map { index in
      guard index < count / 8 * 8 else { return start.addingProduct(step, Double(index)) }
      let lane = index % 4
      return start.addingProduct(step, Double(index - lane)).addingProduct(step, Double(lane))
    }
  }

  /// Clips that begin at random times: `clips_at_random_timestamps`.
  ///
  /// - Parameter seed: The same seed gives the same clips.
  /// - Returns: As ``regularTimes(secondsBetweenStarts:secondsBetweenFrames:video:range:)``.
  public func randomTimes(
    clipCount: Int, secondsBetweenFrames: Double? = nil, video: VideoMetadata, range: Range<Double>? = nil,
    seed: UInt64
  ) throws(GenbaError) -> [[Double]] {
    precondition(clipCount > 0, "\(clipCount) clips")
    let (spacing, end) = try facts(of: video, secondsBetweenFrames)
    let range = try starts(spacing, video.beginStreamSeconds, end, range)
    var random = MersenneTwister(seed: seed)
    let width = range.upperBound - range.lowerBound
    return try clips((0..<clipCount).map { _ in random.nextUnit() * width + range.lowerBound }, spacing, end)
  }

  private func facts(of video: VideoMetadata, _ spacing: Double?) throws(GenbaError) -> (Double, Double) {
    guard let rate = video.averageFPS, let end = video.endStreamSeconds else {
      throw GenbaError(.unsupportedFormat, "the video's rate or end is not known; choose clips by index")
    }
    let seconds = spacing ?? 1 / rate
    precondition(seconds > 0, "frames cannot be \(seconds) s apart")
    return (seconds, end)
  }

  private func starts(
    _ spacing: Double, _ begin: Double, _ end: Double, _ range: Range<Double>?
  ) throws(GenbaError) -> Range<Double> {
    let first = range?.lowerBound ?? begin
    let past = min(range?.upperBound ?? end - Double(framesPerClip - 1) * spacing, end)
    guard first >= begin, first < past else {
      throw GenbaError(.outOfRange, "no clip can begin from \(first) s to before \(past) s; the video ends at \(end) s")
    }
    return first..<past
  }

  private func clips(_ starts: [Double], _ spacing: Double, _ end: Double) throws(GenbaError) -> [[Double]] {
    var clips: [[Double]] = []
    for start in starts {
      clips.append(try filled((0..<framesPerClip).map { start + Double($0) * spacing }.filter { $0 < end }))
    }
    return clips
  }

  private func filled<Place>(_ places: [Place]) throws(GenbaError) -> [Place] {
    guard places.count < framesPerClip, let last = places.last else { return places }
    switch policy {
    case .repeatLast: return places + Array(repeating: last, count: framesPerClip - places.count)
    case .wrap: return (0..<framesPerClip).map { places[$0 % places.count] }
    case .error:
      throw GenbaError(.outOfRange, "a clip has \(framesPerClip) frames and only \(places.count) are left")
    }
  }
}
