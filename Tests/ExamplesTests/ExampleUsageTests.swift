import GenbaTestSupport
import Testing

@Suite struct ExampleUsageTests {
  @Test(arguments: ["clip-sampler", "depth-to-model", "image-to-tokens", "quick-start", "stereo-to-points"])
  func withoutArgumentsAnExampleSaysHowItIsUsed(name: String) throws {
    let run = try Program([], of: name)
    #expect(run.status == 2 && (run.output + run.errors).hasPrefix("usage: \(name) "), "\(run.errors)")
  }
}
