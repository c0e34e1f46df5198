import Genba
import GenbaTestSupport
import Testing

/// Windows of robot cameras, against lerobot.
@Suite struct CameraWindowTests {
  private static let cameras: [CameraWindows.Camera] = [
    .init(
      "observation.images.front", path: TestAssets.media("gop-2.mp4"), fromTimestamp: 0.5,
      deltaTimestamps: [-0.1, -1 / 30, 0, 0.2]),
    .init(
      "observation.images.side", path: TestAssets.media("gop-2.mp4"), fromTimestamp: 0.5, deltaTimestamps: [0]),
  ]

  @Test(arguments: [0, 2, 7, 11])
  func equalsLeRobot(moment: Int) throws {
    let golden = try Golden(TestAssets.golden("camera-windows.safetensors"))
    let window = try CameraWindows(cameras: Self.cameras, frameCount: 12, fps: 30).window(at: moment)
    #expect(window.names.count == 4)
    for name in window.names { golden.expectMatches("\(moment).\(name)", window[name], within: 0) }
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
