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
    for window in [Window.hann, .hamming, .blackman, .povey, .kaiser(beta: 8), .boxcar] {
      #expect(window.factors(count: 0) == [])
      #expect(window.factors(count: 1) == [1])
      #expect(window.factors(count: 1, periodic: false) == [1])
    }
  }

  @Test func boxcarIsOnes() {
    #expect(Window.boxcar.factors(count: 3) == [1, 1, 1])
  }

  /// scipy.signal.get_window(("kaiser", 8.6), 5) and, symmetric, ("kaiser", 14); numpy.blackman(5).
  @Test func otherWindowsAreThoseOfScipy() {
    expectClose(
      Window.kaiser(beta: 8.6).factors(count: 5),
      [0.0013325139979024198, 0.20105486954533092, 0.8494161890910448, 0.8494161890910448, 0.20105486954533092],
      within: 1e-12)
    expectClose(
      Window.kaiser(beta: 14).factors(count: 5, periodic: false),
      [7.726866835270368e-06, 0.16493218754795197, 1.0, 0.16493218754795197, 7.726866835270368e-06], within: 1e-12)
    expectClose(Window.blackman.factors(count: 5, periodic: false), [0, 0.34, 1, 0.34, 0], within: 1e-12)
    expectClose(Window.povey.factors(count: 5, periodic: false), [0, 0.5547847360, 1, 0.5547847360, 0], within: 1e-9)
    #expect(Window.kaiser(beta: 0).factors(count: 3) == [1, 1, 1])
  }

  @Test func namesComeBack() {
    for window in [Window.hann, .hamming, .blackman, .povey, .kaiser(beta: 8.6), .boxcar] {
      #expect(Window(window.description) == window)
    }
    #expect(Window("rectangular") == .boxcar && Window("hanning") == .hann)
    for name in ["", "kaiser", "kaiser:", "kaiser:-1", "kaiser:nan", "kaiser:1e9", "Hann"] {
      #expect(Window(name) == nil)
    }
  }
}
