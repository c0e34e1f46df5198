public import GenbaAudio
public import GenbaCore
internal import GenbaMedia

extension CQT {
  /// The constant-Q transform with soxr's HQ resampler, librosa's default (`res_type="soxr_hq"`).
  ///
  /// - Parameter output: What a stream gives of a bin.
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options(), output: STFT.Output = .complex) throws(GenbaError) {
    try self.init(options, output: output) { factor throws(GenbaError) in try SoxrDecimator(factor: factor) }
  }
}

/// soxr's HQ for a sound in blocks.
private final class SoxrDecimator: CQT.Decimator, @unchecked Sendable {
  private var resampler: StreamingResampler

  init(factor: Int) throws(GenbaError) {
    // Only the quotient of the rates counts.
    resampler = try StreamingResampler(Resampler(sampleRate: 1000, engine: .soxr), from: 1000 * factor, channels: 1)
  }

  func push(_ samples: [Float]) throws(GenbaError) -> [Float] {
    Array(try resampler.push(Tensor(samples, shape: [1, samples.count])))
  }

  func finish() throws(GenbaError) -> [Float] { Array(try resampler.finish()) }
}
