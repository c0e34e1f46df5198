import GenbaCore
import Testing

@Suite struct GenbaErrorTests {
  @Test func saysWhichFileWhereAndWhat() {
    let error = GenbaError(
      .corruptData, "the picture data is damaged", source: .init(path: "a/weld.png"), cause: "libpng: IDAT: CRC error")
    #expect(error.description == "a/weld.png: the picture data is damaged (libpng: IDAT: CRC error)")
    let timed = GenbaError(.truncated, "the file ends here").at(path: "x.mp4", stream: 1, ptsSeconds: 3.2)
    #expect(timed.description == "x.mp4: stream 1: at 3.2 s: the file ends here")
  }

  @Test func aPlaceThatIsKnownStays() {
    let error = GenbaError(.truncated, "short").at(path: "inner").at(path: "outer", stream: 2)
    #expect(error.source == GenbaError.Source(path: "inner", stream: 2))
  }

  @Test func codesCompareAndPrint() {
    #expect(GenbaError.Code.limitExceeded == .limitExceeded)
    #expect(GenbaError.Code.limitExceeded != .ioFailed)
    #expect("\(GenbaError.Code.mismatchedInputs)" == "mismatchedInputs")
  }
}
