import GenbaCore
import Testing

@testable import Genba

@Suite struct OutputDTypeTests {
  @Test func floatsAreRoundedToTheNearest() throws {
    let values: [Float] = [0, 1, -2.5, 65_504, 65_536, 1e-8, 0.1, .infinity]
    let tensor = AnyTensor(Tensor(values))
    let half = try #require(try OutputDType.float16.cast(tensor).as(Float16.self))
    #expect(Array(half) == values.map { Float16($0) })
    let brain = try #require(try OutputDType.bfloat16.cast(tensor).as(BFloat16.self))
    #expect(Array(brain) == values.map { BFloat16($0) })
    #expect(try OutputDType.float32.cast(AnyTensor(Tensor<Double>([0.1, 3]))) == AnyTensor(Tensor<Float>([0.1, 3])))
  }

  @Test func uint8TakesWhatFits() throws {
    let cast = try OutputDType.uint8.cast(AnyTensor(Tensor<Float>([0, 0.5, 1.5, 254.6, 255])))
    #expect(cast == AnyTensor(Tensor<UInt8>([0, 0, 2, 255, 255])))
    for bad in [-1, 256, Float.nan] {
      let error = #expect(throws: GenbaError.self) { try OutputDType.uint8.cast(AnyTensor(Tensor<Float>([bad]))) }
      #expect(error?.code == .unsupportedFormat)
    }
  }

  @Test func timesStay() throws {
    let times = AnyTensor(Tensor<Double>([3600.04, 3600.08]))
    for name in ["pts_seconds", "duration_seconds"] {
      for dtype in OutputDType.allCases { #expect(try dtype.cast(times, named: name) == times) }
    }
    #expect(try OutputDType.float32.cast(times, named: "log_mel").dtype == .float32)
  }

  @Test func integersStay() throws {
    let ids = AnyTensor(Tensor<Int64>([1, 2]))
    for dtype in OutputDType.allCases { #expect(try dtype.cast(ids) == ids) }
  }
}
