import GenbaCore
import GenbaPlot
import Testing

@Suite struct SoundPlotTests {
  /// Silence, and from 1 s to 2 s of 4 a tone at full scale.
  private let burst = AudioSamples(
    mono: (0..<32_000).map { (8000..<16_000).contains($0) ? ($0 % 2 == 0 ? 1 : -1) : 0 }, sampleRate: 8000)

  @Test func theWaveformStandsWhereTheSoundIs() {
    let image = WaveformPlot(width: 1000, stripHeight: 150)(burst)
    #expect(image.width == 1000)
    let picture = bytes(of: image)
    // The panel begins at 72 and ends 24 before the edge; row 80 is near the top of the strip, which begins at 70.
    func isBlue(_ seconds: Double) -> Bool {
      let x = 72 + Int(seconds / 4 * Double(1000 - 72 - 24))
      let base = (80 * 1000 + x) * 3
      return Int(picture[base + 2]) - Int(picture[base]) > 60
    }
    #expect(
      !isBlue(0.5) && !isBlue(0.95) && isBlue(1.05) && isBlue(1.5) && isBlue(1.95) && !isBlue(2.05) && !isBlue(3.5))
  }

  @Test func theSpectrogramsBrightestBandStandsAtItsTimeAndFrequency() {
    // 20 bands, 40 frames of 0.1 s; one loud cell: band 15 from 3.0 s on.
    var values = Tensor<Float>(repeating: -80, shape: [20, 40])
    values[15, 30] = 0
    let spectrogram = Spectrogram(
      values: values, bandFrequencies: (0..<20).map { 100 + 100 * Double($0) }, secondsPerFrame: 0.1, ptsSeconds: 0.05)
    let image = SpectrogramPlot(width: 1200, height: 480)(spectrogram)
    #expect(image.shape == [480, 1200, 3])
    let picture = bytes(of: image)
    func color(_ x: Int, _ y: Int) -> [UInt8] { Array(picture[(y * 1200 + x) * 3..<(y * 1200 + x) * 3 + 3]) }
    // The panel is 1044 by 356 pixels from (72, 70) on; times start half a frame before the first.
    let x = 72 + Int((30.0 / 40) * 1044)
    let y = 70 + 356 - Int((15.5 / 20) * 356)
    let (loud, quiet) = (color(x, y), color(x - 200, y))
    #expect(loud == [0xFC, 0xFD, 0xBF] && quiet == [0, 0, 4])
    #expect(color(x, y + 60) == quiet && color(x, y - 60) == quiet && color(x + 100, y) == quiet)
  }

  @Test func bothShareOneAxisAndSizesAddUp() {
    let spectrogram = Spectrogram(
      values: Tensor(repeating: 1, shape: [4, 5]), bandFrequencies: [1, 2, 3, 4], secondsPerFrame: 1)
    let plot = SoundPlot(width: 800, stripHeight: 100, spectrogramHeight: 200, title: "a", caption: "b")
    let mono = plot(burst, spectrogram: spectrogram)
    let stereo = plot(
      AudioSamples(samples: Tensor(repeating: 0, shape: [2, 100]), sampleRate: 100), spectrogram: spectrogram)
    #expect(mono.width == 800 && stereo.height == mono.height + 100)
  }

  /// A sound that begins after the pictures, and ends before them, is drawn where it is; white frames have edges.
  @Test func nothingIsDrawnWhereThereIsNoSound() {
    let frames = (0..<4).map { index in
      Frame(
        pixels: Tensor(repeating: 255, shape: [48, 64, 3]), layout: .nhwc, ptsSeconds: Double(index),
        durationSeconds: 1)
    }
    let spectrogram = Spectrogram(
      values: Tensor(repeating: -20, shape: [4, 20]), bandFrequencies: [1, 2, 3, 4], secondsPerFrame: 0.1, ptsSeconds: 1
    )
    let image = RecordingPlot()(frames, until: 4, spectrogram: spectrogram)
    let picture = bytes(of: image)
    func color(_ x: Int, _ y: Int) -> [UInt8] {
      Array(picture[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
    }
    // The axis is 1044 pixels wide from 72 on; the spectrogram stands above 60 pixels of labels.
    let row = image.height - 100
    let nothing: [UInt8] = [0xE7, 0xE9, 0xED]
    #expect(color(72 + 150, row) == nothing && color(72 + 950, row) == nothing)
    #expect(color(72 + 400, row) == [0, 0, 4] && color(72 + 700, row) == [0, 0, 4])
    let edge: [UInt8] = [0x9A, 0xA1, 0xAC]
    #expect(color(72 + 30, 51) == edge && color(72 + 30, 60) == [255, 255, 255])
  }

  /// Each frame's left edge is where its time is on the axis of the sound, also where frames are not equally far apart, and
  /// its label says the time.
  @Test func framesStandAtTheirTimes() {
    let spectrogram = Spectrogram(
      values: Tensor(repeating: -20, shape: [4, 40]), bandFrequencies: [1, 2, 3, 4], secondsPerFrame: 0.1)
    func drawn(_ times: [Double]) -> Image {
      let frames = times.enumerated().map { index, time in
        Frame(
          pixels: Tensor(repeating: UInt8(40 + 60 * index), shape: [48, 64, 3]), layout: .nhwc, ptsSeconds: time,
          durationSeconds: 1)
      }
      return RecordingPlot()(frames, until: times[0] + 4, spectrogram: spectrogram)
    }
    let image = drawn([0, 1.5, 2.5])
    let picture = bytes(of: image)
    // The axis is 1044 pixels wide from 72 on, the frames begin at row 52.
    for (index, time) in [0, 1.5, 2.5].enumerated() {
      let x = 72 + Int(time / 4 * 1044)
      #expect(picture[(80 * image.width + x + 20) * 3] == UInt8(40 + 60 * index))
      #expect(index == 0 || picture[(80 * image.width + x - 6) * 3] != UInt8(40 + 60 * index))
    }
    // The same picture but for the labels and the axis.
    let later = bytes(of: drawn([7, 8.5, 9.5]))
    #expect(later.count == picture.count && later != picture)
  }

  /// A sound of one sample is a dot that is seen, and silence is dark.
  @Test func theLeastThereIsIsSeen() {
    let one = bytes(of: WaveformPlot(width: 1000, stripHeight: 150)(AudioSamples(mono: [0.25], sampleRate: 8000)))
    let blue = (0..<one.count / 3).count { Int(one[$0 * 3 + 2]) - Int(one[$0 * 3]) > 60 }
    #expect((15...60).contains(blue), "\(blue) pixels")
    let silence = Spectrogram(
      values: Tensor(repeating: -100, shape: [4, 5]), bandFrequencies: [1, 2, 3, 4], secondsPerFrame: 1)
    let picture = bytes(of: SpectrogramPlot(width: 1200, height: 480)(silence))
    #expect(Array(picture[(200 * 1200 + 500) * 3..<(200 * 1200 + 500) * 3 + 3]) == [0, 0, 4])
  }

  @Test func oddSoundsAreDrawn() {
    let sounds = [
      AudioSamples(mono: [], sampleRate: 8000), AudioSamples(mono: [0.5], sampleRate: 8000),
      AudioSamples(mono: [Float](repeating: .nan, count: 5000), sampleRate: 8000),
      AudioSamples(mono: [.infinity, -.infinity, 1e30] + [Float](repeating: 0, count: 5000), sampleRate: 8000),
      AudioSamples(samples: Tensor(repeating: 0, shape: [0, 0]), sampleRate: 1),
      AudioSamples(samples: Tensor(repeating: 0, shape: [12, 10]), sampleRate: 1),
    ]
    for sound in sounds { #expect(WaveformPlot(width: 400, stripHeight: 40)(sound).width == 400) }
  }
}

@Suite struct ContactSheetTests {
  private func frame(_ value: UInt8, width: Int, height: Int, at seconds: Double) -> Frame {
    let pixels = Tensor<UInt8>(repeating: value, shape: [3, height, width])
    return Frame(pixels: pixels, layout: .nchw, ptsSeconds: seconds, durationSeconds: 0.1)
  }

  @Test func framesStandInReadingOrder() {
    let frames = (0..<6).map { frame(UInt8($0 * 20), width: 32, height: 16, at: Double($0)) }
    let sheet = ContactSheet(width: 1000, columns: 3)(frames)
    let picture = bytes(of: sheet)
    // Three cells of 309 by 155 pixels, 12 apart, from 24 on; 26 for the time.
    for (index, frame) in frames.enumerated() {
      let x = 24 + index % 3 * 321 + 150
      let y = 24 + index / 3 * (155 + 26 + 12) + 77
      #expect(picture[(y * 1000 + x) * 3] == Array(frame.pixels)[0], "\(index)")
    }
  }

  @Test func bothLayoutsGiveOnePicture() {
    let planar = Tensor((0..<48).map { UInt8($0 * 5) }, shape: [3, 4, 4])
    let interleaved = Tensor<UInt8>(shape: [4, 4, 3]) { output in
      for pixel in 0..<16 { for channel in 0..<3 { output.append(UInt8((channel * 16 + pixel) * 5)) } }
    }
    let sheet = ContactSheet(width: 400)
    let first = sheet([Frame(pixels: planar, layout: .nchw, ptsSeconds: 0, durationSeconds: 1)])
    let second = sheet([Frame(pixels: interleaved, layout: .nhwc, ptsSeconds: 0, durationSeconds: 1)])
    #expect(first == second)
  }

  @Test func mixedAndMissingFrames() {
    #expect(ContactSheet(width: 400)([]).width == 400)
    let mixed = [frame(1, width: 10, height: 300, at: 0), frame(2, width: 500, height: 3, at: 1)]
    #expect(ContactSheet(width: 400, title: "mixed")(mixed).width == 400)
  }
}

@Suite struct TensorPictureTests {
  @Test func rowsAndColumnsHaveTheirPlaces() throws {
    // 2 rows of 4: the last of the first row is the largest.
    let tensor = AnyTensor(Tensor<Float>([0, 0, 0, 1, 0, 0, 0, 0], shape: [2, 4]))
    func color(_ origin: TensorPicture.Origin, x: Double, y: Double) throws -> [UInt8] {
      let image = try TensorPicture(width: 600, origin: origin)(tensor, name: "a")
      let picture = bytes(of: image)
      // The panel: 444 wide from 72 on, and from 70 down to 54 above the end.
      let column = 72 + Int(x * 444)
      let row = 70 + Int(y * Double(image.height - 124))
      return Array(picture[(row * 600 + column) * 3..<(row * 600 + column) * 3 + 3])
    }
    let (large, small): ([UInt8], [UInt8]) = ([0xFD, 0xE7, 0x25], [0x44, 0x01, 0x54])
    #expect(try color(.upper, x: 0.9, y: 0.25) == large && color(.upper, x: 0.9, y: 0.75) == small)
    #expect(try color(.lower, x: 0.9, y: 0.25) == small && color(.lower, x: 0.9, y: 0.75) == large)
    #expect(try color(.upper, x: 0.6, y: 0.25) == small)
  }

  @Test func pixelsAreShownAsTheyAre() throws {
    let planar = Tensor<UInt8>([200, 0, 0, 100, 0, 0], shape: [3, 1, 2])
    let image = try TensorPicture(width: 448)(AnyTensor(planar))
    let picture = bytes(of: image)
    // 400 pixels wide from 24 on, one half for each pixel.
    func color(_ x: Int) -> [UInt8] { Array(picture[(100 * 448 + x) * 3..<(100 * 448 + x) * 3 + 3]) }
    #expect(color(100) == [200, 0, 0] && color(300) == [0, 100, 0])
    let floats = Tensor<Float>([1, -1, -1, 0, -1, -1], shape: [1, 3, 1, 2])
    let stretched = bytes(of: try TensorPicture(width: 448)(AnyTensor(floats)))
    #expect(Array(stretched[(100 * 448 + 100) * 3..<(100 * 448 + 100) * 3 + 3]) == [255, 0, 0])
  }

  @Test(arguments: [[], [1], [500], [2, 3000], [300, 2], [1, 128, 300], [2, 2, 3, 8, 8], [4, 5, 6], [1, 1, 1]])
  func everyShapeIsDrawn(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    #expect(try TensorPicture(width: 500)(AnyTensor(Tensor((0..<count).map(Float.init), shape: shape))).width == 500)
    #expect(try TensorPicture(width: 500)(AnyTensor(Tensor<Float>(repeating: .nan, shape: shape))).width == 500)
    #expect(try TensorPicture(width: 500)(AnyTensor(Tensor<Bool>(repeating: true, shape: shape))).width == 500)
  }

  @Test func nothingIsAnError() {
    let error = #expect(throws: GenbaError.self) {
      try TensorPicture()(AnyTensor(Tensor<Float>(shape: [0, 3]) { _ in }), name: "empty")
    }
    #expect(error?.code == .mismatchedInputs && error?.message.contains("empty") == true)
  }
}
