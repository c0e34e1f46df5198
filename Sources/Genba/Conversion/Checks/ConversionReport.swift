public import GenbaCore
internal import GenbaStorage

/// What a conversion gave, in figures: for a page that a person reads.
///
/// In memory are counts, and a few samples and failures of each kind, however large the output is.
public struct ConversionReport: Sendable {
  /// How often each of some values came.
  public struct Histogram: Sendable, Equatable {
    /// In ascending order.
    public fileprivate(set) var bins: [(label: String, count: Int)] = []

    public static func == (left: Histogram, right: Histogram) -> Bool {
      left.bins.map(\.label) == right.bins.map(\.label) && left.bins.map(\.count) == right.bins.map(\.count)
    }
  }

  /// A sample to show.
  public struct Thumbnail: Sendable {
    public var key: String
    /// Its recordings.
    public var paths: [String]
    fileprivate var row: SampleRow
    fileprivate var output: ConversionOutput

    /// Read when they are asked for: a page of large samples holds one at a time.
    ///
    /// - Throws: `.truncated`, `.cannotOpen` where the shard is not what it was.
    public var tensors: TensorBundle { get throws(GenbaError) { try output.tensors(of: row) } }
  }

  /// An input that took long.
  public struct SlowInput: Sendable, Equatable {
    public var key: String
    /// The first of its recordings.
    public var path: String
    public var seconds: Double
  }

  /// A failure and its sample.
  public struct Failure: Sendable, Equatable {
    public var key: String
    public var failure: SampleFailure
  }

  public private(set) var path: String
  public private(set) var recipe: JSON
  public private(set) var inputs = 0
  public private(set) var shards = 0
  public private(set) var shardsDone = 0
  public private(set) var samples = 0
  public private(set) var partial = 0
  public private(set) var failedSamples = 0
  public private(set) var mediaSeconds = 0.0
  public private(set) var inputBytes = 0
  public private(set) var outputBytes = 0
  /// Failures by class.
  public private(set) var failureCounts: [SampleFailure.Class: Int] = [:]
  /// The first failures of each class.
  public private(set) var failures: [Failure] = []
  public private(set) var slowest: [SlowInput] = []
  public private(set) var thumbnails: [Thumbnail] = []
  /// Seconds of the samples, resolutions, frame rates, sample rates, loudness, bytes of a sample.
  public private(set) var histograms: [(title: String, histogram: Histogram)] = []

  /// Failures of one class that are listed.
  private static let listedFailures = 100
  private static let slowestCount = 20

  /// Goes through an output.
  ///
  /// - Parameter thumbnailCount: How many samples are shown, evenly spread over the output.
  public init(_ output: ConversionOutput, thumbnailCount: Int = 24) throws(GenbaError) {
    path = output.path
    recipe = output.plan.recipeJSON
    inputs = output.plan.inputCount
    shards = output.plan.shardCount
    var total = 0
    for shard in 0..<shards {
      guard let sidecar = try ShardSidecar.read(output.folder, shard: shard) else { continue }
      shardsDone += 1
      // A sidecar that was changed may claim any number.
      samples &+= sidecar.samples
      partial &+= sidecar.partial
      failedSamples &+= sidecar.failed
      mediaSeconds += sidecar.mediaSeconds
      inputBytes &+= sidecar.inputBytes
      outputBytes &+= sidecar.files.reduce(0) { $0 &+ $1.bytes }
      total += sidecar.samples
      addTimes(output, shard)
    }
    slowest = Array(slowest.sorted { ($1.seconds, $0.key) < ($0.seconds, $1.key) }.prefix(Self.slowestCount))
    var tallies = Tallies()
    var place = 0
    var chosen: [SampleRow] = []
    try output.forEachRow { row in
      for failure in row.failures {
        failureCounts[failure.failureClass, default: 0] += 1
        if failureCounts[failure.failureClass, default: 0] <= Self.listedFailures {
          failures.append(Failure(key: row.key, failure: failure))
        }
      }
      guard row.shard != nil else { return }
      tallies.add(row)
      if chosen.count < thumbnailCount, chosen.count * total <= place * thumbnailCount { chosen.append(row) }
      place += 1
    }
    histograms = tallies.histograms
    thumbnails = chosen.map { Thumbnail(key: $0.key, paths: $0.media.flatMap(\.paths), row: $0, output: output) }
  }

