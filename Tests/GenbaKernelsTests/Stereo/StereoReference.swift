@testable import GenbaKernels

/// Semi-global matching as its formulas say it, number by number, over the whole picture: no strips, no vectors.
struct StereoReference {
  let plan: StereoPlan
  let left: [Int], right: [Int]
  /// Brightness in 8 bits; the pixels themselves may have 16.
  let leftBrightness: [Int], rightBrightness: [Int]

  /// What a pixel ends as, before any filter.
  struct Pixel: Equatable {
    var code: Int
    var confidence: Float
  }

  private func at(_ pixels: [Int], _ y: Int, _ x: Int) -> Int {
    pixels[min(max(y, 0), plan.height - 1) * plan.width + min(max(x, 0), plan.width - 1)]
  }

  private func census(_ pixels: [Int], _ y: Int, _ x: Int) -> [Bool] {
    plan.window.steps.map { at(pixels, y, x) < at(pixels, y + $0.y, x + $0.x) }
  }

  private func costs() -> [[Int]] {
    let (height, width) = (plan.height, plan.width)
    let places = (0..<height * width).map { ($0 / width, $0 % width) }
    let leftCensus = places.map { census(left, $0.0, $0.1) }
    let rightCensus = places.map { census(right, $0.0, $0.1) }
    return places.map { y, x in
      (0..<plan.numDisparities).map { d in
        let other = y * width + min(max(x - d - plan.minDisparity, 0), width - 1)
        let differing = zip(leftCensus[y * width + x], rightCensus[other]).count { $0 != $1 }
        let difference = abs(leftBrightness[y * width + x] - rightBrightness[other])
        return 2 * differing + min(difference, plan.maxDifference)
      }
    }
  }

  /// The sums of all paths.
  private func sums(_ costs: [[Int]]) -> [[Int]] {
    let straight = [(0, 1), (0, -1), (1, 0), (-1, 0)]
    let steps = plan.paths == 8 ? straight + [(1, 1), (1, -1), (-1, 1), (-1, -1)] : straight
    let (height, width, count) = (plan.height, plan.width, plan.numDisparities)
    var sums = [[Int]](repeating: [Int](repeating: 0, count: count), count: height * width)
    for (dy, dx) in steps {
      var path = costs
      for y in dy >= 0 ? Array(0..<height) : Array((0..<height).reversed()) {
        for x in dx >= 0 ? Array(0..<width) : Array((0..<width).reversed()) {
          let (py, px) = (y - dy, x - dx)
          guard (0..<height).contains(py) && (0..<width).contains(px) else { continue }
          let before = path[py * width + px]
          let least = before.min() ?? 0
          let index = y * width + x
          let p2 = Int(plan.p2Table[abs(leftBrightness[index] - leftBrightness[py * width + px])])
          for d in 0..<count {
            var cheapest = min(before[d], least + p2)
            if d > 0 { cheapest = min(cheapest, before[d - 1] + plan.p1) }
            if d + 1 < count { cheapest = min(cheapest, before[d + 1] + plan.p1) }
            path[index][d] = costs[index][d] + cheapest - least
          }
        }
      }
      for index in sums.indices { for d in 0..<count { sums[index][d] += path[index][d] } }
    }
    return sums
  }

  /// The pixels of all rows.
  func pixels() -> [Pixel] {
    let sums = sums(costs())
    let width = plan.width
    return (0..<plan.height).flatMap { y in settle((0..<width).map { sums[y * width + $0] }) }
  }

  /// The same without paths: costs summed over windows, shifted to stay under 1024.
  func pixels(blockSize: Int) -> [Pixel] {
    let costs = costs()
    let (height, width, radius) = (plan.height, plan.width, blockSize / 2)
    var shift = 0
    while (blockSize * blockSize * (48 + plan.maxDifference)) >> shift >= 1024 { shift += 1 }
    return (0..<height).flatMap { y in
      settle(
        (0..<width).map { x in
          var sums = [Int](repeating: 0, count: plan.numDisparities)
          for dy in -radius...radius {
            for dx in -radius...radius {
              let index = min(max(y + dy, 0), height - 1) * width + min(max(x + dx, 0), width - 1)
              for d in sums.indices { sums[d] += costs[index][d] }
            }
          }
          return sums.map { $0 >> shift }
        })
    }
  }

  private func settle(_ row: [[Int]]) -> [Pixel] {
    let (width, count) = (plan.width, plan.numDisparities)
    let best = row.map { sums in sums.firstIndex(of: sums.min() ?? 0) ?? 0 }
    var preferred = [Int?](repeating: nil, count: width)
    for x in 0..<width {
      let at = x - best[x] - plan.minDisparity
      guard (0..<width).contains(at) else { continue }
      if let other = preferred[at], row[at + other + plan.minDisparity][other] <= row[x][best[x]] { continue }
      preferred[at] = best[x]
    }
    return (0..<width).map { x in
      let (d, sums) = (best[x], row[x])
      let smallest = sums[d]
      let second = sums.enumerated().filter { abs($0.offset - d) > 1 }.map(\.element).min() ?? 65535
      let at = x - d - plan.minDisparity
      guard (0..<width).contains(at) else { return Pixel(code: -1, confidence: 0) }
      var code = 64 * d
      if d > 0 && d + 1 < count {
        let (below, above) = (sums[d - 1] - smallest, sums[d + 1] - smallest)
        let offset = Float((below - above) * 32) / Float(max(below, above, 1))
        code += Int((offset + 64.5).rounded(.down)) - 64
      }
      var confidence = Float(second - smallest) / Float(max(second, 1))
      if let other = preferred[at], other != d { confidence *= abs(other - d) <= 1 ? 0.75 : 0.25 }
      func contradicts(_ d: Int) -> Bool {
        let at = x - d - plan.minDisparity
        guard (0..<width).contains(at), let other = preferred[at] else { return false }
        return abs(other - d) > plan.disp12MaxDiff
      }
      let isUnique = second * (100 - plan.uniquenessRatio) > smallest * 100
      let isConsistent = plan.disp12MaxDiff < 0 || !(contradicts(code >> 6) && contradicts((code + 63) >> 6))
      return Pixel(code: isUnique && isConsistent ? code : -1, confidence: confidence)
    }
  }
}
