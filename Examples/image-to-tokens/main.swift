// What several models see of one picture, and how many tokens it costs: each model's resized picture with the grid of its
// tokens drawn over it, as a PNG, and a table.
// usage: image-to-tokens PICTURE OUT.png
import Genba
import GenbaPlot
import Glibc

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  print("usage: image-to-tokens PICTURE OUT.png")
  exit(2)
}

/// The models, and how many pixels of what they see become one token, along each side: a patch, or several that the model
/// merges.
let models: [(name: String, pixelsPerToken: Double)] = [
  ("qwen2.5-vl", 28), ("qwen3-vl", 32), ("siglip2-base-patch16-naflex", 16), ("internvl3", 448.0 / 16),
  ("llava-onevision", 384.0 / 27), ("gemma-3", 896.0 / 16), ("smolvlm2", 384.0 / 9), ("paligemma2", 14),
  ("pixtral-12b", 16), ("mistral-small-3.1", 28), ("phi-4-multimodal", 28),
]

/// The tiles that a model cuts a picture into, if it does.
func tiling(_ processor: any ImageProcessor, _ image: Image) -> Tiling? {
  switch processor {
  case let model as GotOcr2ImageProcessor: model.tiling(height: image.height, width: image.width)
  case let model as LlavaOnevisionImageProcessor: model.tiling(height: image.height, width: image.width)
  case let model as SmolVLMImageProcessor: model.tiling(height: image.height, width: image.width)
  case let model as Phi4MultimodalImageProcessor: model.tiling(height: image.height, width: image.width)
  default: nil
  }
}

/// Tiles side by side again: uint8 [rows · height, columns · width, 3].
func joined(_ tiles: [Tensor<UInt8>], columns: Int) -> Tensor<UInt8> {
  let (height, width) = (tiles[0].shape[0], tiles[0].shape[1])
  return Tensor(shape: [tiles.count / columns * height, columns * width, 3]) { output in
    for row in 0..<tiles.count / columns * height {
      for column in 0..<columns {
        let tile = tiles[row / height * columns + column]
        let pixels = tile.span
        let start = row % height * width * 3
        for place in start..<start + width * 3 { output.append(pixels[place]) }
      }
    }
  }
}

/// Draws a line in front of every `step`-th pixel, down and across, and along the far edges.
func drawGrid(on picture: inout Tensor<UInt8>, step: Double, width: Int, color: [UInt8]) {
  let (rows, columns) = (picture.shape[0], picture.shape[1])
  func isLine(_ place: Int, of count: Int) -> Bool {
    let line = (Double(place) / step).rounded(.down) * step
    return Double(place) - line < Double(width) || place >= count - width
  }
  var pixels = picture.mutableSpan
  for y in 0..<rows {
    for x in 0..<columns where isLine(x, of: columns) || isLine(y, of: rows) {
      for channel in 0..<3 { pixels[(y * columns + x) * 3 + channel] = color[channel] }
    }
  }
}

let image = try ImageDecoder.decode(arguments[1])
var pictures: [Tensor<UInt8>] = []
var labels: [String] = []
func column(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(width - text.count, 1)) }
print(column("model", 30) + column("sees", 14) + column("pictures", 10) + "tokens")
for (name, pixelsPerToken) in models {
  guard let processor = Preset.named(name).flatMap({ AutoProcessor($0).imageProcessor }) else { continue }
  guard let seen = SeenPictures(try processor(image)),
    let tokens = try processor.tokenCount(height: image.height, width: image.width)
  else { continue }
  var picture = seen.pictures[0]
  let tiles = tiling(processor, image)
  // Beyond the picture, Phi-4's tiles are white and LLaVA-OneVision's black.
  let fill: UInt8 = name == "phi-4-multimodal" ? 255 : 0
  if let tiles { picture = joined(tiles.cut(image.rgbPixels, fill: fill), columns: tiles.columnCount) }
  let sees = "\(picture.shape[1])x\(picture.shape[0])"
  // As thick as can be seen when the picture is small on the sheet.
  let thin = max(picture.shape[1] / 380, 1)
  drawGrid(on: &picture, step: pixelsPerToken, width: thin, color: [255, 255, 255])
  if let tile = tiles?.tiles.first {
    drawGrid(on: &picture, step: Double(tile.rows.count), width: 3 * thin, color: [240, 90, 40])
  }
  pictures.append(picture)
  labels.append("\(name): \(sees), \(tokens) tokens")
  print(column(name, 30) + column(sees, 14) + column("\(seen.pictures.count)", 10) + "\(tokens)")
}
let sheet = ContactSheet(
  width: 1600, columns: 3, title: arguments[1].split(separator: "/").last.map(String.init),
  caption: "\(image.width) × \(image.height) · a white cell is a token, an orange one a tile")
try PNGEncoder.write(sheet(pictures, labels: labels), to: arguments[2])
