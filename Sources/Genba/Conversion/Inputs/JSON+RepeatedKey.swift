internal import GenbaStorage

extension [JSON.Member] {
  /// The first key that is there a second time: which of the two is meant, nobody can tell.
  var firstRepeatedKey: String? {
    for index in indices.dropFirst() where self[..<index].contains(where: { $0.key == self[index].key }) {
      return self[index].key
    }
    return nil
  }
}
