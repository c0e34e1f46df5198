/// Throws `.invalidConfiguration` unless `isValid`: how options are checked before work begins.
///
/// - Parameter message: What the value is and what it must be; made only where it is needed.
package func require(_ isValid: Bool, _ message: @autoclosure () -> String) throws(GenbaError) {
  if !isValid { throw GenbaError(.invalidConfiguration, message()) }
}

/// Throws `.invalidConfiguration` unless `value` lies in `range`, naming the option as its user wrote it.
package func require(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(GenbaError) {
  try require(range.contains(value), "\(name) is \(value); it must be \(range.lowerBound) … \(range.upperBound)")
}
