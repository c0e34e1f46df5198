public import GenbaCore

/// Writes sound as WAV of 32-bit floats: the samples as they are, whatever their range.
///
/// ```swift
/// try WAVEncoder.write(AudioDecoder("shift.flac").samples(in: 60..<70), to: "minute.wav")
/// ```
public enum WAVEncoder {
  /// Writes a file, which is there whole or not at all.
  ///
  /// - Throws: `.limitExceeded` for what does not fit into a WAV: 4 GB, or 65,535 channels; `.ioFailed`.
  public static func write(_ audio: AudioSamples, to path: String) throws(GenbaError) {
    let (channels, count) = (audio.channelCount, audio.sampleCount)
    let bytes = 4 * audio.samples.count
    guard bytes + 50 <= UInt32.max, 4 * channels <= UInt16.max else {
      throw GenbaError(
        .limitExceeded, "\(count) samples of \(channels) channels do not fit into a WAV, which holds 4 GB; write .npy",
        source: .init(path: path))
    }
    var file = try AtomicFile(path: path)
    try file.write(header(channels: channels, sampleRate: audio.sampleRate, sampleCount: count))
    let samples = audio.samples.span
    for start in stride(from: 0, to: count, by: 1 << 14) {
      let end = min(start + 1 << 14, count)
      var block: [UInt8] = []
      block.reserveCapacity(4 * (end - start) * channels)
      for index in start..<end {
        for channel in 0..<channels { append(samples[channel * count + index].bitPattern, to: &block) }
      }
      try file.write(block)
    }
    try file.commit()
  }

  /// RIFF's chunks: the format (3, IEEE float, with no extension), how many samples there are, and the head of the data.
  private static func header(channels: Int, sampleRate: Int, sampleCount: Int) -> [UInt8] {
    let bytes = 4 * channels * sampleCount
    var header = Array("RIFF".utf8)
    append(UInt32(50 + bytes), to: &header)
    header += Array("WAVEfmt ".utf8)
    append(UInt32(18), to: &header)
    append(UInt16(3), to: &header)
    append(UInt16(channels), to: &header)
    append(UInt32(clamping: sampleRate), to: &header)
    append(UInt32(clamping: 4 * channels * sampleRate), to: &header)
    append(UInt16(4 * channels), to: &header)
    append(UInt16(32), to: &header)
    append(UInt16(0), to: &header)
    header += Array("fact".utf8)
    append(UInt32(4), to: &header)
    append(UInt32(sampleCount), to: &header)
    header += Array("data".utf8)
    append(UInt32(bytes), to: &header)
    return header
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
