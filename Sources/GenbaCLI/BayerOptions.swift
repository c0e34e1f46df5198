// Public, since a conformance is.
public import ArgumentParser
public import Genba

/// How a file without a header holds a Bayer sensor's samples.
struct BayerOptions: ParsableArguments {
  @Option(help: "The files are a Bayer sensor's samples without a header: rggb, bggr, grbg or gbrg.")
  var bayer: BayerFormat.Pattern?

  @Option(help: ArgumentHelp("The sensor's columns and rows.", valueName: "WIDTHxHEIGHT"))
  var rawSize: PictureSize?

  @Option(help: "Bits of a sample: 8, 10, 12 or 16; default: 8.")
  var bits: Int?

  @Option(
    help: """
      How 10 and 12 bits stand in bytes: unpacked (two bytes a sample, the low one first), mipi (RAW10, RAW12) or \
      genicam (BayerRG10p, BayerRG12p); default: unpacked.
      """)
  var packing: BayerFormat.Packing?

  @Option(help: "Bytes from one row to the next, where there is a gap.")
  var rowBytes: Int?

  @Option(help: "Bytes in front of the first row.")
  var skipBytes: Int?

  @Option(help: "How colours are made of the samples: bilinear or edge-aware, both OpenCV's; default: bilinear.")
  var demosaic: BayerFormat.Demosaicing?

  func validate() throws {
    let others = [rawSize != nil, bits != nil, packing != nil, rowBytes != nil, skipBytes != nil, demosaic != nil]
    if bayer == nil, others.contains(true) {
      throw ValidationError(
        "--raw-size, --bits, --packing, --row-bytes, --skip-bytes and --demosaic go with --bayer PATTERN")
    }
    if bayer != nil, rawSize == nil { throw ValidationError("--bayer needs --raw-size WIDTHxHEIGHT") }
  }

  /// The format, if the files are such samples.
  var format: BayerFormat? {
    guard let bayer, let rawSize else { return nil }
    return BayerFormat(
      width: rawSize.width, height: rawSize.height, pattern: bayer, bitDepth: bits ?? 8, packing: packing ?? .unpacked,
      rowBytes: rowBytes, offset: skipBytes ?? 0)
  }
}

extension BayerFormat.Pattern: ExpressibleByArgument {}

extension BayerFormat.Packing: ExpressibleByArgument {
  public init?(argument: String) {
    guard let packing = ["unpacked": Self.unpacked, "mipi": .mipi, "genicam": .genICam][argument] else { return nil }
    self = packing
  }
}

extension BayerFormat.Demosaicing: ExpressibleByArgument {
  public init?(argument: String) {
    guard let method = ["bilinear": Self.bilinear, "edge-aware": .edgeAware][argument] else { return nil }
    self = method
  }
}
