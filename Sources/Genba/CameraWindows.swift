public import GenbaCore
internal import GenbaMedia

/// The frames around each moment of a robot's episode, of several cameras: LeRobot's `delta_timestamps`.
///
/// Equal to what lerobot 0.6.1's `LeRobotDataset` gives for its video keys (`dataset_reader.py` `_get_query_indices`,
/// `_query_videos`; `video_utils.py` `decode_video_frames_torchcodec`): indices are held within the episode, what lies
/// outside is marked, times go through float32 as its tables do, and a frame further than the tolerance from its time is
/// an error.
///
/// ```swift
/// var windows = try CameraWindows(
///   cameras: [.init("observation.images.front", path: "front.mp4", deltaTimestamps: [-0.2, -0.1, 0])],
///   frameCount: 300, fps: 30)
/// let window = try windows.window(at: 12)
/// window["observation.images.front"]         // float32 [3, 3, height, width], 0 … 1
/// window["observation.images.front_is_pad"]  // Bool [3]
/// ```
public struct CameraWindows: Sendable {
  /// One camera's video of an episode.
  public struct Camera: Sendable, Hashable {
    /// What the dataset calls it: `observation.images.front`.
    public var key: String
    /// The video file, which may hold several episodes.
    public var path: String
    /// When the episode begins in the file, in seconds.
    public var fromTimestamp: Double
    /// The times of a window's frames relative to its moment, in seconds; `nil` for that moment's frame alone, without
    /// an axis of its own.
    public var deltaTimestamps: [Double]?

    /// A camera.
    public init(_ key: String, path: String, fromTimestamp: Double = 0, deltaTimestamps: [Double]? = nil) {
      self.key = key
      self.path = path
      self.fromTimestamp = fromTimestamp
      self.deltaTimestamps = deltaTimestamps
    }
  }

  /// The cameras, in the order of the tensors.
  public let cameras: [Camera]
  /// How many moments the episode has.
  public let frameCount: Int
  /// Moments per second.
  public let fps: Double
  /// How far a frame may be from the time it is asked for, in seconds.
  public let tolerance: Double

  /// For each camera, how many moments each frame is away.
  private let deltaIndices: [[Int]?]
  private let decoders: [CameraDecoder]

  /// Opens the cameras' files.
  ///
  /// - Parameters:
  ///   - cameras: At least one.
  ///   - frameCount: How many moments the episode has.
  ///   - fps: Moments per second, those of the dataset.
  ///   - tolerance: lerobot's `tolerance_s`.
  /// - Throws: `.invalidConfiguration` for times that are no multiples of 1/fps; what ``VideoDecoder`` throws.
  public init(
    cameras: [Camera], frameCount: Int, fps: Double, tolerance: Double = 1e-4
  ) throws(GenbaError) {
    precondition(!cameras.isEmpty && frameCount > 0 && fps > 0, "an episode has cameras, moments and a rate")
    self.cameras = cameras
    self.frameCount = frameCount
    self.fps = fps
    self.tolerance = tolerance
    var indices: [[Int]?] = []
    var decoders: [CameraDecoder] = []
    for camera in cameras {
      indices.append(try camera.deltaIndices(fps: fps, tolerance: tolerance))
      decoders.append(try CameraDecoder(camera.path))
    }
    deltaIndices = indices
    self.decoders = decoders
  }

  /// The frames around a moment of the episode: for each camera its key, float32 [frames, 3, height, width] from 0 to 1,
  /// or [3, height, width] where there is one frame, and `KEY_is_pad`, Bool [frames], which marks what lies outside the
  /// episode and repeats its first or last frame.
  ///
  /// - Throws: `.outOfRange` for a moment that the episode does not have, and for a frame that is further from its time
  ///   than the tolerance; what decoding throws.
  public func window(at moment: Int) throws(GenbaError) -> TensorBundle {
    guard (0..<frameCount).contains(moment) else {
      throw GenbaError(.outOfRange, "the episode has the moments 0 to \(frameCount - 1), not \(moment)")
    }
    var bundle = TensorBundle()
    for (index, camera) in cameras.enumerated() {
      let deltas = deltaIndices[index]
      let moments = (deltas ?? [0]).map { moment + $0 }
      let times = moments.map { camera.fromTimestamp + Double(Float(Double(min(max($0, 0), frameCount - 1)) / fps)) }
      do throws(GenbaError) {
        let frames = try decoders[index].frames(closestTo: times, tolerance: tolerance)
        // lerobot squeezes the axis of frames, which takes it away where there is one.
        bundle.set(camera.key, to: times.count == 1 ? frames.reshaped(to: Array(frames.shape.dropFirst())) : frames)
      } catch {
        throw error.at(path: camera.path)
      }
      if deltas != nil {
        let isPad = moments.map { $0 < 0 || $0 >= frameCount }
        bundle.set("\(camera.key)_is_pad", to: Tensor(isPad))
      }
    }
    return bundle
  }
}

extension CameraWindows.Camera {
  /// lerobot's `check_delta_timestamps` and `get_delta_indices`.
  fileprivate func deltaIndices(fps: Double, tolerance: Double) throws(GenbaError) -> [Int]? {
    guard let deltaTimestamps else { return nil }
    var indices: [Int] = []
    for seconds in deltaTimestamps {
      let moments = (seconds * fps).rounded(.toNearestOrEven)
      guard abs(seconds * fps - moments) / fps <= tolerance, abs(moments) < 1e9 else {
        throw GenbaError(
          .invalidConfiguration,
          "\(key) is to be \(seconds) s away, which is no multiple of 1/\(fps) s; the dataset has no such frame")
      }
      indices.append(Int(moments))
    }
    return indices
  }
}
