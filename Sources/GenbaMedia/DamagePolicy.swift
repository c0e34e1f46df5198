public import GenbaCore

/// What a ``VideoDecoder`` does about a file that is cut off or damaged.
public enum DamagePolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Throws at the first fault, and names its time.
  case strict
  /// Leaves out what is damaged and goes on at the next key frame: every frame that comes is whole. What is missing is
  /// in ``VideoDecoder/gaps``, the first error in ``VideoDecoder/damage``.
  case partial
  /// Gives all frames that FFmpeg gives, also those of which it invented parts, as torchcodec does. The first error is
  /// in ``VideoDecoder/damage``.
  case conceal
}

/// A stretch of time without frames, since they are damaged or missing.
public struct VideoGap: Sendable, Equatable {
  /// When the first frame that is missing would have been shown, in seconds on the container's clock; `nil` if the
  /// damage has no time.
  public var beginSeconds: Double?
  /// When the next whole frame is shown, in seconds; `nil` if none comes.
  public var endSeconds: Double?
  /// What is wrong there.
  public var error: GenbaError
}
