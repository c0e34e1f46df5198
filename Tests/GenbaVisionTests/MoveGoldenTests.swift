import GenbaCore
import GenbaTestSupport
import GenbaVision
import Testing

/// Steps that move pixels, against torchvision, OpenCV, Pillow and transformers.
@Suite struct MoveGoldenTests {
  private let golden: Golden
  private let image: Image

  init() throws {
    golden = try Golden(TestAssets.golden("moves.safetensors"))
    image = Image(rgb: try #require(golden.tensor("pixels", as: UInt8.self)))
  }

  /// The numbers in the golden names that begin so, with the words in front of them.
  private func cases(_ prefix: String) -> [(name: String, word: String, numbers: [Int])] {
    golden.bundle.names.filter { $0.hasPrefix("\(prefix).") }.map { name in
      let parts = name.split(separator: ".").map(String.init)
      let numbers = (parts.last ?? "").split { $0 == "-" || $0 == "x" }.compactMap { Int($0) }
      return (name, parts[1], numbers)
    }
  }

  @Test func paddingEqualsTorchvisionsAndOpenCVs() throws {
    let cases = cases("pad")
    #expect(cases.count == 12)
    for (name, word, sides) in cases {
      let padding = try #require(ImagePadding(rawValue: word))
      let step = ImageTransform.pad(
        top: sides[0], bottom: sides[1], left: sides[2], right: sides[3], padding, fill: [10, 20, 30])
      golden.expectMatches(name, try step(image).tensor, within: 0)
    }
  }

  @Test func centreCropsEqualTransformers() throws {
    let cases = cases("crop")
    #expect(cases.count == 7)
    for (name, _, size) in cases {
      golden.expectMatches(
        name, try ImageTransform.centerCrop(height: size[0], width: size[1])(image).tensor, within: 0)
    }
  }

  @Test(
    arguments: [
      ("flipHorizontally", ImageOrientation.flipHorizontally), ("flipVertically", .flipVertically),
      ("rotate90Clockwise", .rotate90Clockwise), ("rotate180", .rotate180),
      ("rotate90Counterclockwise", .rotate90Counterclockwise), ("transpose", .transpose), ("transverse", .transverse),
    ])
  func turnsEqualLibraries(name: String, turn: ImageOrientation) throws {
    golden.expectMatches("turn.\(name)", try ImageTransform.turn(turn)(image).tensor, within: 0)
  }

  @Test func letterboxesEqualTorchvisionInOpenCVsBorder() throws {
    let cases = cases("letterbox")
    #expect(cases.count == 5)
    for (name, _, size) in cases {
      let step = ImageTransform.letterbox(
        height: size[0], width: size[1], fill: [114], ImageResize(filter: .bilinear))
      golden.expectMatches(name, try step(image).tensor, within: 0)
    }
  }
}
