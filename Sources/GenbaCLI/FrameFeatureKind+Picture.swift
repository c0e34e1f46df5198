import Genba
import GenbaPlot

extension FrameFeatureKind {
  /// A picture of a tensor of this feature: time to the right, and frequencies, pitch classes or values upwards.
  func picture(
    of tensor: AnyTensor, name: String, _ computation: Computation, _ additions: Additions, of sound: SoundPicture
  ) throws(GenbaError) -> Image {
    let secondsPerFrame = Double(computation.hopLength) / Double(sound.audio.sampleRate)
    var picture = TensorPicture(origin: .init(ofTensorNamed: name))
    guard var values = tensor.asFloat, values.rank >= 2, !name.contains("."), values.count > 0 else {
      if self != .kaldiFbank { picture.secondsPerColumn = secondsPerFrame }
      picture.valueTitle = Self.units[name] ?? "value"
      return try picture(tensor, name: name)
    }
    let channels = values.rank == 3 ? values.shape[0] : 1
    if channels > 1 { values = values.row(0, of: Array(values.shape.dropFirst())) }
    var spectrogram: Spectrogram
    switch computation.bands {
    case .none: return try picture(tensor, name: name)
    case .classes(let count):
      spectrogram = Spectrogram(
        values: values, bandFrequencies: (0..<count).map { Double($0) }, secondsPerFrame: secondsPerFrame,
        unit: "share", bandNames: Self.classNames(count))
    case .coefficients(let count):
      spectrogram = Self.rows(values, count, "coefficient", secondsPerFrame, unit: "value")
      spectrogram.valueRange = values.middle(of: values.shape[1]..<values.count, from: 0.005, to: 0.995)
    case .columns(let count, let unit):
      spectrogram = Self.rows(values.turned, count, "band", secondsPerFrame, unit: unit)
    case .frequencies(let hertz, .logarithmic(let unit)):
      spectrogram = Spectrogram(
        values: values, bandFrequencies: hertz, secondsPerFrame: secondsPerFrame, unit: unit)
      // A few onsets are many times as strong as all the rest.
      if self == .pcen { spectrogram.valueRange = values.middle(of: 0..<values.count, from: 0, to: 0.99) }
    case .frequencies(let hertz, _):
      let shown = additions.decibels ? values : inDecibels(AnyTensor(values), computation.bands).asFloat ?? values
      spectrogram = Spectrogram(values: shown, bandFrequencies: hertz, secondsPerFrame: secondsPerFrame)
    }
    let part = channels > 1 ? " · channel 0 of \(channels)" : ""
    let caption =
      "\(tensor.dtype.name) [\(tensor.shape.map(String.init).joined(separator: ", "))] · \(sound.audio.sampleRate) Hz\(part)"
    return SpectrogramPlot(title: "\(name) of \(sound.title)", caption: caption)(spectrogram)
  }

  /// A picture of rows that have numbers and no frequencies.
  private static func rows(
    _ values: Tensor<Float>, _ count: Int, _ title: String, _ secondsPerFrame: Double, unit: String
  ) -> Spectrogram {
    var spectrogram = Spectrogram(
      values: values, bandFrequencies: (0..<count).map { Double($0) }, secondsPerFrame: secondsPerFrame, unit: unit,
      bandNames: (0..<count).map { "\($0)" })
    spectrogram.bandTitle = title
    return spectrogram
  }

  /// What the curves of features with one number a frame count.
  private static let units = [
    "spectral_centroid": "Hz", "spectral_bandwidth": "Hz", "spectral_rolloff": "Hz", "spectral_flatness": "share",
    "zero_crossing_rate": "share", "rms": "of full scale", "onset_strength": "dB", "spectral_flux": "change",
  ]

  /// C, C♯ … as far as classes are semitones; else their numbers.
  private static func classNames(_ count: Int) -> [String] {
    let semitones = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
    return count == 12 ? semitones : (0..<count).map { "\($0)" }
  }
}

extension Tensor<Float> {
  /// [columns, rows] of [rows, columns].
  fileprivate var turned: Tensor<Float> {
    let (rows, columns) = (shape[0], shape[1])
    let values = Array(self)
    return Tensor(
      (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }, shape: [columns, rows])
  }

  /// Between which values all but a share of these lie; `nil` where there is nothing between.
  fileprivate func middle(of elements: Range<Int>, from first: Double, to last: Double) -> ClosedRange<Double>? {
    let sorted = Array(self)[elements].filter { !$0.isNaN }.sorted()
    guard let largest = sorted.indices.last else { return nil }
    let (low, high) = (sorted[Int(Double(largest) * first)], sorted[Int(Double(largest) * last)])
    return low < high ? Double(low)...Double(high) : nil
  }

  /// The part of the first axis with that index.
  fileprivate func row(_ index: Int, of shape: [Int]) -> Tensor<Float> {
    let size = shape.reduce(1, *)
    return Tensor(Array(self)[index * size..<(index + 1) * size], shape: shape)
  }
}
