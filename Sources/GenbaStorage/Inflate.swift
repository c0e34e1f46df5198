internal import GenbaCore

/// Unpacks what zip files call deflate (RFC 1951).
struct Inflate {
  private let input: [UInt8]
  private var position = 0
  /// Bits that have been read and not used, the next one lowest.
  private var buffer: UInt64 = 0
  private var bufferedBits = 0
  private var output: [UInt8]
  private var written = 0

  /// No input grows further: a match of 258 bytes takes at least two bits.
  private static let largestGrowth = 1032

  /// The `count` bytes that `bytes` stand for.
  ///
  /// - Throws: `.truncated`, or `.corruptData`, for another number of bytes too. Memory is asked for only if so many
  ///   bytes are possible.
  static func bytes(of bytes: [UInt8], count: Int) throws(GenbaError) -> [UInt8] {
    guard count / largestGrowth <= bytes.count else {
      throw GenbaError(.corruptData, "\(bytes.count) compressed bytes cannot stand for \(count)")
    }
    var inflate = Inflate(input: bytes, count: count)
    while try !inflate.block() {}
    guard inflate.written == count else {
      throw GenbaError(.corruptData, "\(inflate.written) bytes were compressed, and \(count) are announced")
    }
    return inflate.output
  }

  private init(input: [UInt8], count: Int) {
    self.input = input
    output = [UInt8](repeating: 0, count: count)
  }

  private static func damaged(_ what: String) -> GenbaError {
    GenbaError(.corruptData, "the compressed data is damaged: \(what)")
  }

  /// Unpacks a block, and says whether it was the last.
  private mutating func block() throws(GenbaError) -> Bool {
    let isLast = try bits(1) == 1
    switch try bits(2) {
    case 0: try storedBlock()
    case 1: try compressedBlock(literals: Self.fixedLiterals, distances: Self.fixedDistances)
    case 2:
      let (literals, distances) = try tables()
      try compressedBlock(literals: literals, distances: distances)
    default: throw Self.damaged("a block of no known kind")
    }
    return isLast
  }

  private mutating func storedBlock() throws(GenbaError) {
    // The block begins at a byte's start.
    _ = try bits(bufferedBits % 8)
    let count = try bits(16)
    guard try bits(16) == count ^ 0xFFFF else { throw Self.damaged("a length that contradicts itself") }
    guard count <= output.count - written else { throw Self.damaged("more bytes than announced") }
    for _ in 0..<count {
      output[written] = UInt8(try bits(8))
      written += 1
    }
  }

