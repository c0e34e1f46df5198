import GenbaCore
import Testing

@Suite struct TensorBundleTests {
  @Test func keepsTheOrderInWhichNamesCame() {
    var bundle = TensorBundle()
    bundle.set("pixel_values", to: Tensor<Float>([1, 2]))
    bundle.set("image_grid_thw", to: Tensor<Int64>([1, 2, 3]))
    bundle.set("pixel_values", to: Tensor<Float>([5]))
    #expect(bundle.names == ["pixel_values", "image_grid_thw"])
    #expect(bundle.map(\.name) == bundle.names)
    #expect(bundle.tensor("pixel_values", as: Float.self) == Tensor<Float>([5]))
    #expect(bundle.tensor("pixel_values", as: Int64.self) == nil)
    bundle["pixel_values"] = nil
    #expect(bundle.names == ["image_grid_thw"])
    #expect(bundle["pixel_values"] == nil)
  }

  @Test func mergingPrefersTheNew() {
    var left = TensorBundle()
    left.set("a", to: Tensor<UInt8>([1]))
    left.metadata = ["rate": "16000", "kept": "yes"]
    var right = TensorBundle()
    right.set("a", to: Tensor<UInt8>([2]))
    right.set("b", to: Tensor<UInt8>([3]))
    right.metadata = ["rate": "48000"]
    left.merge(right)
    #expect(left.names == ["a", "b"])
    #expect(left.tensor("a", as: UInt8.self) == Tensor<UInt8>([2]))
    #expect(left.metadata == ["rate": "48000", "kept": "yes"])
  }
}
