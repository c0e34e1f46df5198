public import GenbaCore

extension AudioDecoder {
  /// The samples that are played in a range of time, as torchcodec's `get_samples_played_in_range` chooses them.
  ///
  /// They are the slice of ``allSamples(sampleRate:channels:resampler:)``, sample for sample: from
  /// round((start - begin) · rate) up to round((end - begin) · rate). What of the range lies outside the sound is left
  /// out.
  ///
  /// Uncompressed sound and FLAC files are read from the range's start on. Other codecs may give other numbers after a
  /// jump, and so does resampling; what is before the range is decoded then too, in constant memory.
  ///
  /// ```swift
  /// let second = try AudioDecoder("press.wav").samples(in: 3..<4, sampleRate: 16_000, channels: .mono)
  /// ```
  ///
  /// - Parameters:
  ///   - range: In seconds on the container's clock, the end excluded. `3 ..< .infinity` goes to the end.
  ///   - sampleRate: In hertz; `nil` for that of the file.
  ///   - channels: What becomes of the channels.
  ///   - resampler: What resamples, where the rate is not that of the file.
  /// - Returns: float32 [channels, samples], with the time of the first sample in `ptsSeconds`.
  /// - Throws: `.outOfRange` for a range that begins behind the last sample or ends before the first; what
  ///   `allSamples` throws, for damage that is met up to the range's end.
  public borrowing func samples(
    in range: Range<Double>, sampleRate: Int? = nil, channels: ChannelMix = .keep, resampler: Resampler.Engine = .soxr
  ) throws(GenbaError) -> AudioSamples {
    do throws(GenbaError) {
      let reader = try reader(sampleRate: sampleRate, channels: channels, resampler: resampler)
      let (begin, rate) = (reader.beginSeconds, Double(reader.sampleRate))
      func index(_ seconds: Double) -> Int {
        Int(min(max((seconds - begin) * rate, 0), 1e15).rounded(.toNearestOrEven))
      }
      let (first, end) = (index(range.lowerBound), index(range.upperBound))
      try reader.skip(first)
      let samples = try reader.read(end - first)
      if samples.shape[1] == 0 && !range.isEmpty {
        // A range shorter than a sample may hold none. One that holds none for another reason lies outside.
        let next = try reader.read(1).shape[1]
        guard reader.damage != nil || (first == end && range.upperBound >= begin && next == 1) else {
          throw GenbaError(
            .outOfRange,
            "there is no sound from \(range.lowerBound) s to \(range.upperBound) s; it begins at \(begin) s"
              + (metadata.durationSecondsFromHeader.map { " and lasts \($0) s" } ?? ""))
        }
      }
      return try finished(reader, samples, ptsSeconds: begin + Double(first) / rate)
    } catch {
      throw error.at(path: name)
    }
  }

  /// The sound in blocks, in memory that does not grow with its length.
  ///
  /// The blocks, joined, are what ``allSamples(sampleRate:channels:resampler:)`` gives, bit for bit. They keep what
  /// they need of the decoder, which can be used on its own meanwhile.
  ///
  /// - Parameters:
  ///   - sampleCount: Samples of one channel in each block, above 0.
  ///   - sampleRate: In hertz; `nil` for that of the file.
  ///   - channels: What becomes of the channels.
  ///   - resampler: What resamples, where the rate is not that of the file.
  /// - Throws: `.outOfRange` for a channel or a rate that cannot be; what opening the file again throws.
  public borrowing func blocks(
    of sampleCount: Int, sampleRate: Int? = nil, channels: ChannelMix = .keep, resampler: Resampler.Engine = .soxr
  ) throws(GenbaError) -> AudioBlocks {
    precondition(sampleCount > 0, "a block has samples, not \(sampleCount)")
    do throws(GenbaError) {
      let reader = try reader(sampleRate: sampleRate, channels: channels, resampler: resampler)
      return AudioBlocks(reader, blockSize: sampleCount, policy: damagePolicy, path: name)
    } catch {
      throw error.at(path: name)
    }
  }

  /// The metadata with what the content says of the length and the beginning: decodes the whole sound, in memory that
  /// does not grow with it.
  ///
  /// - Throws: What ``allSamples(sampleRate:channels:resampler:)`` throws. With ``DamagePolicy/partial`` the samples
  ///   before the damage are counted.
  public borrowing func scannedMetadata() throws(GenbaError) -> AudioMetadata {
    var blocks = try blocks(of: 1 << 16)
    var scanned = metadata
    var count = 0
    while let block = try blocks.next() {
      if count == 0 { scanned.beginStreamSecondsFromContent = block.ptsSeconds }
      count += block.sampleCount
    }
    scanned.sampleCountFromContent = count
    scanned.durationSecondsFromContent = Double(count) / Double(blocks.sampleRate)
    return scanned
  }
}
