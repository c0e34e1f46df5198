public import GenbaCore

/// A stretch of a recording: frames and samples of the same time. ``MediaReader`` gives it.
public struct MediaWindow: Sendable, Equatable {
  /// In seconds on the container's clock.
  public var range: Range<Double>
  /// The frames; `nil` for a recording without pictures.
  public var frames: FrameBatch?
  /// Which of the frames are there; the others are black.
  public var frameMask: [Bool] = []
  /// float32 [channels, samples]; `nil` for a recording without sound. Of one number for windows of one length.
  public var samples: AudioSamples?
  /// Which of the samples are there; the others are 0.
  public var sampleMask: [Bool] = []
  /// How many of the samples stand in front of the window, and how many behind it.
  public var contextSamples = 0
}

/// The windows of a recording, one after another. ``MediaReader/windows(length:hop:)`` makes it.
///
/// Frames are decoded once where windows do not overlap, sound is decoded once in any case, and memory does not grow
/// with the recording's length.
public struct MediaWindows: ~Copyable {
  /// Of each window, in seconds.
  public let length: Double
  /// From one window's beginning to the next one's, in seconds.
  public let hop: Double

  private var reader: MediaReader
  private var position = 0

  init(_ reader: consuming MediaReader, length: Double, hop: Double) {
    self.reader = reader
    self.length = length
    self.hop = hop
  }

  /// Of the pictures; `nil` if there are none.
  public var videoMetadata: VideoMetadata? { reader.videoMetadata }

  /// Of the sound; `nil` if there is none.
  public var audioMetadata: AudioMetadata? { reader.audioMetadata }

  /// What was passed over of the pictures so far, with ``DamagePolicy/partial``.
  public var gaps: [VideoGap] { reader.gaps }

  /// The damage behind which the sound is not read on; `nil` if there was none so far.
  public var soundDamage: GenbaError? { reader.soundDamage }

  /// The next window; `nil` once neither a frame nor a sample is left.
  ///
  /// - Throws: As ``MediaReader/window(_:)``.
  public mutating func next() throws(GenbaError) -> MediaWindow? {
    let start = reader.beginSeconds + Double(position) * hop
    guard start.isFinite, try reader.hasContent(from: start) else { return nil }
    position += 1
    return try reader.window(from: start, length: length)
  }
}
