import FoundationEssentials
import Genba

extension Inspection {
  /// What is known of a file that is neither media nor tensors alone: facts in groups, and tensors of many samples.
  struct Record {
    /// As JSON calls it: `calibration`, `archive`, `table`, `manifest` …
    var kind: String
    /// As text calls it: `calibration, KITTI`.
    var title: String
    var parts: [Part]
    var tensors: TensorTally?
  }
}

extension Inspection.Record {
  /// Looks into a calibration, a tar archive, a Parquet table or a file of a conversion; `nil` for anything else.
  init?(of path: String) throws(GenbaError) {
    if try TarReader.detect(contentsOf: path) {
      self = try Self.archive(path)
    } else if try ParquetMetadata.detect(contentsOf: path) {
      self = Self.table(try ParquetMetadata(contentsOf: path))
    } else if let file = try ConversionFile(contentsOf: path) {
      self = Self.conversion(file)
    } else if let text = try Self.shortText(path), let found = try CalibrationContents(name: path, text: text) {
      self = Self.calibration(found)
    } else {
      return nil
    }
  }

  /// The text of a file that is short enough for a calibration; `nil` for anything else.
  private static func shortText(_ path: String) throws(GenbaError) -> String? {
    guard let size = try FileReading.check(path), size <= 1 << 20 else { return nil }
    return String(validating: try FileReading.bytes(of: path), as: UTF8.self)
  }

  /// Whether a folder is the output of a conversion: no other is looked into.
  static func isConversion(folder: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/plan.jsonl") }

  /// What a conversion's output folder holds, shards that are still to come among it.
  init(ofFolder path: String) throws(GenbaError) {
    let output = try ConversionOutput(path)
    let report = try ConversionReport(output, thumbnailCount: 0)
    var facts: [Inspection.Fact] = [
      .init("inputs", .whole(report.inputs), from: .content),
      .init("shards", .whole(report.shards), from: .content),
      .init("shards_done", .whole(report.shardsDone), from: .content),
      .init("samples", .whole(report.samples), from: .content),
      .init("partial", .whole(report.partial), from: .content),
      .init("failed", .whole(report.failedSamples), from: .content),
      .init("media_seconds", .number(report.mediaSeconds), from: .content),
      .init("input_bytes", .whole(report.inputBytes), from: .content),
      .init("output_bytes", .whole(report.outputBytes), from: .content),
    ]
    for (name, count) in report.failureCounts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      facts.append(.init("failures.\(name.rawValue)", .whole(count), from: .content, isVerbatim: true))
    }
    let recipe = report.recipe.members.flatMap(Self.facts)
    self.init(
      kind: "conversion", title: "output of a conversion",
      parts: [
        .init(type: "conversion", name: "shards and samples", streamIndex: 0, facts: facts),
        .init(type: "recipe", name: "recipe", streamIndex: 0, facts: recipe),
      ])
  }

  private static func conversion(_ file: ConversionFile) -> Inspection.Record {
    let title =
      switch file.kind {
      case .manifest: "manifest of a conversion"
      case .errors: "failures of a conversion"
      case .sidecar: "sidecar of a shard"
      case .plan: "plan of a conversion"
      case .recipe: "recipe of a conversion"
      case .times: "slowest inputs of a shard"
      case .sample: "a sample's facts"
      }
    return .init(
      kind: file.kind.rawValue, title: title,
      parts: [.init(type: file.kind.rawValue, streamIndex: 0, facts: file.facts.members.flatMap(Self.facts))])
  }

  /// A fact for each member; those of an object stand below it, as they are the ones to read.
  private static func facts(_ member: JSON.Member) -> [Inspection.Fact] {
    guard case .object(let inner) = member.value else { return [Inspection.Fact(member)] }
    return inner.map { Inspection.Fact(JSON.Member("\(member.key).\($0.key)", $0.value), isVerbatim: true) }
  }

  private static func table(_ table: ParquetMetadata) -> Inspection.Record {
    var facts: [Inspection.Fact] = [
      .init("rows", .whole(table.rowCount)), .init("row_groups", .whole(table.rowGroupCount)),
    ]
    if let program = table.createdBy { facts.append(.init("created_by", .text(program))) }
    var parts = [Inspection.Part(type: "table", name: "file", streamIndex: 0, facts: [])]
    for (key, value) in table.metadata.sorted(by: { $0.key < $1.key }) {
      // A conversion's table has its recipe within.
      if key == "recipe", let recipe = try? JSON.parse(Array(value.utf8)), !recipe.members.isEmpty {
        parts.append(
          .init(type: "recipe", name: "recipe", streamIndex: 0, facts: recipe.members.flatMap(Self.facts)))
      } else {
        // Arrow's schema, say, is long and not for people.
        let text = value.count > 120 ? "\(value.count) characters" : value.printable
        facts.append(.init(key, .text(value.printable), text: text, isVerbatim: true))
      }
    }
    parts[0].facts = facts
    let columns = table.columns.map { column in
      Inspection.Fact(
        column.name, .text(column.type), text: column.type + (column.isOptional ? ", may be empty" : ""),
        isVerbatim: true)
    }
    parts.insert(.init(type: "columns", name: "columns", streamIndex: 0, facts: columns), at: 1)
    return .init(
      kind: "table", title: "Parquet table, \(table.rowCount) \(table.rowCount == 1 ? "row" : "rows")", parts: parts)
  }

