import Genba
import GenbaTestSupport
import Testing

/// Windows of robot cameras, against lerobot.
@Suite struct CameraWindowTests {
  private static let (front, side) = ("observation.images.front", "observation.images.side")
  private static let cameras: [CameraWindows.Camera] = [
    .init(front, path: TestAssets.media("gop-2.mp4"), fromTimestamp: 0.5, deltaTimestamps: [-0.1, -1 / 30, 0, 0.2]),
    .init(side, path: TestAssets.media("gop-2.mp4"), fromTimestamp: 0.5, deltaTimestamps: [0]),
  ]

  /// An episode of the golden script.
  struct Episode: Sendable, CustomTestStringConvertible {
    var name: String
    var clip = "gop-2.mp4"
    var fps = 30.0
    var from: Double
    var count: Int
    var moments: [Int]
    var tolerance = 1e-4
    var deltas: [String: [Double]]

    var testDescription: String { name }
  }

  private static let episodes = [
    Episode(
      name: "middle", from: 0.5, count: 12, moments: [0, 2, 7, 11],
      deltas: [front: [-0.1, -1 / 30, 0, 0.2], side: [0]]),
    Episode(
      name: "begin", from: 0, count: 20, moments: [0, 1, 19],
      deltas: [front: [0.1, 0, -0.1, 0, 1], side: [-0.5, 0.5]]),
    Episode(name: "one-moment", from: 1, count: 1, moments: [0], deltas: [front: [-1 / 30, 0, 1 / 30], side: [-1]]),
    Episode(
      name: "slow", fps: 15, from: 0.4, count: 8, moments: [0, 3, 7], deltas: [front: [-1 / 15, 0, 1 / 15, 2 / 15]]),
    Episode(
      name: "b-frames", clip: "gop-30-b.mp4", from: 0.2, count: 40, moments: [0, 17, 39],
      deltas: [front: [-0.5, 0, 0.5], side: [0.1, 0.2]]),
    Episode(name: "tolerance", from: 0.50009, count: 12, moments: [4], deltas: [front: [0, 0.1]]),
    Episode(
      name: "rate", clip: "line-vfr.mp4", fps: 50, from: 0, count: 10, moments: [0, 1, 2], tolerance: 0.02,
      deltas: [front: [-0.02, 0]]),
  ]

  @Test(arguments: episodes)
  func equalsLeRobot(episode: Episode) throws {
    let golden = try Golden(TestAssets.golden("camera-windows.safetensors"))
    let cameras = episode.deltas.map { key, deltas in
      CameraWindows.Camera(
        key, path: TestAssets.media(episode.clip), fromTimestamp: episode.from, deltaTimestamps: deltas)
    }
    let windows = try CameraWindows(
      cameras: cameras, frameCount: episode.count, fps: episode.fps, tolerance: episode.tolerance)
    for moment in episode.moments {
      let window = try windows.window(at: moment)
      #expect(window.names.count == 2 * cameras.count)
      for name in window.names { golden.expectMatches("\(episode.name).\(moment).\(name)", window[name], within: 0) }
    }
  }

  /// Where the header's rate leads to no frame within the tolerance, the frames' own times do; lerobot fails there.
  @Test(arguments: ["line-vfr.mp4", "gop-paff.mp4", "gop-refresh.mkv"])
  func framesAreFoundWhereTheRateLeadsAstray(clip: String) throws {
    let path = TestAssets.media(clip)
    var video = try VideoDecoder(path)
    let all = try video.allFrames()
    let area = 3 * all.height * all.width
    for frame in stride(from: all.count - 1, to: 0, by: -5) {
      let time = all.ptsSeconds[frame]
      let camera = CameraWindows.Camera("image", path: path, fromTimestamp: time, deltaTimestamps: [0])
      let window = try CameraWindows(cameras: [camera], frameCount: 1, fps: 30).window(at: 0)
      let values = try #require(window.tensor("image", as: Float.self))
      let isSame = (0..<area).allSatisfy { values.span[$0] == Float(all.pixels.span[frame * area + $0]) / 255 }
      #expect(isSame, "frame \(frame)")
    }
  }

  @Test func oneMomentHasNoAxisOfItsOwn() throws {
    let camera = CameraWindows.Camera("observation.image", path: TestAssets.media("gop-2.mp4"))
    let window = try CameraWindows(cameras: [camera], frameCount: 12, fps: 30).window(at: 3)
    #expect(window.names == ["observation.image"])
    #expect(window["observation.image"]?.shape == [3, 128, 160])
  }

  @Test func timesThatTheDatasetDoesNotHaveAreErrors() throws {
    var camera = Self.cameras[0]
    camera.deltaTimestamps = [-0.05]
    let uneven = #expect(throws: GenbaError.self) {
      try CameraWindows(cameras: [camera], frameCount: 12, fps: 30)
    }
    #expect(uneven?.code == .invalidConfiguration)
    camera.deltaTimestamps = [0]
    camera.fromTimestamp = 0.51
    let windows = try CameraWindows(cameras: [camera], frameCount: 12, fps: 30)
    let far = #expect(throws: GenbaError.self) { try windows.window(at: 0) }
    #expect(far?.code == .outOfRange && far?.source.path == camera.path)
    #expect(throws: GenbaError.self) { try windows.window(at: 12) }
  }
}
