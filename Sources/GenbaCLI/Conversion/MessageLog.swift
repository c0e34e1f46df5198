import ArgumentParser
import Genba
import Synchronization

/// How messages are written.
enum MessageFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

/// What a conversion tells the user on stderr, in words or as JSON lines.
struct MessageLog {
  let format: MessageFormat

  /// From here on everything that the program says is in this format, what ends it included.
  init(format: MessageFormat) {
    self.format = format
    StandardError.isJSON.store(format == .json, ordering: .relaxed)
  }

  func message(_ text: String) { StandardError.report(text, level: "info") }

  func failure(key: String, _ failure: SampleFailure) {
    switch format {
    case .text: StandardError.report("\(failure) [\(failure.failureClass.rawValue)]")
    case .json:
      var members: [JSON.Member] = [.init("level", .string("error")), .init("key", .string(key))]
      members.append(.init("class", .string(failure.failureClass.rawValue)))
      if let path = failure.path { members.append(.init("path", .string(path))) }
      members.append(.init("message", .string("\(failure)")))
      StandardError.write(JSON.object(members).text + "\n")
    }
  }

  /// `3 converted to out; 1 failed (decode 1), see out/errors.jsonl; 1 passed over`
  ///
  /// - Parameter untouched: Inputs that a retry leaves to the conversion that never came to them.
  func summary(_ outcome: ConversionProgress, output: String, passedOver: Int, untouched: Int = 0) {
    var parts = ["\(outcome.samples) converted to \(output)"]
    if outcome.kept > 0 { parts.append("\(HTML.count(outcome.kept, "sample")) of the same shards kept") }
    if outcome.resumed > 0 {
      let failures =
        outcome.resumedFailures == 0
        ? ""
        : ", with \(HTML.count(outcome.resumedFailures, "failure")) that `genba retry \(output)` tries again"
      parts.append("\(HTML.count(outcome.resumed, "input")) done before\(failures)")
    }
    if outcome.failedInputs > 0 {
      let classes = SampleFailure.Class.allCases.compactMap { name in
        outcome.failures[name].map { "\(name.rawValue) \($0)" }
      }
      parts.append("\(outcome.failedInputs) failed (\(classes.joined(separator: ", "))), see \(output)/errors.jsonl")
    }
    if outcome.partial > 0 { parts.append("\(outcome.partial) are partial") }
    if untouched > 0 {
      parts.append("\(HTML.count(untouched, "input")) not converted yet; run that conversion again")
    }
    if passedOver > 0 { parts.append("\(passedOver) passed over") }
    message(parts.joined(separator: "; "))
  }
}
