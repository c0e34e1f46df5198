/// Pieces of a page.
enum HTML {
  /// Text that a browser shows as it is.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
    return text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
  }

  /// Horizontal bars with labels and counts.
  static func bars(_ bins: [(label: String, count: Int)]) -> String {
    let largest = max(bins.map(\.count).max() ?? 1, 1)
    let rows = bins.map { label, count in
      let width = Double(1000 * count / largest) / 10
      return "<span>\(escaped(label))</span><i style=\"width:\(width)%\"></i><span>\(count)</span>"
    }
    return "<div class=\"bars\">\(rows.joined())</div>"
  }

  /// Three digits, as many as a reader takes in at a glance: `8.12`, `15.1`, `230`.
  static func figure(_ value: Double) -> String {
    let power = value < 10 ? 100 : value < 100 ? 10 : 1
    let whole = Int((value * Double(power)).rounded())
    guard power > 1, whole % power != 0 else { return "\(whole / power)" }
    let decimals = String(whole % power + power).dropFirst()
    return "\(whole / power).\(decimals)"
  }

  /// `3.2 h`, `12 min`, `8.1 s`
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(figure(seconds)) s"
    case ..<7200: "\(figure(seconds / 60)) min"
    default: "\(figure(seconds / 3600)) h"
    }
  }

  /// `1 shard`, `2 shards`
  static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// `12.3 MB`
  static func bytes(_ count: Int) -> String {
    var (value, unit) = (Double(count), 0)
    let units = ["B", "kB", "MB", "GB", "TB", "PB"]
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\(figure(value)) \(units[unit])"
  }
}
