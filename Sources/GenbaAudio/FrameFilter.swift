public import GenbaCore

/// What makes frames of frames: changes from one to the next, a running mean, a transform of each.
///
/// With a ``FilteredFeature`` it becomes a feature of the sound, which can be streamed.
public protocol FrameFilter: Sendable {
  /// What is kept of earlier frames.
  associatedtype State: Sendable = Void

  /// How many rows come out of so many.
  func rowCount(of rows: Int) -> Int

  /// The state before the first frame, of frames with so many rows.
  func makeState(rows: Int) -> State

  /// Takes the next frames and gives those that are complete with them.
  ///
  /// - Parameters:
  ///   - frames: float32 [rows, frames]; there may be none.
  ///   - isLast: Whether no frame follows.
  func callAsFunction(
    _ frames: Tensor<Float>, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float>
}

extension FrameFilter {
  public func rowCount(of rows: Int) -> Int { rows }
}

extension FrameFilter where State == Void {
  public func makeState(rows: Int) {}
}

/// A feature whose frames go through a filter.
///
/// ```swift
/// let changes = FilteredFeature(mfcc, try Deltas())
/// var stream = FeatureStream(changes)
/// ```
public struct FilteredFeature<Base: FrameFeature, Filter: FrameFilter>: FrameFeature where Base.Element == Float {
  /// What both keep of a channel.
  public struct State: Sendable {
    var base: Base.State
    var filter: Filter.State
  }

  public let base: Base
  public let filter: Filter

  /// Filters the frames of `base`, which come as [rows, frames]; another layout traps.
  public init(_ base: Base, _ filter: Filter) {
    precondition(base.frameAxis == 1, "a filter takes [rows, frames], and here frames are axis \(base.frameAxis)")
    self.base = base
    self.filter = filter
  }

  public var framing: Framing { base.framing }
  public var requiredSampleRate: Int? { base.requiredSampleRate }
  public var valuesPerFrame: Int { filter.rowCount(of: base.valuesPerFrame) }

  public func makeState() -> State {
    State(base: base.makeState(), filter: filter.makeState(rows: base.valuesPerFrame))
  }

  public func prepare(_ samples: Span<Float>, state: inout State) -> [Float]? {
    base.prepare(samples, state: &state.base)
  }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float> {
    let frames = try base.frames(
      of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &state.base)
    return try filter(frames, isLast: isLast, state: &state.filter)
  }
}
