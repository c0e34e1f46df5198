import Glibc

/// Where guarded memory touches a forbidden page.
enum GuardedMemorySide: CaseIterable {
  /// The first element stands right behind a forbidden page.
  case start
  /// The last element stands right before one.
  case end
}

/// Memory between two pages that may not be touched: an access one byte outside it ends the test run.
@safe final class GuardedMemory<Element: BitwiseCopyable> {
  let elements: UnsafeMutableBufferPointer<Element>
  private let pages: UnsafeMutableRawPointer
  private let byteCount: Int

  init(_ values: [Element], against side: GuardedMemorySide) {
    let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    let bytes = values.count * MemoryLayout<Element>.stride
    let inner = (bytes + pageSize - 1) / pageSize * pageSize
    byteCount = inner + 2 * pageSize
    guard
      let pages = unsafe mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      unsafe pages != MAP_FAILED,
      unsafe inner == 0 || mprotect(pages + pageSize, inner, PROT_READ | PROT_WRITE) == 0
    else { preconditionFailure("no memory for a test") }
    unsafe self.pages = unsafe pages
    let offset = pageSize + (side == .start ? 0 : inner - bytes)
    let first = unsafe (pages + offset).bindMemory(to: Element.self, capacity: values.count)
    unsafe elements = unsafe UnsafeMutableBufferPointer(start: first, count: values.count)
    for (index, value) in values.enumerated() { unsafe elements.initializeElement(at: index, to: value) }
  }

  deinit { unsafe munmap(pages, byteCount) }
}
