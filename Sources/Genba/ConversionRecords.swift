internal import FoundationEssentials
internal import GenbaCore
internal import Glibc

/// A line of `manifest.jsonl`.
struct ManifestRecord: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    var dtype: String
    var shape: [Int]
  }

  /// The file as it was named.
  var input: String
  /// The tensor file, below the output folder.
  var output: String
  var tensors: [String: Entry]
  var metadata: [String: String]
  /// Bytes of the tensors.
  var bytes: Int

  init(input: String, output: String, bundle: TensorBundle) {
    self.input = input
    self.output = output
    metadata = bundle.metadata
    tensors = [:]
    bytes = 0
    for (name, tensor) in bundle {
      tensors[name] = Entry(dtype: tensor.dtype.name, shape: tensor.shape)
      bytes += tensor.byteCount
    }
  }
}

/// A line of `errors.jsonl`.
struct ErrorRecord: Encodable, Sendable {
  var input: String
  var code: String
  var message: String
  var cause: String?
  var stream: Int?
  var pts_seconds: Double?

  init(input: String, error: GenbaError) {
    self.input = input
    code = error.code.description
    message = error.message
    cause = error.cause
    stream = error.source.stream
    pts_seconds = error.source.ptsSeconds
  }
}

/// A file of JSON lines that grows while the work goes on. Each line is written whole, at once: after a crash there
/// is a record of all that was done before.
@safe
struct RecordFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Empties or creates the file.
  init(path: String) throws(GenbaError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw GenbaError(
        .ioFailed, "this cannot be written", source: .init(path: path), cause: FileReading.systemMessage(errno))
    }
    self.path = path
    self.descriptor = descriptor
  }

  mutating func append(_ record: some Encodable) throws(GenbaError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var line = try? encoder.encode(record) else {
      preconditionFailure("a record of strings and numbers can be encoded")
    }
    line.append(UInt8(ascii: "\n"))
    let written = unsafe line.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard written == line.count else {
      throw GenbaError(
        .ioFailed, "writing failed", source: .init(path: path), cause: FileReading.systemMessage(errno))
    }
  }

  deinit { close(descriptor) }
}
