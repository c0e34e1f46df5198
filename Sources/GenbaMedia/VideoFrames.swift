public import GenbaCore

/// The frames of a video one after another, for `for try await`: each is decoded when it is asked for, and none is kept.
///
/// ```swift
/// for try await frame in try VideoDecoder("line4.mp4").frames() { print(frame.ptsSeconds) }
/// ```
public struct VideoFrames: AsyncSequence, Sendable {
  private let decoding: Decoding

  init(_ decoder: consuming VideoDecoder) { decoding = Decoding(decoder) }

  public func makeAsyncIterator() -> Iterator { Iterator(decoding: decoding) }

  /// Iterators of one sequence share its decoder, and so each gets the frames that no other has had.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let decoding: Decoding

    public mutating func next() async throws(GenbaError) -> Frame? {
      if Task.isCancelled { throw GenbaError(.cancelled, "the task that asked for frames was cancelled") }
      return try await decoding.next()
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(GenbaError) -> Frame? {
      if Task.isCancelled { throw GenbaError(.cancelled, "the task that asked for frames was cancelled") }
      return try await decoding.next()
    }
  }

  /// Keeps decoding off the caller's thread.
  fileprivate actor Decoding {
    private var decoder: VideoDecoder

    init(_ decoder: consuming VideoDecoder) { self.decoder = decoder }

    func next() throws(GenbaError) -> Frame? { try decoder.next() }
  }
}

extension VideoDecoder {
  /// The frames that ``next()`` would give, as an asynchronous sequence, which takes the decoder over.
  public consuming func frames() -> VideoFrames { VideoFrames(self) }
}
