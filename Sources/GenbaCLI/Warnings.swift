import Genba
import Logging

/// What a user must know though nothing failed.
enum Warnings {
  private static let logger = Logger(label: "genba")

  /// Says which sounds were cut because the model hears less.
  static func report(truncatedIn bundle: TensorBundle, of files: [String]) {
    guard let seconds = bundle.metadata[WhisperFeatureExtractor.truncatedSecondsKey] else { return }
    for (file, text) in zip(files, seconds.split(separator: ",")) where Double(text) != 0 {
      let length = Double(text).map(TensorTable.figure) ?? String(text)
      logger.warning("\(file): the last \(length) s were cut off; the model hears no more at once")
    }
  }
}
