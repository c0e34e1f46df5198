internal import Glibc

/// Round numbers along an axis.
package struct Ticks: Sendable {
  package struct Tick: Sendable, Hashable {
    package var value: Double
    package var label: String
  }

  package var ticks: [Tick]

  /// Numbers of the form 1, 2 or 5 · 10^n.
  ///
  /// - Parameters:
  ///   - range: The axis's ends; must be finite and not equal.
  ///   - limit: The most ticks that there is room for.
  package static func numbers(in range: ClosedRange<Double>, atMost limit: Int) -> Ticks {
    let least = (range.upperBound - range.lowerBound) / Double(max(limit - 1, 1))
    let magnitude = pow(10, log10(least).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= least * 0.999 } ?? least
    let decimals = max(0, Int(-log10(step * 1.001).rounded(.down)))
    return multiples(of: step, in: range) { number($0, decimals: decimals) }
  }

  /// Seconds as numbers, below a tenth of a second as thousandths, and from two minutes on as minutes and hours: `1:30`,
  /// `2:00:00`.
  package static func seconds(in range: ClosedRange<Double>, atMost limit: Int) -> Ticks {
    if usesMilliseconds(range) {
      let thousandths = numbers(in: range.lowerBound * 1000...range.upperBound * 1000, atMost: limit)
      return Ticks(ticks: thousandths.ticks.map { Tick(value: $0.value / 1000, label: $0.label) })
    }
    guard usesClock(range) else { return numbers(in: range, atMost: limit) }
    let least = (range.upperBound - range.lowerBound) / Double(max(limit - 1, 1))
    let steps: [Double] = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]
    return multiples(of: steps.first { $0 >= least } ?? least, in: range, label: clock)
  }

  private static func usesClock(_ range: ClosedRange<Double>) -> Bool { range.upperBound > 120 }

  /// What an axis of these seconds is called.
  package static func timeTitle(_ range: ClosedRange<Double>) -> String {
    usesClock(range) ? "time (min:s)" : usesMilliseconds(range) ? "time (ms)" : "time (s)"
  }

  private static func usesMilliseconds(_ range: ClosedRange<Double>) -> Bool {
    range.upperBound < 0.1 && range.lowerBound >= 0
  }

  private static func multiples(
    of step: Double, in range: ClosedRange<Double>, label: (Double) -> String
  ) -> Ticks {
    // A tick at the very end of the axis must not be lost to rounding.
    let slack = step * 1e-6
    var ticks: [Tick] = []
    var index = ((range.lowerBound - slack) / step).rounded(.up)
    while index * step <= range.upperBound + slack {
      let value = index * step
      ticks.append(Tick(value: value, label: label(value)))
      index += 1
    }
    return Ticks(ticks: ticks)
  }

  /// `value` with that many decimals, and a true minus sign.
  package static func number(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    guard abs(value) < 1e6 || value != value.rounded() else { return "\(value)".replacingMinus }
    let scale = pow(10, Double(decimals))
    let scaled = Int((abs(value) * scale).rounded())
    var digits = String(scaled)
    if decimals > 0 {
      digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    }
    return value < 0 && scaled != 0 ? "−\(digits)" : digits
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(twoDigits(rest))" : "\(minutes):\(twoDigits(rest))"
  }
}

extension String {
  fileprivate var replacingMinus: String { hasPrefix("-") ? "−" + dropFirst() : self }
}