  private mutating func addTimes(_ output: ConversionOutput, _ shard: Int) {
    ShardTimes.forEach(in: output.folder.times(shard)) { key, path, seconds in
      slowest.append(SlowInput(key: key, path: path, seconds: seconds))
    }
    if slowest.count > 1000 { slowest = Array(slowest.sorted { $0.seconds > $1.seconds }.prefix(Self.slowestCount)) }
  }
}

/// Counts of values while rows go by.
private struct Tallies {
  private var resolutions: [String: (area: Int, count: Int)] = [:]
  private var frameRates: [Int: Int] = [:]
  private var sampleRates: [Int: Int] = [:]
  private var loudness: [Int: Int] = [:]
  private var seconds: [Int: Int] = [:]
  private var bytes: [Int: Int] = [:]

  /// Resolutions that are told apart; a data set of crops has as many as it has samples.
  private static let mostResolutions = 5000

  mutating func add(_ row: SampleRow) {
    if let width = row.facts.width, let height = row.facts.height {
      let label = "\(width) × \(height)"
      if resolutions[label] != nil || resolutions.count < Self.mostResolutions {
        resolutions[label, default: (width * height, 0)].count += 1
      }
    }
    if let fps = row.facts.fps { frameRates[Int((fps * 100).rounded()), default: 0] += 1 }
    if let rate = row.facts.sampleRate { sampleRates[rate, default: 0] += 1 }
    if let lufs = row.facts.loudness { loudness[Int((lufs / 3).rounded(.down)), default: 0] += 1 }
    if row.facts.mediaSeconds > 0 { seconds[Self.octave(row.facts.mediaSeconds), default: 0] += 1 }
    bytes[Self.octave(Double(row.bytes)), default: 0] += 1
  }

  /// The power of two at or below.
  private static func octave(_ value: Double) -> Int { Int(value.exponent) }

  var histograms: [(title: String, histogram: ConversionReport.Histogram)] {
    let sizes = resolutions.sorted { ($0.value.area, $0.key) < ($1.value.area, $1.key) }
    let common = Set(sizes.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(24).map(\.key))
    var areas = sizes.filter { common.contains($0.key) }.map { (label: $0.key, count: $0.value.count) }
    let others = sizes.filter { !common.contains($0.key) }.reduce(0) { $0 + $1.value.count }
    if others > 0 { areas.append((label: "others", count: others)) }
    let all: [(String, [(label: String, count: Int)])] = [
      ("Seconds of a sample", bins(seconds, filling: true) { "\(power($0)) … \(power($0 + 1)) s" }),
      ("Resolution", areas),
      ("Frames per second", bins(frameRates) { "\(Double($0) / 100)" }),
      ("Sample rate", bins(sampleRates) { "\($0) Hz" }),
      ("Loudness", bins(loudness, filling: true) { "\(3 * $0) … \(3 * $0 + 3) LUFS" }),
      ("Bytes of a sample", bins(bytes, filling: true) { "\(size($0)) … \(size($0 + 1))" }),
    ]
    return all.filter { !$0.1.isEmpty }.map { (title: $0.0, histogram: .init(bins: $0.1)) }
  }

  /// Bins in order; with those between that have none.
  private func bins(
    _ counts: [Int: Int], filling: Bool = false, label: (Int) -> String
  ) -> [(label: String, count: Int)] {
    guard let low = counts.keys.min(), let high = counts.keys.max() else { return [] }
    let keys = filling && high - low < 64 ? Array(low...high) : counts.keys.sorted()
    return keys.map { (label: label($0), count: counts[$0] ?? 0) }
  }

  private func power(_ exponent: Int) -> String {
    exponent >= 0 ? "\(1 << min(exponent, 40))" : "1/\(1 << min(-exponent, 40))"
  }

  private func size(_ exponent: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    let unit = min(max(exponent, 0) / 10, units.count - 1)
    return "\(1 << max(exponent - 10 * unit, 0)) \(units[unit])"
  }
}
