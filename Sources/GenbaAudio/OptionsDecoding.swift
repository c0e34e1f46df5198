extension KeyedDecodingContainer {
  /// Replaces `value` by what stands under the key. Where there is nothing, or null, it stays as it is: options keep their
  /// defaults.
  func read<Value: Decodable>(_ key: Key, to value: inout Value) throws {
    value = try decodeIfPresent(Value.self, forKey: key) ?? value
  }

  /// The same for an option that may have no value: null takes it away.
  func read<Value: Decodable>(_ key: Key, toOptional value: inout Value?) throws {
    if contains(key) { value = try decodeIfPresent(Value.self, forKey: key) }
  }
}
