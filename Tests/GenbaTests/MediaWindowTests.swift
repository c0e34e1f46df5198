import Genba
import GenbaTestSupport
import Testing

/// Windows of a recording as tensors.
@Suite struct MediaWindowTests {
  /// The windows' log-mel is a part of the whole sound's.
  @Test func logMelIsThatOfTheWhole() throws {
    let path = TestAssets.media("speech-16k.wav")
    let spectrogram = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160, topDB: nil))
    let whole = try spectrogram(AudioDecoder(path).allSamples())
    var options = MediaReader.Options()
    options.contextSamples = 200
    var windows = try MediaReader(path, options).windows(length: 1, hop: 0.5)
    var position = 0
    while let window = try windows.next() {
      let part = try #require(try window.logMel(spectrogram))
      #expect(part.shape == [128, 100])
      for mel in [0, 64, 127] {
        for frame in 0..<100 where 50 * position + frame + 2 < whole.shape[1] {
          #expect(abs(part[mel, frame] - whole[mel, 50 * position + frame]) <= 1e-4)
        }
      }
      position += 1
    }
    #expect(position == 16)
  }

  @Test func windowsAreStacked() throws {
    var options = MediaReader.Options()
    (options.fps, options.sampleRate, options.contextSamples) = (4, 16_000, 200)
    var reader = try MediaReader(TestAssets.media("line-h264.mp4"), options).windows(length: 1, hop: 0.5)
    var windows: [MediaWindow] = []
    while let window = try reader.next() { windows.append(window) }
    let bundle = try TensorBundle(
      stacking: windows, logMel: LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160)))
    #expect(bundle["frames"]?.shape == [7, 4, 3, 240, 320])
    #expect(bundle["frame_mask"]?.shape == [7, 4])
    #expect(bundle["samples"]?.shape == [7, 1, 16_000])
    #expect(bundle["sample_mask"]?.shape == [7, 16_000])
    #expect(bundle["log_mel"]?.shape == [7, 128, 100])
    let seconds = try #require(bundle.tensor("window_seconds", as: Double.self))
    let expected: [Double] = [0, 1, 0.5, 1.5, 1, 2, 1.5, 2.5, 2, 3, 2.5, 3.5]
    #expect(Array(seconds).prefix(12) == expected[...])
    let mask = try #require(bundle.tensor("frame_mask", as: Bool.self))
    #expect(Array(mask).suffix(8) == [true, true, false, false, false, false, false, false])
  }
}
