public import GenbaCore

/// Clips of one length, in one tensor.
public struct ClipBatch: Sendable, Equatable {
  /// uint8 RGB, [clips, frames, 3, height, width] or [clips, frames, height, width, 3] as `layout` says.
  public var pixels: Tensor<UInt8>
  /// The order of the axes.
  public var layout: FrameLayout
  /// When each frame of each clip is shown, on its container's clock, in seconds.
  public var ptsSeconds: [[Double]]
  /// For how long each frame is shown, in seconds.
  public var durationSeconds: [[Double]]
}

extension VideoDecoder {
  /// Clips by the indices of their frames, as ``ClipSampler`` gives them; each frame is decoded once.
  ///
  /// Clips of different lengths trap.
  ///
  /// - Throws: As ``frames(at:)``.
  public mutating func clips(at indices: [[Int]]) throws(GenbaError) -> ClipBatch {
    ClipBatch(try frames(at: indices.flatMap(\.self)), lengths: indices.map(\.count))
  }

  /// Clips by the times of their frames, as ``ClipSampler`` gives them: what is on the screen then.
  ///
  /// Clips of different lengths trap.
  ///
  /// - Throws: As ``framesPlayed(at:)``.
  public mutating func clipsPlayed(at seconds: [[Double]]) throws(GenbaError) -> ClipBatch {
    ClipBatch(try framesPlayed(at: seconds.flatMap(\.self)), lengths: seconds.map(\.count))
  }
}

extension ClipBatch {
  fileprivate init(_ frames: FrameBatch, lengths: [Int]) {
    let length = lengths.first ?? 0
    precondition(lengths.allSatisfy { $0 == length }, "clips of \(lengths) frames do not fit into one tensor")
    func split(_ values: [Double]) -> [[Double]] {
      lengths.indices.map { Array(values[$0 * length..<($0 + 1) * length]) }
    }
    self.init(
      pixels: frames.pixels.reshaped(to: [lengths.count, length] + frames.pixels.shape.dropFirst()),
      layout: frames.layout, ptsSeconds: split(frames.ptsSeconds), durationSeconds: split(frames.durationSeconds))
  }
}
