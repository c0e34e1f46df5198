internal import FoundationEssentials
internal import GenbaCore

/// Options of a feature as JSON with its reference's names.
struct FeatureOptions {
  /// What errors call the feature.
  var feature: String

  /// The options of a JSON object; `nil` for all of `standard`'s.
  ///
  /// - Throws: `.invalidConfiguration` for JSON that is none, a name that is unknown, and a value of another type.
  func read<Options: Codable>(_ json: String?, or standard: Options) throws(GenbaError) -> Options {
    guard let json else { return standard }
    do {
      let known = try names(of: standard)
      if let unknown = try JSONDecoder().decode([String: Anything].self, from: Data(json.utf8)).keys.sorted()
        .first(where: { !known.contains($0) })
      {
        throw GenbaError(
          .invalidConfiguration,
          "\(feature) has no option \"\(unknown)\"; there are: \(known.sorted().joined(separator: ", "))")
      }
      return try JSONDecoder().decode(Options.self, from: Data(json.utf8))
    } catch let error as GenbaError {
      throw error
    } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
      throw GenbaError(.invalidConfiguration, context.debugDescription)
    } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw GenbaError(.invalidConfiguration, "the option \(key) is of another type: \(context.debugDescription)")
    } catch {
      throw GenbaError(
        .invalidConfiguration, "--options is a JSON object such as {\"n_fft\": 512}, and this cannot be read: \(json)")
    }
  }

  /// The options' names: those that are written, and those that are not where they have no value.
  private func names(of options: some Encodable) throws -> Set<String> {
    let written = try JSONDecoder().decode([String: Anything].self, from: JSONEncoder().encode(options))
    let unwritten = [("n_fft", "win_length"), ("f_min", "f_max"), ("n_chroma", "tuning"), ("time_constant", "b")]
      .filter { written.keys.contains($0.0) }.map(\.1)
    return Set(written.keys).union(unwritten)
  }
}

/// A value of which only that it is there counts.
private struct Anything: Decodable {
  init(from decoder: any Decoder) throws {}
}
