import GenbaCore
import GenbaStorage
import Testing

@testable import Genba

@Suite struct WorkerMessageTests {
  /// Children work within the same limits as their parent, the deadline of a call among them.
  @Test(arguments: [
    DecodeLimits(),
    DecodeLimits(
      pixels: 1, samples: 2, channels: 3, streams: 4, seconds: 5.5, callSeconds: 0.25, frameBytes: 6, fileBytes: 7),
    DecodeLimits(seconds: .infinity, callSeconds: .infinity),
  ])
  func limitsReachTheChild(_ limits: DecodeLimits) throws {
    let recipe = try ResolvedRecipe(ConversionRecipe(json: JSON.parse(Array(#"{"audio": {}}"#.utf8))))
    let line = WorkerMessage.setup(recipe, limits: limits, memoryBytes: nil).text
    #expect(WorkerMessage.limits(try JSON.parse(Array(line.utf8))) == limits)
  }
}
