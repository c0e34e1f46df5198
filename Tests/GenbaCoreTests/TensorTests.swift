import GenbaCore
import Testing

@Suite struct TensorTests {
  @Test func rowMajorOrder() {
    let tensor = Tensor(Array(0..<24).map(Int32.init), shape: [2, 3, 4])
    #expect(tensor[1, 2, 3] == 23)
    #expect(tensor[1, 0, 2] == 14)
    #expect(tensor.rank == 3 && tensor.count == 24)
  }

  @Test(arguments: [0, 1, 63, 64, 100_000, 5 << 20])
  func memoryIsAligned(byteCount: Int) {
    let tensor = Tensor<UInt8>(repeating: 7, shape: [byteCount])
    let address = unsafe tensor.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    #expect(address % 64 == 0)
    if byteCount > 4 << 20 { #expect(address % (2 << 20) == 0, "large tensors start on a huge page") }
  }

  @Test func copiesShareMemoryUntilOneIsWritten() {
    let original = Tensor<Float>(repeating: 1, shape: [4])
    var copy = original
    #expect(address(of: copy) == address(of: original))
    copy[2] = 9
    #expect(address(of: copy) != address(of: original))
    #expect(Array(original) == [1, 1, 1, 1])
    #expect(Array(copy) == [1, 1, 9, 1])
    let before = address(of: copy)
    copy[3] = 8
    #expect(address(of: copy) == before, "memory that nobody shares is written in place")
  }

  @Test func everyElementIsWrittenOnce() {
    var writes = 0
    let tensor = Tensor<Int64>(shape: [3, 5]) { output in
      #expect(output.capacity == 15)
      while !output.isFull {
        output.append(Int64(writes))
        writes += 1
      }
    }
    #expect(writes == 15)
    #expect(Array(tensor) == (0..<15).map(Int64.init))
  }

  @Test func spentMemoryIsReused() {
    var tensor: Tensor<Float>? = Tensor(repeating: 1, shape: [1000])
    let before = address(of: tensor!)
    var spent = tensor.take()
    tensor = Tensor(shape: [10, 100], reusing: &spent) { $0.append(repeating: 2, count: 1000) }
    #expect(address(of: tensor!) == before)

    let shared = tensor!
    spent = tensor.take()
    tensor = Tensor(shape: [1000], reusing: &spent) { $0.append(repeating: 3, count: 1000) }
    #expect(address(of: tensor!) != before, "memory that another tensor shares is left alone")
    #expect(shared[0, 0] == 2)
  }

  @Test func aFailingInitializerThrowsItsError() {
    #expect(throws: GenbaError(.cancelled, "stop")) {
      _ = try Tensor<Float>(shape: [2]) { (output) throws(GenbaError) in
        output.append(1)
        throw GenbaError(.cancelled, "stop")
      }
    }
  }

  @Test func anIncompleteInitializerTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>(shape: [2]) { $0.append(1) }
    }
  }

  @Test func reshapingSharesMemory() {
    let tensor = Tensor(Array(0..<6).map(Float.init), shape: [2, 3])
    let reshaped = tensor.reshaped(to: [3, 2])
    #expect(address(of: reshaped) == address(of: tensor))
    #expect(reshaped[2, 0] == 4)
  }

  @Test func emptyAndScalarTensors() {
    #expect(Tensor<Float>(shape: [0, 3]) { _ in }.count == 0)
    let scalar = Tensor<Double>(repeating: 2.5, shape: [])
    #expect(scalar.count == 1 && scalar[] == 2.5)
  }

  @Test func equalityComparesShapeAndElements() {
    let tensor = Tensor<Float>([1, 2, 3, 4], shape: [2, 2])
    #expect(tensor == Tensor<Float>([1, 2, 3, 4], shape: [2, 2]))
    #expect(tensor != tensor.reshaped(to: [4]))
    #expect(tensor != Tensor<Float>([1, 2, 3, 5], shape: [2, 2]))
    #expect(Tensor<Float>([.nan]) != Tensor<Float>([.nan]))
  }

  private func address(of tensor: Tensor<Float>) -> UInt {
    unsafe tensor.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }
}
