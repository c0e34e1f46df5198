import ArgumentParser
import Genba

/// What is converted: common to `convert` and `plan`.
struct ConversionInputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      """
      Files and folders; @FILE names a file that lists them, one a line; - reads such a list from stdin, -0 one with \
      zero bytes between (find -print0).
      """, valueName: "input"))
  var inputs: [String] = []

  @Flag(name: .customShort("0"), help: .hidden)
  var readsZeros = false

  @Option(
    help: ArgumentHelp(
      "Take only files in folders that fit this pattern (*.wav, line4/**/cam?.mp4); may be given several times.",
      valueName: "glob"))
  var include: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leave out files in folders that fit this pattern; may be given several times.", valueName: "glob"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      JSON lines, or .csv, with a row for each sample; the columns key, image, video, audio, depth, file, left, right, \
      calibration, start and end have a meaning, all others are carried along. - is JSON lines on stdin.
      """, valueName: "file"))
  var manifest: String?

  @Option(
    help: ArgumentHelp(
      "What a column of the manifest means: audio=sound_path. May be given several times.", valueName: "meaning=column")
  )
  var map: [String] = []

  /// Whether anything was named.
  var isGiven: Bool { !inputs.isEmpty || readsZeros || manifest != nil }

  func validate() throws {
    if manifest != nil && (!inputs.isEmpty || readsZeros) {
      throw ValidationError("--manifest names the inputs; leave out \(inputs.first ?? "-0")")
    }
    if manifest == nil && !map.isEmpty { throw ValidationError("--map goes with --manifest") }
    for pair in map where pair.split(separator: "=", maxSplits: 1).count != 2 {
      throw ValidationError("--map is meaning=column, not \(pair)")
    }
  }

  var list: InputList {
    var list = InputList(arguments: inputs + (readsZeros ? ["-0"] : []))
    list.include = include
    list.exclude = exclude
    list.manifest = manifest
    for pair in map {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      list.map[parts[1]] = parts[0]
    }
    return list
  }
}
