/// The bytes of WAV files, written here so that tests know every sample.
enum WAVFile {
  /// Channel by channel in turn, 16 bits a sample.
  ///
  /// - Parameter size: The length that the header claims for the samples; `nil` for the true one.
  static func pcm16(
    _ samples: [Int16], channels: UInt16 = 1, sampleRate: UInt32 = 16_000, claiming size: UInt32? = nil
  ) -> [UInt8] {
    let data = samples.flatMap { littleEndian(UInt16(bitPattern: $0)) }
    return file(format: 1, bits: 16, channels: channels, sampleRate: sampleRate, data: data, claiming: size)
  }

  /// Channel by channel in turn, 32-bit floats.
  static func float32(_ samples: [Float], channels: UInt16 = 1, sampleRate: UInt32 = 16_000) -> [UInt8] {
    let data = samples.flatMap { littleEndian($0.bitPattern) }
    return file(format: 3, bits: 32, channels: channels, sampleRate: sampleRate, data: data, claiming: nil)
  }

  private static func file(
    format: UInt16, bits: UInt16, channels: UInt16, sampleRate: UInt32, data: [UInt8], claiming size: UInt32?
  ) -> [UInt8] {
    let block = channels * bits / 8
    let layout =
      littleEndian(format) + littleEndian(channels) + littleEndian(sampleRate)
      + littleEndian(sampleRate &* UInt32(block)) + littleEndian(block) + littleEndian(bits)
    let body =
      Array("WAVEfmt ".utf8) + littleEndian(UInt32(16)) + layout + Array("data".utf8)
      + littleEndian(size ?? UInt32(data.count)) + data
    return Array("RIFF".utf8) + littleEndian(size ?? UInt32(body.count)) + body
  }

  private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
