internal import Glibc

/// How a spectrum of real samples is computed: the factors of its length, where samples and bins stand, and the roots
/// of unity, all in double precision.
///
/// A length whose factors are powers of 2, 3 and 5 is a transform in as many dimensions (the prime-factor algorithm of
/// Good and Thomas), which needs no twiddle factors between them. Within one dimension it is a mixed-radix
/// decimation in time, in place, on digit-reversed input. Other lengths go through Bluestein's convolution.
struct FFTPlan: Sendable {
  struct Stage: Sendable {
    var radix: Int
    var groups: Int
    var length: Int
    var stride: Int
    /// Pairs (re, im) of exp(-2πi jk / (radix · length)) for k in 1..<length and in each j in 1..<radix.
    var twiddles: [Double]
  }

  let nFFT: Int
  /// Points of the transform that the stages are for.
  let pointCount: Int
  /// Point i stands at i + (i >> gapShift): where many points are a power of two, there is a gap behind each transform of
  /// the first stage that joins 32 points or more, so that the inputs of a butterfly do not all lie in one set of the cache.
  let gapShift: Int
  let stages: [Stage]
  /// Where each sample is put, counted in numbers of the interleaved (re, im) points.
  let slots: [Int32]
  /// Where each bin of the complex transform is found, counted in places of points.
  let bins: [Int32]
  /// Pairs (re, im) of exp(-2πi k / nFFT) for k in 0...nFFT / 4; empty unless the transform is halved.
  let split: [Double]
  /// For lengths with other factors than 2, 3 and 5.
  let chirp: Chirp?

  /// Whether the spectrum is that of half as many points, and twice too large.
  var isHalved: Bool { !split.isEmpty }

  /// Places that the points take, gaps included.
  var pointSpan: Int { pointCount + (pointCount >> gapShift) }

  /// Whether `length` has no other prime factors than 2, 3 and 5.
  static func isSmooth(_ length: Int) -> Bool {
    guard length > 0 else { return false }
    var rest = length
    for prime in [2, 3, 5] {
      while rest % prime == 0 { rest /= prime }
    }
    return rest == 1
  }

  /// Whether the spectrum of this length is that of half as many points.
  static func isHalved(_ nFFT: Int) -> Bool { isSmooth(nFFT) && nFFT % 2 == 0 }

  init(nFFT: Int) {
    precondition(nFFT > 0, "an FFT length is above 0, not \(nFFT)")
    let isSmooth = Self.isSmooth(nFFT)
    let isHalved = Self.isHalved(nFFT)
    let pointCount = isHalved ? nFFT / 2 : isSmooth ? nFFT : Chirp.pointCount(nFFT: nFFT)
    self.nFFT = nFFT
    self.pointCount = pointCount
    let dimensions = Dimension.all(of: pointCount)
    let stages = dimensions.flatMap { $0.stages(pointCount: pointCount) }
    self.stages = stages
    let joined = stages.first { $0.length >= 32 }?.length
    let gapShift = joined.map { pointCount & (pointCount - 1) == 0 ? $0.trailingZeroBitCount : 31 } ?? 31
    self.gapShift = gapShift

    var (inputs, outputs) = ([Int](repeating: 0, count: pointCount), [Int32](repeating: 0, count: pointCount))
    for index in 0..<pointCount {
      for dimension in dimensions {
        inputs[index] += dimension.inputOffset(of: index)
        outputs[index] += Int32(dimension.outputOffset(of: index))
      }
      inputs[index] += inputs[index] >> gapShift
      outputs[index] += outputs[index] >> Int32(gapShift)
    }
    slots = (0..<nFFT).map { (sample: Int) -> Int32 in
      Int32(isHalved ? 2 * inputs[sample / 2] + sample % 2 : 2 * inputs[sample])
    }
    split = isHalved ? (0...nFFT / 4).flatMap { rootOfUnity($0, of: nFFT) } : []
    bins = isSmooth ? outputs : (0..<nFFT).map { Int32($0) }
    chirp =
      isSmooth
      ? nil : Chirp(nFFT: nFFT, places: pointCount + (pointCount >> gapShift), inputs: inputs, outputs: outputs)
  }
}

/// One dimension of a prime-factor transform: a power of one prime.
private struct Dimension {
  var length: Int
  /// The radices in the order in which they are done.
  var radices: [Int]
  /// How far neighbours in this dimension lie apart.
  var stride: Int
  /// Turns a sample's index into its coordinate: the inverse of (points / length) modulo the length.
  var inverse: Int

  static func all(of pointCount: Int) -> [Dimension] {
    var dimensions: [Dimension] = []
    var stride = pointCount
    for prime in [2, 3, 5] {
      var length = 1
      while pointCount % (length * prime) == 0 { length *= prime }
      guard length > 1 else { continue }
      stride /= length
      let others = pointCount / length
      let inverse = (0..<length).first { $0 * (others % length) % length == 1 } ?? 0
      dimensions.append(
        Dimension(length: length, radices: radices(of: length, prime), stride: stride, inverse: inverse))
    }
    return dimensions
  }

  /// The largest radices that there are, the smaller first: those need no twiddle factors.
  private static func radices(of length: Int, _ prime: Int) -> [Int] {
    guard prime == 2 else {
      var (radices, rest) = ([Int](), length)
      while rest > 1 {
        radices.append(prime)
        rest /= prime
      }
      return radices
    }
    let exponent = length.trailingZeroBitCount
    let eights = exponent % 3 == 1 && exponent > 1 ? exponent / 3 - 1 : exponent / 3
    let rest: [Int] =
      switch exponent - 3 * eights {
      case 1: [2]
      case 2: [4]
      case 4: [4, 4]
      default: []
      }
    return rest + Array(repeating: 8, count: eights)
  }

  func stages(pointCount: Int) -> [FFTPlan.Stage] {
    var stages: [FFTPlan.Stage] = []
    var done = 1
    for radix in radices {
      var twiddles: [Double] = []
      for k in 1..<done {
        for j in 1..<radix { twiddles += rootOfUnity(j * k, of: radix * done) }
      }
      stages.append(
        FFTPlan.Stage(
          radix: radix, groups: pointCount / (radix * done * stride), length: done, stride: stride,
          twiddles: twiddles))
      done *= radix
    }
    return stages
  }

  func inputOffset(of point: Int) -> Int {
    var coordinate = point % length * inverse % length
    var (offset, block) = (0, length)
    for radix in radices.reversed() {
      block /= radix
      offset += coordinate % radix * block
      coordinate /= radix
    }
    return offset * stride
  }

  func outputOffset(of bin: Int) -> Int { bin % length * stride }
}

func rootOfUnity(_ k: Int, of n: Int) -> [Double] {
  let angle = -2 * Double.pi * Double(k % n) / Double(n)
  return [cos(angle), sin(angle)]
}
