public import GenbaAudio
public import GenbaCore
internal import GenbaMedia

extension CQT {
  /// The constant-Q transform with soxr's HQ resampler, librosa's default (`res_type="soxr_hq"`).
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try self.init(options) { samples, factor throws(GenbaError) in
      let halved = try Resampler(sampleRate: 1000, engine: .soxr)(
        AudioSamples(mono: samples, sampleRate: 1000 * factor))
      return Array(halved.samples)
    }
  }
}
