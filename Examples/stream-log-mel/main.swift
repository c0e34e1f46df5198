// Log-mel of a sound while it comes in through a pipe: a microphone, a network stream, a file.
// usage: ffmpeg -v error -i SOUND -ac 1 -ar 16000 -f f32le - | stream-log-mel > frames.f32
//
// Reads float32 samples at 16 kHz, writes each frame as 128 float32 numbers (Whisper's bands, before its whole-signal
// normalization) as soon as its last sample has come. Memory does not grow, so it can run for ever.
import Genba
import Glibc

let logMel = try LogMelSpectrogram(
  .init(sampleRate: 16_000, nFFT: 400, hopLength: 160, padMode: .reflect, nMels: 128, log: .log10, topDB: nil))
var stream = FeatureStream(logMel)

/// What has come, at most a tenth of a second of it; nothing at the end.
func nextBlock() -> [Float] {
  unsafe [Float](unsafeUninitializedCapacity: 1600) { samples, count in
    let bytes = UnsafeMutableRawBufferPointer(samples)
    var filled = 0
    repeat {
      let rest = unsafe bytes[filled...]
      let received = unsafe read(STDIN_FILENO, UnsafeMutableRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if received <= 0 { break }
      filled += received
      // A pipe may cut a sample in two.
    } while filled % 4 != 0
    count = filled / 4
  }
}

/// Writes [bands, frames] frame by frame.
func emit(_ bands: Tensor<Float>) throws {
  let (nMels, frames) = (bands.shape[0], bands.shape[1])
  let turned = (0..<frames).flatMap { frame in (0..<nMels).map { bands[$0, frame] } }
  try unsafe turned.withUnsafeBytes { bytes in
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let written = unsafe write(STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      guard written > 0 else { throw GenbaError(.ioFailed, "stdout does not take any more") }
      unsafe rest = rest.dropFirst(written)
    }
  }
}

while case let samples = nextBlock(), !samples.isEmpty {
  try emit(stream.push(AudioSamples(mono: samples, sampleRate: 16_000)))
}
try emit(stream.finish())
let summary = "\(stream.frameCount) frames, the loudest value \(stream.loudest)\n"
_ = unsafe write(STDERR_FILENO, summary, summary.utf8.count)
