internal import CGenbaKernels

/// One picture of a pair as the matching kernels read it: rows with their edges repeated on both sides.
public struct StereoPicture: Sendable {
  /// Rows and columns.
  public let height: Int, width: Int
  /// Whether columns run from right to left, as those of the right picture do.
  let isMirrored: Bool
  /// Brightness in 8 bits, and the pixels themselves where they have 16.
  private let brightness: AlignedBytes
  private let deep: AlignedBytes?

  /// What stands on either side of a row, in pixels: as far as any census looks, and a vector of 64 behind that.
  static let margin = 128
  var rowPixels: Int { width + 2 * Self.margin }

  /// 8-bit pixels, [height, width]; another count traps.
  public init(_ pixels: Span<UInt8>, height: Int, width: Int, isMirrored: Bool) {
    precondition(
      height > 0 && width > 0 && pixels.count == height * width, "\(pixels.count) pixels, \(width)x\(height)")
    self.height = height
    self.width = width
    self.isMirrored = isMirrored
    brightness = AlignedBytes(count: height * (width + 2 * Self.margin))
    deep = nil
    unsafe pixels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      unsafe pad(source, into: brightness.start)
    }
  }

  /// 16-bit pixels, [height, width]; brightness in 8 bits is what is left after `shift` bits.
  public init(_ pixels: Span<UInt16>, height: Int, width: Int, shift: Int, isMirrored: Bool) {
    precondition(
      height > 0 && width > 0 && pixels.count == height * width, "\(pixels.count) pixels, \(width)x\(height)")
    self.height = height
    self.width = width
    self.isMirrored = isMirrored
    let count = height * (width + 2 * Self.margin)
    let deep = AlignedBytes(count: 2 * count)
    brightness = AlignedBytes(count: count)
    self.deep = deep
    unsafe pixels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      unsafe deep.start.withMemoryRebound(to: UInt16.self, capacity: count) { target in
        unsafe pad(source, into: target)
        for index in 0..<count {
          unsafe brightness.start[index] = UInt8(truncatingIfNeeded: min(target[index] >> UInt16(shift), 255))
        }
      }
    }
  }

  private func pad<Pixel: FixedWidthInteger>(_ source: UnsafePointer<Pixel>, into target: UnsafeMutablePointer<Pixel>) {
    let margin = Self.margin
    for row in 0..<height {
      let from = unsafe source + row * width
      let to = unsafe target + row * rowPixels + margin
      if isMirrored {
        for column in 0..<width { unsafe to[column] = from[width - 1 - column] }
      } else {
        unsafe to.update(from: from, count: width)
      }
      unsafe (to - margin).update(repeating: to[0], count: margin)
      unsafe (to + width).update(repeating: to[width - 1], count: margin)
    }
  }

  /// The first pixel of a row's brightness; rows beyond the edges are those at the edges.
  func brightnessRow(_ row: Int) -> UnsafePointer<UInt8> {
    unsafe UnsafePointer(brightness.start + min(max(row, 0), height - 1) * rowPixels + Self.margin)
  }

  /// The census of a row, as `genba_census_u8` has it, into three planes.
  func census(row: Int, window: StereoPlan.Window, into planes: [UnsafeMutablePointer<UInt8>?]) {
    let steps = window.steps
    func start(_ step: (y: Int, x: Int)) -> Int {
      min(max(row + step.y, 0), height - 1) * rowPixels + Self.margin + (isMirrored ? -step.x : step.x)
    }
    let centre = start((0, 0))
    if let deep {
      let pixels = unsafe UnsafeRawPointer(deep.start).assumingMemoryBound(to: UInt16.self)
      let neighbours: [UnsafePointer<UInt16>?] = unsafe steps.map { unsafe pixels + start($0) }
      unsafe genba_census_u16(pixels + centre, neighbours, Int32(width), planes)
    } else {
      let pixels = unsafe UnsafePointer(brightness.start)
      let neighbours: [UnsafePointer<UInt8>?] = unsafe steps.map { unsafe pixels + start($0) }
      unsafe genba_census_u8(pixels + centre, neighbours, Int32(width), planes)
    }
  }
}
