/// The parts of a line that says how far something is.
enum ProgressBar {
  /// `[#######.............]  35 %`
  static func bar(done: Int, total: Int) -> String {
    let width = 20
    let filled = total == 0 ? width : done * width / total
    let bar = "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
    let percent = String(total == 0 ? 100 : done * 100 / total)
    return bar + String(repeating: " ", count: 4 - percent.count) + percent + " %"
  }

  /// `12 s`, `3 min 5 s`, `2 h 7 min`
  static func time(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    return switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    default: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}
