public import GenbaCore

/// A resize of uint8 pictures in which each new pixel is the mean of what it covers.
///
/// Equal bit for bit to OpenCV 5.0's `resize` with `INTER_AREA` on 8-bit pictures (the CPU's C++ path): whole factors
/// sum integers, other reductions sum float32 with the share of a pixel that is covered, and where a side grows, two
/// neighbours are mixed in 11 bits.
///
/// ```swift
/// let resizer = AreaResizer(fromHeight: 480, width: 640, toHeight: 256, width: 341)
/// let small = resizer(pixels)  // uint8 [256, 341, 3]
/// ```
public struct AreaResizer: Sendable {
  /// How the new pixels are made.
  private enum Plan: Sendable {
    /// By how many rows and columns make one.
    case factors(Int, Int)
    /// By shares of rows and columns.
    case shares(Shares, Shares)
    /// By two rows and two columns each.
    case pairs(Pairs, Pairs)
  }

  private let inShape: [Int]
  private let outShape: [Int]
  private let plan: Plan

  /// A resize between two sizes, 1 to 2^26 each, of 1 to 4 channels; anything else traps.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int = 3
  ) {
    precondition(
      [inHeight, inWidth, outHeight, outWidth].allSatisfy { (1...1 << 26).contains($0) } && (1...4).contains(channels),
      "no picture of \(channels) channels can be resized from \(inWidth)x\(inHeight) to \(outWidth)x\(outHeight)")
    inShape = [inHeight, inWidth, channels]
    outShape = [outHeight, outWidth, channels]
    if inHeight < outHeight || inWidth < outWidth {
      plan = .pairs(Pairs(from: inHeight, to: outHeight), Pairs(from: inWidth, to: outWidth))
    } else if let rows = Self.factor(from: inHeight, to: outHeight),
      let columns = Self.factor(from: inWidth, to: outWidth)
    {
      plan = .factors(rows, columns)
    } else {
      plan = .shares(Shares(from: inHeight, to: outHeight), Shares(from: inWidth, to: outWidth))
    }
  }

  /// How many pixels make one, if OpenCV's quotient of the sizes comes out whole: that of 49 and 1 does not.
  private static func factor(from inSize: Int, to outSize: Int) -> Int? {
    let scale = 1 / (Double(outSize) / Double(inSize))
    let factor = scale.rounded(.toNearestOrEven)
    return abs(scale - factor) < Double.ulpOfOne ? Int(factor) : nil
  }

  /// uint8 [outHeight, outWidth, channels] of [inHeight, inWidth, channels]; another shape traps.
  public func callAsFunction(_ pixels: Tensor<UInt8>) -> Tensor<UInt8> {
    precondition(pixels.shape == inShape, "a resizer of \(inShape) cannot take \(pixels.shape)")
    if inShape == outShape { return pixels }
    return Tensor(shape: outShape) { output in
      switch plan {
      case .factors(let rows, let columns): appendMeans(of: pixels.span, rows, columns, to: &output)
      case .shares(let rows, let columns): appendShares(of: pixels.span, rows, columns, to: &output)
      case .pairs(let rows, let columns): appendMixtures(of: pixels.span, rows, columns, to: &output)
      }
    }
  }

  private func appendMeans(of source: Span<UInt8>, _ rows: Int, _ columns: Int, to output: inout OutputSpan<UInt8>) {
    let channels = inShape[2]
    let rowBytes = inShape[1] * channels
    let isHalf = rows == 2 && columns == 2
    let scale = 1 / Float(rows * columns)
    for y in 0..<outShape[0] {
      for x in 0..<outShape[1] {
        for channel in 0..<channels {
          var sum: UInt32 = 0
          for row in y * rows..<(y + 1) * rows {
            var place = row * rowBytes + x * columns * channels + channel
            for _ in 0..<columns {
              sum += UInt32(source[place])
              place += channels
            }
          }
          output.append(isHalf ? UInt8((sum + 2) >> 2) : Self.level(Float(sum) * scale))
        }
      }
    }
  }

  private func appendShares(
    of source: Span<UInt8>, _ rows: Shares, _ columns: Shares, to output: inout OutputSpan<UInt8>
  ) {
    let channels = inShape[2]
    let (inLength, outLength) = (inShape[1] * channels, outShape[1] * channels)
    var line = [Float](repeating: 0, count: outLength)
    var lineRow = -1
    var sums = [Float](repeating: 0, count: outLength)
    for y in 0..<outShape[0] {
      var sum = sums.mutableSpan
      for x in 0..<outLength { sum[x] = 0 }
      for part in rows.parts(of: y) {
        let (place, weight) = rows.part(part)
        // Two new rows may share one.
        if place != lineRow {
          columns.sum(source.extracting(place * inLength..<(place + 1) * inLength), channels, into: &line)
          lineRow = place
        }
        let values = line.span
        for x in 0..<outLength { sum[x] += weight * values[x] }
      }
      for x in 0..<outLength { output.append(Self.level(sum[x])) }
    }
  }

  private func appendMixtures(
    of source: Span<UInt8>, _ rows: Pairs, _ columns: Pairs, to output: inout OutputSpan<UInt8>
  ) {
    let channels = inShape[2]
    let inLength = inShape[1] * channels
    func line(_ row: Int) -> [Int32] {
      let row = source.extracting(row * inLength..<(row + 1) * inLength)
      var values: [Int32] = []
      values.reserveCapacity(outShape[1] * channels)
      for x in 0..<outShape[1] {
        let mix = columns.all[x]
        for channel in 0..<channels {
          values.append(
            Int32(row[mix.first * channels + channel]) * mix.firstWeight
              + Int32(row[mix.second * channels + channel]) * mix.secondWeight)
        }
      }
      return values
    }
    var (near, far, nearRow, farRow) = ([Int32](), [Int32](), -1, -1)
    for y in 0..<outShape[0] {
      let mix = rows.all[y]
      if mix.first == farRow { (near, nearRow) = (far, farRow) }
      if mix.first != nearRow { (near, nearRow) = (line(mix.first), mix.first) }
      if mix.second != farRow {
        (far, farRow) = (mix.second == nearRow ? near : line(mix.second), mix.second)
      }
      for x in 0..<near.count {
        let sum = ((mix.firstWeight * (near[x] >> 4)) >> 16) + ((mix.secondWeight * (far[x] >> 4)) >> 16)
        output.append(UInt8(truncatingIfNeeded: min(max((sum + 2) >> 2, 0), 255)))
      }
    }
  }

  /// The nearest level, halves to even.
  private static func level(_ value: Float) -> UInt8 {
    UInt8(min(max(value.rounded(.toNearestOrEven), 0), 255))
  }
}