  private mutating func compressedBlock(literals: CodeTable, distances: CodeTable) throws(GenbaError) {
    while true {
      let symbol = try symbol(of: literals)
      if symbol < 256 {
        guard written < output.count else { throw Self.damaged("more bytes than announced") }
        output[written] = UInt8(symbol)
        written += 1
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengths.count else { throw Self.damaged("a length of no meaning") }
      let (base, extra) = Self.lengths[symbol - 257]
      let length = base + (try bits(extra))
      let distanceSymbol = try self.symbol(of: distances)
      guard distanceSymbol < Self.distances.count else { throw Self.damaged("a distance of no meaning") }
      let (distanceBase, distanceExtra) = Self.distances[distanceSymbol]
      let distance = distanceBase + (try bits(distanceExtra))
      guard distance <= written else { throw Self.damaged("a distance beyond the start") }
      guard length <= output.count - written else { throw Self.damaged("more bytes than announced") }
      // Byte by byte: the source may reach into what is being written.
      for _ in 0..<length {
        output[written] = output[written - distance]
        written += 1
      }
    }
  }

  /// The code tables that a block brings along, themselves coded.
  private mutating func tables() throws(GenbaError) -> (literals: CodeTable, distances: CodeTable) {
    let literalCount = try bits(5) + 257
    let distanceCount = try bits(5) + 1
    let orderCount = try bits(4) + 4
    var lengthLengths = [UInt8](repeating: 0, count: 19)
    for place in Self.lengthOrder.prefix(orderCount) { lengthLengths[place] = UInt8(try bits(3)) }
    let lengthTable = try CodeTable(lengths: lengthLengths)
    var lengths: [UInt8] = []
    while lengths.count < literalCount + distanceCount {
      let symbol = try symbol(of: lengthTable)
      switch symbol {
      case 0..<16: lengths.append(UInt8(symbol))
      case 16:
        guard let last = lengths.last else { throw Self.damaged("a repetition of nothing") }
        lengths += [UInt8](repeating: last, count: 3 + (try bits(2)))
      case 17: lengths += [UInt8](repeating: 0, count: 3 + (try bits(3)))
      default: lengths += [UInt8](repeating: 0, count: 11 + (try bits(7)))
      }
    }
    guard lengths.count == literalCount + distanceCount else { throw Self.damaged("too many code lengths") }
    return (
      try CodeTable(lengths: Array(lengths[..<literalCount])), try CodeTable(lengths: Array(lengths[literalCount...]))
    )
  }

  private mutating func fill() {
    while bufferedBits <= 48, position < input.count {
      buffer |= UInt64(input[position]) << UInt64(bufferedBits)
      bufferedBits += 8
      position += 1
    }
  }

  private mutating func drop(_ count: Int) throws(GenbaError) {
    guard count <= bufferedBits else { throw GenbaError(.truncated, "the compressed data ends too early") }
    buffer >>= UInt64(count)
    bufferedBits -= count
  }

  private mutating func bits(_ count: Int) throws(GenbaError) -> Int {
    if bufferedBits < count { fill() }
    let value = Int(buffer & ((1 << UInt64(count)) - 1))
    try drop(count)
    return value
  }

  private mutating func symbol(of table: CodeTable) throws(GenbaError) -> Int {
    if bufferedBits < table.width { fill() }
    let entry = table.entries[Int(buffer & ((1 << UInt64(table.width)) - 1))]
    guard entry != 0 else { throw Self.damaged("a code of no meaning") }
    try drop(Int(entry & 15))
    return Int(entry >> 4)
  }

  /// Symbols by their codes, for a code of up to 15 bits that may begin at any bit.
  private struct CodeTable {
    var width: Int
    /// For each `width` bits that may come next: the symbol, shifted by 4, and the length of its code; 0 for none.
    var entries: [UInt16]

    /// The canonical code of these lengths, one for each symbol; 0 for a symbol that does not occur.
    init(lengths: [UInt8]) throws(GenbaError) {
      width = max(Int(lengths.max() ?? 0), 1)
      entries = [UInt16](repeating: 0, count: 1 << width)
      var code = 0
      for length in 1...width {
        for (symbol, symbolLength) in lengths.enumerated() where symbolLength == length {
          guard code < 1 << length else { throw Inflate.damaged("a code with too many symbols") }
          // A code's first bit comes first, and that is the lowest of the index.
          var reversed = 0
          for bit in 0..<length where code >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
          for index in stride(from: reversed, to: 1 << width, by: 1 << length) {
            entries[index] = UInt16(symbol) << 4 | UInt16(length)
          }
          code += 1
        }
        code <<= 1
      }
    }
  }

  private static let fixedLiterals = fixed(
    [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
      + [UInt8](repeating: 8, count: 8))
  private static let fixedDistances = fixed([UInt8](repeating: 5, count: 30))

  private static func fixed(_ lengths: [UInt8]) -> CodeTable {
    guard let table = try? CodeTable(lengths: lengths) else { preconditionFailure("the fixed codes are codes") }
    return table
  }

  /// The order in which a block gives the lengths of the lengths' code.
  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  /// Of each length symbol from 257 on: the smallest length, and how many bits are added to it.
  private static let lengths: [(base: Int, extra: Int)] =
    ranges(from: 3, extras: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5])
    + [(258, 0)]

  /// The same of each distance symbol.
  private static let distances = ranges(from: 1, extras: (0..<30).map { max(0, $0 / 2 - 1) })

  private static func ranges(from start: Int, extras: [Int]) -> [(base: Int, extra: Int)] {
    var base = start
    return extras.map { extra in
      defer { base += 1 << extra }
      return (base, extra)
    }
  }
}
