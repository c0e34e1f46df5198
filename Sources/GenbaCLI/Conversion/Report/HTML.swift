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

  /// `3.2 h`, `12 min`, `8.1 s`
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(TensorTable.figure(seconds)) s"
    case ..<7200: "\(TensorTable.figure(seconds / 60)) min"
    default: "\(TensorTable.figure(seconds / 3600)) h"
    }
  }

  /// `12.3 MB`
  static func bytes(_ count: Int) -> String {
    var (value, unit) = (Double(count), 0)
    let units = ["B", "kB", "MB", "GB", "TB", "PB"]
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\(TensorTable.figure(value)) \(units[unit])"
  }
}
