import GenbaCore
import Testing

@Suite struct AnyTensorTests {
  @Test(arguments: DType.allCases)
  func elementTypesAndTagsAgree(dtype: DType) {
    func check<Element: TensorElement>(_: Element.Type) {
      #expect(Element.dtype == dtype)
      #expect(MemoryLayout<Element>.stride == dtype.byteCount)
    }
    check(dtype.elementType)
  }

  @Test func revealsOnlyItsOwnType() {
    let tensor = Tensor<Int32>([1, 2, 3])
    let erased = AnyTensor(tensor)
    #expect(erased.as(Int32.self) == tensor)
    #expect(erased.as(Float.self) == nil, "four bytes too, and still not the same type")
    #expect(erased.description == "int32 [3]")
  }

  @Test func writingToARevealedTensorLeavesTheErasedOneAlone() {
    let erased = AnyTensor(Tensor<Int32>([1, 2, 3]))
    var revealed = erased.as(Int32.self)!
    revealed[0] = 100
    #expect(erased.as(Int32.self)?[0] == 1)
  }

  @Test func foreignBoolBytesAreMadeValid() {
    let tensor = unsafe AnyTensor(dtype: .bool, shape: [4]) { bytes in
      unsafe bytes.copyBytes(from: [0, 1, 2, 255])
    }
    #expect(tensor.as(Bool.self).map { Array($0) } == [false, true, true, true])
  }

  @Test func bytesAreInMachineOrder() {
    let erased = AnyTensor(Tensor<UInt16>([0x0102, 0xFFEE]))
    let bytes = unsafe erased.bytes.withUnsafeBytes { unsafe Array($0) }
    #expect(bytes == [0x02, 0x01, 0xEE, 0xFF])
  }
}

@Suite struct BFloat16Tests {
  // Values and bits as torch.tensor(x, dtype=torch.bfloat16).view(torch.uint16) gives them.
  @Test(arguments: [
    (Float(1), UInt16(0x3F80)), (-2.5, 0xC020), (3.140625, 0x4049), (1.00390625, 0x3F80), (1.01171875, 0x3F82),
    (.infinity, 0x7F80), (3.4028235e38, 0x7F80), (0, 0), (-0.0, 0x8000),
  ])
  func roundsToNearestEven(value: Float, bits: UInt16) {
    #expect(BFloat16(value).bitPattern == bits)
  }

  @Test func notANumberStaysOne() {
    #expect(Float(BFloat16(Float(bitPattern: 0x7F80_0001))).isNaN)
  }

  @Test func everyValueSurvivesTheWayThroughFloat() {
    for bits in UInt16.min ... .max where !Float(BFloat16(bitPattern: bits)).isNaN {
      #expect(BFloat16(Float(BFloat16(bitPattern: bits))).bitPattern == bits)
    }
  }
}
