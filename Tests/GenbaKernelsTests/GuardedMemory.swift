import Glibc

/// Memory between two pages that may not be touched: an access one byte outside it ends the test run.
@safe final class GuardedMemory {
  enum Side: CaseIterable {
    /// The first element stands right behind a forbidden page.
    case start
    /// The last element stands right before one.
    case end
  }

  let floats: UnsafeMutableBufferPointer<Float>
  private let pages: UnsafeMutableRawPointer
  private let byteCount: Int

  init(_ values: [Float], against side: Side) {
    let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    let bytes = values.count * MemoryLayout<Float>.stride
    let inner = (bytes + pageSize - 1) / pageSize * pageSize
    byteCount = inner + 2 * pageSize
    guard
      let pages = unsafe mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      unsafe pages != MAP_FAILED,
      unsafe inner == 0 || mprotect(pages + pageSize, inner, PROT_READ | PROT_WRITE) == 0
    else { preconditionFailure("no memory for a test") }
    unsafe self.pages = unsafe pages
    let offset = pageSize + (side == .start ? 0 : inner - bytes)
    let first = unsafe (pages + offset).bindMemory(to: Float.self, capacity: values.count)
    unsafe floats = unsafe UnsafeMutableBufferPointer(start: first, count: values.count)
    for (index, value) in values.enumerated() { unsafe floats.initializeElement(at: index, to: value) }
  }

  deinit { unsafe munmap(pages, byteCount) }
}
