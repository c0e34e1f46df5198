internal import FoundationEssentials
public import GenbaCore
internal import GenbaStorage

/// Converts many files, each to a tensor file of its own, and keeps a record of what came of each.
///
/// In the output folder:
/// - `TREE/NAME.ENDING.safetensors` for each input, complete or absent;
/// - `manifest.jsonl`: a line for each output, in the order of the inputs;
/// - `errors.jsonl`: a line for each input that failed; it is there even if it is empty.
///
/// ```swift
/// let converter = BatchConverter(pipeline: try Pipeline(model: "whisper-large-v3"), outputFolder: "out", jobs: 2)
/// let outcome = try await converter.convert(InputTree(["recordings"]).entries)
/// print(outcome.converted, outcome.failures.count)
/// ```
public struct BatchConverter: Sendable {
  /// What came of a batch, or of the part of it that is done.
  public struct Outcome: Sendable, Equatable {
    /// How many files were converted.
    public var converted = 0
    /// What went wrong, each with its file's name, in the inputs' order.
    public var failures: [GenbaError] = []
    /// Bytes of tensors written.
    public var byteCount = 0

    /// How many files are done, well or badly.
    public var done: Int { converted + failures.count }
  }

  /// What turns a file into tensors.
  public let pipeline: Pipeline
  /// Where outputs go; made if it is not there.
  public let outputFolder: String
  /// How many files are worked on at once.
  public let jobs: Int

  /// A converter; fewer than one job traps.
  public init(pipeline: Pipeline, outputFolder: String, jobs: Int = 1) {
    precondition(jobs >= 1, "a converter has at least one job, not \(jobs)")
    self.pipeline = pipeline
    self.outputFolder = outputFolder
    self.jobs = jobs
  }

  /// Makes the output folder and empties the records.
  ///
  /// - Throws: `.ioFailed` if that cannot be done: the time to find out is before the first file.
  public func prepare() throws(GenbaError) {
    try makeFolder(outputFolder)
    _ = try RecordFile(path: "\(outputFolder)/manifest.jsonl")
    _ = try RecordFile(path: "\(outputFolder)/errors.jsonl")
  }

  /// Converts the files. One that fails is recorded, and the others go on.
  ///
  /// - Parameters:
  ///   - entries: The files, as ``InputTree`` lists them.
  ///   - progress: Called after each file, in the files' order, with what came of the batch so far.
  /// - Throws: `.ioFailed` if the records cannot be written; `.cancelled` if the task is cancelled, when the records tell
  ///   what was done.
  public func convert(
    _ entries: [InputTree.Entry], progress: (Outcome) -> Void = { _ in }
  ) async throws(GenbaError) -> Outcome {
    try prepare()
    var manifest = try RecordFile(path: "\(outputFolder)/manifest.jsonl")
    var errors = try RecordFile(path: "\(outputFolder)/errors.jsonl")
    var outcome = Outcome()
    try await forEachInOrder(
      entries, jobs: jobs, work: { entry in convert(entry) },
      receive: { (entry, result) throws(GenbaError) in
        switch result {
        case .success(let record):
          try manifest.append(record)
          outcome.converted += 1
          outcome.byteCount += record.bytes
        case .failure(let error):
          try errors.append(ErrorRecord(input: entry.path, error: error))
          outcome.failures.append(error)
        }
        progress(outcome)
      })
    return outcome
  }

  private func convert(_ entry: InputTree.Entry) -> Result<ManifestRecord, GenbaError> {
    Result { () throws(GenbaError) in
      do throws(GenbaError) {
        let bundle = try pipeline(entry.path)
        let output = entry.relativePath + ".safetensors"
        if let slash = output.lastIndex(of: "/") { try makeFolder("\(outputFolder)/\(output[..<slash])") }
        try bundle.write(to: "\(outputFolder)/\(output)")
        return ManifestRecord(input: entry.path, output: output, bundle: bundle)
      } catch {
        throw error.at(path: entry.path)
      }
    }
  }

  private func makeFolder(_ path: String) throws(GenbaError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw GenbaError(.ioFailed, "this folder cannot be made", source: .init(path: path), cause: "\(error)")
    }
  }
}
