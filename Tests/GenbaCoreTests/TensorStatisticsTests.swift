import GenbaCore
import Testing

@Suite struct TensorStatisticsTests {
  @Test func anArithmeticSeries() {
    let statistics = TensorStatistics(AnyTensor(Tensor((1...1001).map(Float.init), shape: [7, 143])))
    #expect(statistics.count == 1001 && statistics.finiteCount == 1001 && statistics.nanCount == 0)
    #expect(statistics.minimum == 1 && statistics.maximum == 1001 && statistics.mean == 501)
  }

  @Test func theSumIsKeptInDoublePrecision() {
    // In float32 the sum stops growing at 2^24.
    let ones = TensorStatistics(AnyTensor(Tensor<Float>(repeating: 1, shape: [20_000_000])))
    #expect(ones.mean == 1)
  }

  @Test func nanAndInfinityAreLeftOut() {
    let statistics = TensorStatistics(AnyTensor(Tensor<Double>([.nan, 2, .infinity, -4, -.infinity, .nan])))
    #expect(statistics.count == 6 && statistics.finiteCount == 2 && statistics.nanCount == 2)
    #expect(statistics.minimum == -4 && statistics.maximum == 2 && statistics.mean == -1)
  }

  @Test func withoutANumberThereAreNoFigures() {
    let empty = TensorStatistics(AnyTensor(Tensor<Float>(shape: [0, 3]) { _ in }))
    #expect(empty.count == 0 && empty.minimum == nil && empty.maximum == nil && empty.mean == nil)
    #expect(TensorStatistics(AnyTensor(Tensor<Float>([.nan]))).mean == nil)
  }

  @Test func everyElementType() {
    let tensors = [
      AnyTensor(Tensor<Double>([0, 0, 0, 1])), AnyTensor(Tensor<Float>([0, 0, 0, 1])),
      AnyTensor(Tensor<Float16>([0, 0, 0, 1])), AnyTensor(Tensor([0, 0, 0, 1].map { BFloat16($0) })),
      AnyTensor(Tensor<Int64>([0, 0, 0, 1])), AnyTensor(Tensor<Int32>([0, 0, 0, 1])),
      AnyTensor(Tensor<Int16>([0, 0, 0, 1])), AnyTensor(Tensor<Int8>([0, 0, 0, 1])),
      AnyTensor(Tensor<UInt64>([0, 0, 0, 1])), AnyTensor(Tensor<UInt32>([0, 0, 0, 1])),
      AnyTensor(Tensor<UInt16>([0, 0, 0, 1])), AnyTensor(Tensor<UInt8>([0, 0, 0, 1])),
      AnyTensor(Tensor([false, false, false, true])),
    ]
    #expect(Set(tensors.map(\.dtype)) == Set(DType.allCases))
    for tensor in tensors {
      let statistics = TensorStatistics(tensor)
      #expect(statistics.count == 4 && statistics.mean == 0.25, "\(tensor)")
      #expect(statistics.minimum == 0 && statistics.maximum == 1, "\(tensor)")
    }
  }
}
