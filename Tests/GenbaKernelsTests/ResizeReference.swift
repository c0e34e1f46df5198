import GenbaKernels
import Glibc

/// An antialiased resize written down as the references define it, one value at a time.
struct ResizeReference {
  var filter: ResizeFilter
  var arithmetic: ResizeArithmetic

  func resize(
    _ pixels: [UInt8], height: Int, width: Int, channels: Int, toHeight outHeight: Int, width outWidth: Int
  ) -> [UInt8] {
    func horizontal(_ pixels: [UInt8], rows: Int) -> [UInt8] {
      if width == outWidth { return pixels }
      return alongAxis(pixels, count: rows, from: width, to: outWidth, inner: channels)
    }
    func vertical(_ pixels: [UInt8], columns: Int) -> [UInt8] {
      if height == outHeight { return pixels }
      return alongAxis(pixels, count: 1, from: height, to: outHeight, inner: columns * channels)
    }
    if arithmetic == .pillow13, height - outHeight > max(0, 2 * (width - outWidth)) {
      return horizontal(vertical(pixels, columns: width), rows: outHeight)
    }
    return vertical(horizontal(pixels, rows: height), columns: outWidth)
  }

  /// [count, inSize, inner] to [count, outSize, inner].
  private func alongAxis(
    _ pixels: [UInt8], count: Int, from inSize: Int, to outSize: Int, inner: Int
  ) -> [UInt8] {
    let weights = (0..<outSize).map { exactWeights(of: $0, from: inSize, to: outSize) }
    var shift = 22
    if arithmetic == .torchvision {
      let largest = weights.flatMap(\.weights).max() ?? 0
      shift = 0
      while shift < 22, Int(0.5 + largest * Double(1 << (shift + 1))) < 32_768 { shift += 1 }
    }
    var result: [UInt8] = []
    for outer in 0..<count {
      for (start, weights) in weights {
        for position in 0..<inner {
          var sum = 1 << (shift - 1)
          for (tap, weight) in weights.enumerated() {
            let scaled = weight * Double(1 << shift)
            let integer = Int(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
            sum += integer * Int(pixels[(outer * inSize + start + tap) * inner + position])
          }
          result.append(UInt8(clamping: sum >> shift))
        }
      }
    }
    return result
  }

  private func exactWeights(of index: Int, from inSize: Int, to outSize: Int) -> (start: Int, weights: [Double]) {
    let scale = Double(inSize) / Double(outSize)
    let stretch = max(scale, 1)
    let widths: [ResizeFilter: Double] = [.bilinear: 1, .bicubic: 2, .lanczos: 3, .box: 0.5]
    let support = stretch * (widths[filter] ?? 0)
    let center = (Double(index) + 0.5) * scale
    let start = max(Int(center - support + 0.5), 0)
    let end = min(Int(center + support + 0.5), inSize)
    let weights = (start..<end).map { weight((Double($0) - center + 0.5) * (1 / stretch)) }
    let sum = weights.reduce(0, +)
    return (start, weights.map { $0 / sum })
  }

  private func weight(_ position: Double) -> Double {
    let x = abs(position)
    switch filter {
    case .box: return position > -0.5 && position <= 0.5 ? 1 : 0
    case .bilinear: return max(1 - x, 0)
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
    case .lanczos:
      if x == 0 { return 1 }
      return x < 3 ? sin(.pi * x) / (.pi * x) * (sin(.pi * (x / 3)) / (.pi * (x / 3))) : 0
    }
  }
}
