public import GenbaCore

/// What a decoder does about a file that is cut off or damaged.
///
/// A file without a readable header throws, whatever the policy.
public enum DamagePolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Throws at the first fault, and names its place.
  case strict
  /// Gives what is whole, and the error beside it.
  ///
  /// - Video goes on at the next key frame: what is found wrong does not come. What is missing is in
  ///   ``VideoDecoder/gaps``, the first error in ``VideoDecoder/damage``.
  /// - Sound ends before the first damage: behind it no codec says how much is missing, and all times would be wrong.
  ///   The error is in ``GenbaCore/AudioSamples/damage``.
  /// - A picture comes in its full size, with the error in ``GenbaCore/Image/damage``. What was not decoded is black, or
  ///   what the library made up in its place.
  case partial
  /// Gives all video frames that FFmpeg gives, also those of which it invented parts, as torchcodec does. The first
  /// error is in ``VideoDecoder/damage``. For sound and pictures the same as ``partial``.
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
