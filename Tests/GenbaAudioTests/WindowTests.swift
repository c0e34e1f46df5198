import GenbaAudio
import GenbaTestSupport
import Testing

@Suite struct WindowTests {
  @Test func hannOfFourIsThatOfTorch() {
    expectClose(Window.hann.factors(count: 4), [0, 0.5, 1, 0.5], within: 1e-15)
  }

  @Test func symmetricWindowsEndAsTheyBegin() {
    expectClose(Window.hann.factors(count: 5, periodic: false), [0, 0.5, 1, 0.5, 0], within: 1e-15)
    expectClose(Window.hamming.factors(count: 3, periodic: false), [0.08, 1, 0.08], within: 1e-15)
  }

  @Test func shortWindowsAreOnes() {
    for window in Window.allCases {
      #expect(window.factors(count: 0) == [])
      #expect(window.factors(count: 1) == [1])
      #expect(window.factors(count: 1, periodic: false) == [1])
    }
  }

  @Test func boxcarIsOnes() {
    #expect(Window.boxcar.factors(count: 3) == [1, 1, 1])
  }
}