extension AreaResizer {
  /// What of an axis makes each new row or column of a reduction: places and how much of the new one each is.
  private struct Shares: Sendable {
    private var places: [Int] = []
    private var weights: [Float] = []
    private var ends = [0]

    init(from inSize: Int, to outSize: Int) {
      // As OpenCV computes it, roundings included.
      let scale = 1 / (Double(outSize) / Double(inSize))
      for index in 0..<outSize {
        let (start, end) = (Double(index) * scale, Double(index) * scale + scale)
        let width = min(scale, Double(inSize) - start)
        let last = min(Int(end.rounded(.down)), inSize - 1)
        let first = min(Int(start.rounded(.up)), last)
        if Double(first) - start > 1e-3 { append(first - 1, (Double(first) - start) / width) }
        for place in first..<last { append(place, 1 / width) }
        if end - Double(last) > 1e-3 { append(last, min(min(end - Double(last), 1), width) / width) }
        ends.append(places.count)
      }
    }

    private mutating func append(_ place: Int, _ weight: Double) {
      places.append(place)
      weights.append(Float(weight))
    }

    /// The numbers of a new one's parts.
    func parts(of index: Int) -> Range<Int> { ends[index]..<ends[index + 1] }

    /// Which row or column a part is, and how much of the new one.
    func part(_ number: Int) -> (place: Int, weight: Float) { (places[number], weights[number]) }

    /// The weighted sums of one row's pixels.
    func sum(_ row: Span<UInt8>, _ channels: Int, into line: inout [Float]) {
      var line = line.mutableSpan
      let (places, weights, ends) = (places.span, weights.span, ends.span)
      for index in 0..<ends.count - 1 {
        let target = index * channels
        for channel in 0..<channels { line[target + channel] = 0 }
        for part in ends[index]..<ends[index + 1] {
          let (source, weight) = (places[part] * channels, weights[part])
          for channel in 0..<channels { line[target + channel] += Float(row[source + channel]) * weight }
        }
      }
    }
  }

  /// Which two of an axis are mixed, and how much of each in units of 2^-11.
  private struct Pairs: Sendable {
    var all: [(first: Int, second: Int, firstWeight: Int32, secondWeight: Int32)] = []

    init(from inSize: Int, to outSize: Int) {
      let inverse = Double(outSize) / Double(inSize)
      let scale = 1 / inverse
      for index in 0..<outSize {
        let place = Int((Double(index) * scale).rounded(.down))
        var fraction = Float(Double(index + 1) - Double(place + 1) * inverse)
        fraction = fraction <= 0 ? 0 : fraction - fraction.rounded(.down)
        guard place < inSize - 1 else {
          all.append((inSize - 1, inSize - 1, 2048, 0))
          continue
        }
        func units(_ share: Float) -> Int32 { Int32((share * 2048).rounded(.toNearestOrEven)) }
        all.append((place, place + 1, units(1 - fraction), units(fraction)))
      }
    }
  }
}
