public import GenbaCore

/// LeRobot's code for depth: 12 bits, logarithmic, to be stored as lossless HEVC (`gray12le`) or as TIFF.
///
/// Matches lerobot 0.6.1, `datasets/depth_utils.py`, `quantize_depth` and `dequantize_depth` on numpy arrays, bit for
/// bit: in float32, in their order, and with the float32 logarithm and exponential of numpy 2 on machines with AVX2.
///
/// The code has no value for a pixel without distance: lerobot stores a hole as code 0 and gets 10 mm back. Here code 0
/// is a hole. What lies beyond ``depthMax`` is stored as the highest code and comes back as ``depthMax``.
///
/// ```swift
/// let codec = LeRobotDepthCodec()
/// let codes = codec.quantize(millimetres: frame)       // uint16, 0 … 4095
/// let depth = codec.depthMap(codes)                    // metres, and where they are
/// ```
public struct LeRobotDepthCodec: Sendable {
  /// The highest code.
  public static let highestCode = 4095

  /// The distance of code 0, in metres.
  public let depthMin: Double
  /// The distance of the highest code, in metres.
  public let depthMax: Double
  /// What is added before the logarithm is taken, in metres.
  public let shift: Double
  /// Whether codes are logarithmic, or even steps.
  public let usesLog: Bool

  /// The distance of each code in metres, as numpy computes it.
  private let metresOfCode: [Float]

  /// A codec with these numbers, which must be those that the data were stored with: lerobot's `info.json` has them. A
  /// range that is empty, or a logarithm of what is not above 0, traps.
  public init(depthMin: Double = 0.01, depthMax: Double = 10, shift: Double = 3.5, usesLog: Bool = true) {
    precondition(
      depthMin >= 0 && depthMax > depthMin && depthMax.isFinite && (!usesLog || depthMin + shift > 0),
      "no depth code from \(depthMin) to \(depthMax) m with a shift of \(shift) m")
    self.depthMin = depthMin
    self.depthMax = depthMax
    self.shift = shift
    self.usesLog = usesLog
    let low = usesLog ? Self.log(depthMin + shift) : depthMin
    let high = usesLog ? Self.log(depthMax + shift) : depthMax
    let step = (high - low) / Double(Self.highestCode)
    metresOfCode = (0...Self.highestCode).map { code in
      var value = Float(Double(code) * step) + Float(low)
      if usesLog { value = NumpyFloat.exp(value) - Float(shift) }
      return min(max(value, Float(depthMin)), Float(depthMax))
    }
  }

  /// The codes of millimetres, uint16 [height, width]. A hole (0) becomes 0, and so does what is nearer than half a step
  /// from ``depthMin``.
  public func quantize(millimetres: Tensor<UInt16>) -> Tensor<UInt16> {
    let coder = Coder(self, unitsPerMetre: 1000)
    // A table where there are more pixels than values.
    if millimetres.count > 1 << 16 {
      let table = (0...UInt16.max).map { coder.code(Float($0)) }
      return millimetres.mapped { table[Int($0)] }
    }
    return millimetres.mapped { coder.code(Float($0)) }
  }

  /// The codes of metres, float32 [height, width]. A hole (0) becomes 0; what lies beyond the range becomes the code at
  /// its end.
  public func quantize(metres: Tensor<Float>) -> Tensor<UInt16> {
    let coder = Coder(self, unitsPerMetre: 1)
    return metres.mapped { coder.code($0) }
  }

  /// The metres of codes; codes beyond the highest count as it. Holes come back as ``depthMin``, as from lerobot.
  public func metres(_ codes: Tensor<UInt16>) -> Tensor<Float> {
    codes.mapped { metresOfCode[min(Int($0), Self.highestCode)] }
  }

  /// The whole millimetres of codes; holes come back as ``depthMin``, as from lerobot.
  public func millimetres(_ codes: Tensor<UInt16>) -> Tensor<UInt16> {
    let table = metresOfCode.map { metres in
      UInt16(min(max((metres * 1000).rounded(.toNearestOrEven), 0), 65_535))
    }
    return codes.mapped { table[min(Int($0), Self.highestCode)] }
  }

  /// The distances of codes, and where there are any: code 0 is a hole.
  public func depthMap(_ codes: Tensor<UInt16>) -> DepthMap {
    DepthMap(metres: metres(codes), validMask: codes.mapped { $0 != 0 })
  }

  /// A distance to its code, in numpy's order.
  private struct Coder {
    let usesLog: Bool
    let low: Float, extent: Float, shift: Float

    init(_ codec: LeRobotDepthCodec, unitsPerMetre: Double) {
      usesLog = codec.usesLog
      shift = Float(codec.shift * unitsPerMetre)
      let (near, far) = (Float(codec.depthMin * unitsPerMetre), Float(codec.depthMax * unitsPerMetre))
      if usesLog {
        let (low, high) = (LeRobotDepthCodec.log(Double(near + shift)), LeRobotDepthCodec.log(Double(far + shift)))
        self.low = Float(low)
        extent = Float(high - low)
      } else {
        low = near
        extent = far - near
      }
    }

    func code(_ distance: Float) -> UInt16 {
      let norm = ((usesLog ? NumpyFloat.log(distance + shift) : distance) - low) / extent
      let code = (norm * Float(highestCode)).rounded(.toNearestOrEven)
      return code > 0 ? UInt16(min(code, Float(highestCode))) : 0
    }
  }
}
