import Testing

@testable import GenbaCore

/// Blocks of 100 to 200 bytes stand for those of 32 to 64 MB.
@Suite struct SpareMemoryTests {
  @Test func theNextTensorGetsTheMemoryOfTheLast() {
    let memory = SpareMemory(lengths: 100...200)
    let first = memory.allocate(180)!
    memory.release(first)
    let next = memory.allocate(120)!
    #expect(unsafe next.start == first.start)
    #expect(next.length == 180, "it stays as long as it is")
    let other = memory.allocate(120)!
    #expect(unsafe other.start != first.start, "nobody else gets it meanwhile")
    memory.release(next)
    memory.release(other)
  }

  @Test func longerBlocksThanTheSpareOneAreNew() {
    let memory = SpareMemory(lengths: 100...200)
    memory.release(memory.allocate(110)!)
    let longer = memory.allocate(200)!
    #expect(longer.length == 200)
    memory.release(longer)
  }

  /// AddressSanitizer's leak check sees what is not freed here.
  @Test func otherSizesAreNotKept() {
    let memory = SpareMemory(lengths: 100...200)
    for length in [1, 99, 201, 1000] {
      let block = memory.allocate(length)!
      #expect(block.length == length)
      memory.release(block)
    }
    let kept = memory.allocate(150)!
    #expect(kept.length == 150, "none of the others was kept")
    memory.release(kept)
    let small = memory.allocate(99)!
    #expect(small.length == 99, "a small tensor leaves the spare block alone")
    memory.release(small)
  }
}
