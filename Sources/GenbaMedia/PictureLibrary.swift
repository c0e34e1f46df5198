internal import CGenbaMedia
internal import GenbaCore

/// Calls into the C picture libraries: what they answer, as errors and as tensors.
enum PictureLibrary {
  /// Runs a call that fills in a message, and throws what its status stands for.
  static func check(
    _ library: String, _ call: (inout genba_message) -> genba_status
  ) throws(GenbaError) {
    if let error = error(library, call) { throw error }
  }

  /// Runs a call that fills in a message, and returns what its status stands for; `nil` for success.
  static func error(_ library: String, _ call: (inout genba_message) -> genba_status) -> GenbaError? {
    var message = genba_message()
    let status = call(&message)
    guard status != GENBA_OK else { return nil }
    let (code, words): (GenbaError.Code, String) =
      switch status {
      case GENBA_TRUNCATED: (.truncated, "the file ends before the picture does")
      case GENBA_UNSUPPORTED: (.unsupportedFormat, "a kind of picture that \(library) does not handle")
      case GENBA_NO_MEMORY: (.limitExceeded, "there is not enough memory for the picture")
      default: (.corruptData, "the picture is damaged")
      }
    let text = unsafe withUnsafeBytes(of: message.text) { text in
      unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    return GenbaError(code, words, cause: text.isEmpty ? nil : "\(library): \(text)")
  }

  /// Throws if a picture of that size is over the limit.
  static func check(width: Int, height: Int, limits: DecodeLimits) throws(GenbaError) {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= limits.pixels else {
      throw GenbaError(
        .limitExceeded,
        "the header claims \(width) x \(height) pixels and the limit is \(limits.pixels); raise DecodeLimits.pixels")
    }
  }

  /// A tensor whose memory `fill` writes completely.
  static func tensor<Element: TensorElement>(
    shape: [Int], filledBy fill: (UnsafeMutablePointer<Element>?) throws(GenbaError) -> Void
  ) throws(GenbaError) -> Tensor<Element> {
    try Tensor(shape: shape) { output throws(GenbaError) in
      try unsafe output.withUnsafeMutableBufferPointer { elements, written throws(GenbaError) in
        try unsafe fill(elements.baseAddress)
        written = elements.count
      }
    }
  }

  /// What a decoder that broke off has to say, where it may: the error with the rows that are missing, or the error
  /// thrown if nothing was decoded at all.
  ///
  /// - Parameters:
  ///   - good: How many rows are as they should be.
  ///   - height: How many there should be.
  static func damage(
    _ error: GenbaError, goodRows good: Int, of height: Int, policy: DamagePolicy
  ) throws(GenbaError) -> GenbaError {
    guard policy != .strict, error.code == .truncated || error.code == .corruptData else { throw error }
    var damage = error
    damage.message += "; rows from \(good) on, of \(height), are missing or made up"
    return damage
  }
}
