import Genba

/// A conversion's report as one HTML page that refers to nothing outside of itself.
struct ReportPage {
  private let report: ConversionReport

  init(_ report: ConversionReport) { self.report = report }

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(HTML.escaped(report.path)) · genba report</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <header>
    <h1>\(HTML.escaped(report.path))</h1>
    <p>\(summary)</p>
    </header>
    \(tiles)
    \(histograms)
    \(pictures)
    \(failures)
    \(slowest)
    <section><h2>Recipe</h2><pre>\(HTML.escaped(indented(report.recipe)))</pre></section>
    <footer>genba \(GenbaVersion.current)</footer>
    </body>
    </html>

    """
  }

  private var summary: String {
    var text = "\(HTML.count(report.inputs, "input")) in \(HTML.count(report.shards, "shard"))"
    if report.shardsDone < report.shards { text += ", of which \(report.shards - report.shardsDone) are not done yet" }
    return text + "."
  }

  private var tiles: String {
    let failed = report.failedSamples
    let figures: [(String, String, String)] = [
      ("samples", "\(report.samples)", ""),
      ("partial", "\(report.partial)", report.partial > 0 ? "warn" : ""),
      ("failed", "\(failed)", failed > 0 ? "bad" : ""),
      ("sound and video", HTML.duration(report.mediaSeconds), ""),
      ("read", HTML.bytes(report.inputBytes), ""),
      ("written", HTML.bytes(report.outputBytes), ""),
    ]
    let items = figures.map { name, value, kind in
      "<div class=\"tile \(kind)\"><b>\(value)</b><span>\(name)</span></div>"
    }
    return "<section class=\"tiles\">\(items.joined())</section>"
  }

  private var histograms: String {
    guard !report.histograms.isEmpty else { return "" }
    let charts = report.histograms.map { title, histogram in
      "<figure><figcaption>\(title)</figcaption>\(HTML.bars(histogram.bins))</figure>"
    }
    return "<section><h2>What is in it</h2><div class=\"charts\">\(charts.joined())</div></section>"
  }

  private var pictures: String {
    let cards = report.thumbnails.compactMap { ReportThumbnail($0)?.html }
    guard !cards.isEmpty else { return "" }
    return "<section><h2>Samples</h2><div class=\"cards\">\(cards.joined(separator: "\n"))</div></section>"
  }

  private var failures: String {
    guard !report.failures.isEmpty else { return "<section><h2>Failures</h2><p>None.</p></section>" }
    let counts = SampleFailure.Class.allCases.compactMap { name -> String? in
      report.failureCounts[name].map { "<tr><td>\(name.rawValue)</td><td class=\"n\">\($0)</td></tr>" }
    }
    let rows = report.failures.map { entry in
      let place = entry.failure.seconds.map { " at \(HTML.figure($0)) s" } ?? ""
      let cause = entry.failure.cause.map { "<br><small>\(HTML.escaped($0))</small>" } ?? ""
      return """
        <tr><td>\(entry.failure.failureClass.rawValue)</td><td class="key">\(HTML.escaped(entry.key))</td>\
        <td class="path">\(HTML.escaped(entry.failure.path ?? ""))\(place)</td>\
        <td>\(HTML.escaped(entry.failure.message))\(cause)</td></tr>
        """
    }
    let total = report.failureCounts.values.reduce(0, +)
    let note = total > rows.count ? "<p>The first \(rows.count) of \(total); all are in errors.jsonl.</p>" : ""
    return """
      <section><h2>Failures</h2>
      <table class="counts"><tr><th>class</th><th>inputs</th></tr>\(counts.joined())</table>
      <table><tr><th>class</th><th>sample</th><th>file</th><th>what is wrong</th></tr>
      \(rows.joined(separator: "\n"))
      </table>\(note)</section>
      """
  }

  private var slowest: String {
    guard !report.slowest.isEmpty else { return "" }
    let rows = report.slowest.map {
      """
      <tr><td class="key">\(HTML.escaped($0.key))</td><td class="path">\(HTML.escaped($0.path))</td>\
      <td class="n">\(HTML.figure($0.seconds * 1000)) ms</td></tr>
      """
    }
    return """
      <section><h2>The slowest \(rows.count)</h2>
      <table class="counts"><tr><th>sample</th><th>file</th><th>time</th></tr>\(rows.joined())</table></section>
      """
  }

  /// The recipe on several lines.
  private func indented(_ json: JSON) -> String {
    let lines = json.members.map { "  \(JSON.string($0.key).text): \($0.value.text)" }
    return "{\n\(lines.joined(separator: ",\n"))\n}"
  }

  private static let style = """
    :root { color-scheme: light dark; --line: #8884; --bar: #2a78d0; --bad: #c8322b; --warn: #b07a00; }
    body { font: 15px/1.45 system-ui, sans-serif; max-width: 1180px; margin: 0 auto; padding: 24px; }
    h1 { font-size: 22px; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 17px; margin: 32px 0 12px; }
    header p, footer, small { color: #888; } footer { margin-top: 40px; }
    .tiles { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 20px; }
    .tile { border: 1px solid var(--line); border-radius: 8px; padding: 12px 18px; min-width: 110px; }
    .tile b { display: block; font-size: 22px; } .tile span { color: #888; }
    .tile.bad b { color: var(--bad); } .tile.warn b { color: var(--warn); }
    .charts, .cards { display: grid; gap: 16px; }
    .charts { grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); }
    .cards { grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); }
    figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow: hidden; }
    figcaption { font-weight: 600; margin-bottom: 8px; overflow-wrap: anywhere; }
    figure img { width: 100%; height: 150px; object-fit: contain; background: #8881; } figure small { overflow-wrap: anywhere; }
    .bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: 3px 8px; font-size: 13px; }
    .bars i { background: var(--bar); border-radius: 2px; height: 13px; align-self: center; min-width: 1px; }
    .bars span { text-align: right; font-variant-numeric: tabular-nums; }
    table { border-collapse: collapse; width: 100%; margin-bottom: 16px; } table.counts { width: auto; }
    th, td { text-align: left; vertical-align: top; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); }
    td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td { overflow-wrap: anywhere; }
    td.key { min-width: 6.5em; }
    td:first-child { overflow-wrap: normal; }
    pre { border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; font-size: 13px; }
    @media (max-width: 600px) {
      body { padding: 14px; font-size: 14px; } .cards { grid-template-columns: 1fr 1fr; gap: 8px; }
      .tiles { gap: 8px; } .tile { padding: 8px 12px; min-width: 84px; } .tile b { font-size: 18px; }
      .cards figure { padding: 8px; } .cards img { height: 110px; } th, td { padding-right: 8px; }
    }
    """
}
