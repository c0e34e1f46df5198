internal import GenbaCore

extension Tensor<Int32> {
  /// [counts, length]: in each row as many ones as its count, then zeros.
  static func paddingMask(_ counts: [Int], length: Int) -> Tensor<Int32> {
    Tensor(shape: [counts.count, length]) { output in
      for count in counts {
        output.append(repeating: 1, count: count)
        output.append(repeating: 0, count: length - count)
      }
    }
  }
}

extension Tensor<Bool> {
  /// [counts, length]: in each row as many trues as its count, then falses.
  static func paddingMask(_ counts: [Int], length: Int) -> Tensor<Bool> {
    Tensor(shape: [counts.count, length]) { output in
      for count in counts {
        output.append(repeating: true, count: count)
        output.append(repeating: false, count: length - count)
      }
    }
  }
}