  private static func calibration(_ found: CalibrationContents) -> Inspection.Record {
    var parts = found.cameras.enumerated().map { index, camera in
      Inspection.Part(
        type: "camera", name: camera.name == "camera" ? "camera" : "\(camera.name) camera", streamIndex: index,
        facts: cameraFacts(camera.calibration, found.isOpenCV))
    }
    for (index, pair) in found.pairs.enumerated() {
      parts.append(
        .init(
          type: "pair", name: "pair of \(pair.name)", streamIndex: index,
          facts: pairFacts(pair.calibration, found.isOpenCV)))
    }
    var facts: [Inspection.Fact] = []
    if let missing = found.missing {
      facts.append(.init("missing", .text(missing), text: "\(missing), in the pair's other file", from: .content))
    }
    facts.append(.init("entries", .text(found.entries.joined(separator: " ")), from: .content))
    parts.append(.init(type: "file", name: "file", streamIndex: 0, facts: facts))
    return .init(kind: "calibration", title: "calibration, \(found.form)", parts: parts)
  }

  private static func cameraFacts(_ camera: CameraCalibration, _ isOpenCV: Bool) -> [Inspection.Fact] {
    let pinhole = camera.intrinsics
    var facts: [Inspection.Fact] = []
    if let width = camera.width { facts.append(.init("width", .whole(width), text: "\(width) pixels", from: .content)) }
    if let height = camera.height {
      facts.append(.init("height", .whole(height), text: "\(height) pixels", from: .content))
    }
    for (name, value) in [("fx", pinhole.fx), ("fy", pinhole.fy), ("cx", pinhole.cx), ("cy", pinhole.cy)] {
      facts.append(.init(name, .number(value), text: "\(TensorTable.figure(value)) pixels", from: .content))
    }
    let coefficients = camera.distortion.coefficients
    var model = "radial-tangential"
    if camera.distortion.isNone { model = "none" } else if case .fisheye = camera.distortion { model = "fisheye" }
    // OpenCV's files do not say which of its models they are of.
    let isOpen = isOpenCV && coefficients.count == 4 && model == "radial-tangential"
    facts.append(
      .init(
        "distortion", .text(model), text: isOpen ? "\(model), or fisheye: the file does not tell" : model,
        from: .content))
    if !camera.distortion.isNone {
      facts.append(.init("coefficients", .numbers(coefficients), from: .content))
    }
    return facts
  }

  private static func pairFacts(_ pair: StereoCalibration, _ isOpenCV: Bool) -> [Inspection.Fact] {
    let baseline = pair.translation.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var facts: [Inspection.Fact] = [
      .init(
        "baseline", .number(baseline),
        text: "\(TensorTable.figure(baseline)) m" + (isOpenCV ? ", if it was calibrated in metres" : ""),
        from: .content),
      .init("translation", .numbers(pair.translation), from: .content),
      .init("rectified", .flag(pair.isRectified), from: .content),
    ]
    if !pair.isRectified {
      facts.append(.init("rotation", .numbers(pair.rotation.elements), from: .content))
      facts.append(.init("rectification_in_file", .flag(pair.chosen != nil), from: .content))
    }
    return facts
  }
}

extension Inspection.Fact {
  /// A fact as a file of JSON states it.
  init(_ member: JSON.Member, isVerbatim: Bool = false) {
    let value: Inspection.Value
    switch member.value {
    case .number(let digits):
      // A number beyond any Double stays as it is written.
      let number = member.value.double.flatMap { $0.isFinite ? Inspection.Value.number($0) : nil }
      value = member.value.int.map { .whole($0) } ?? number ?? .text(digits)
    case .string(let text): value = .text(text.printable)
    case .bool(let flag): value = .flag(flag)
    case .array(let elements):
      value = .text(elements.isEmpty ? "none" : elements.map { $0.string?.printable ?? $0.text }.joined(separator: " "))
    case .null, .object: value = .text(member.value.text)
    }
    self.init(member.key, value, from: .content, isVerbatim: isVerbatim)
  }
}
