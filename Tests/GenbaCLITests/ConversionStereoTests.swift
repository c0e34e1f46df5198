import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

/// Pairs of pictures in a manifest become what `genba stereo` makes of them.
@Suite struct ConversionStereoTests {
  let folder: ConversionFolder

  init() throws {
    folder = try ConversionFolder()
    for name in ["scene-left.png", "scene-right.png", "scene-calib.txt"] {
      try folder.copy("media/stereo/\(name)", to: "pairs/\(name)")
    }
    try folder.write(
      """
      {"key": "pair", "left": "pairs/scene-left.png", "right": "pairs/scene-right.png", "line": 4}
      {"key": "half", "left": "pairs/scene-left.png"}
      {"key": "gone", "left": "pairs/scene-left.png", "right": "pairs/missing.png"}
      """, to: "rows.jsonl")
  }

  @Test func aPairBecomesDepthDisparityAndConfidence() throws {
    let recipe =
      #"{"stereo": {"calibration": "pairs/scene-calib.txt", "options": {"numDisparities": 96}, "min_confidence": 0.3}}"#
    let run = try folder.genba("convert --manifest rows.jsonl --recipe '\(recipe)' --format safetensors --out out")
    #expect(run.status == 1, "\(run.errors)")
    let bundle = try TensorBundle(contentsOf: folder.path + "/out/pair.safetensors")
    #expect(bundle.names.sorted() == ["confidence", "depth", "disparity", "valid_mask"])

    let alone = try folder.genba(
      """
      stereo pairs/scene-left.png pairs/scene-right.png --calibration pairs/scene-calib.txt --num-disparities 96 \
      --min-confidence 0.3 -o alone.safetensors
      """)
    #expect(alone.status == 0, "\(alone.errors)")
    let expected = try TensorBundle(contentsOf: folder.path + "/alone.safetensors")
    for name in bundle.names { #expect(bundle[name] == expected[name], "\(name)") }
    #expect(bundle.metadata["baseline_metres"] == expected.metadata["baseline_metres"])

    let rows = try folder.lines("out/manifest.jsonl")
    #expect(rows.map { $0["status"]?.string } == ["ok", "failed", "failed"])
    #expect(rows[0]["columns"]?["line"]?.int == 4 && rows[0]["inputs"]?["right"]?.string == "pairs/scene-right.png")
    let errors = try folder.lines("out/errors.jsonl")
    #expect(errors[0]["class"]?.string == "unsupported" && errors[0]["message"]?.string?.contains("no right") == true)
    #expect(errors[1]["class"]?.string == "open" && errors[1]["column"]?.string == "right")
  }

  @Test func aRowMayNameItsOwnCalibration() throws {
    try folder.write(
      """
      key,cam0,cam1,calib,left
      a,pairs/scene-left.png,pairs/scene-right.png,pairs/scene-calib.txt,north
      b,pairs/scene-left.png,pairs/scene-right.png,,south
      """, to: "rows.csv")
    let run = try folder.genba(
      """
      convert --manifest rows.csv --map left=cam0 --map right=cam1 --map calibration=calib \
      --recipe '{"stereo": {"options": {"numDisparities": 32}}}' --dtype float16 --out out
      """)
    #expect(run.status == 0, "\(run.errors)")
    let rows = try folder.lines("out/manifest.jsonl")
    #expect(rows[0]["tensors"]?.members.map(\.key) == ["depth", "disparity", "confidence", "valid_mask"])
    #expect(
      rows[1]["tensors"]?.members.map(\.key) == ["disparity", "confidence", "valid_mask"], "no metres without it")
    #expect(rows[0]["tensors"]?["depth"]?["dtype"]?.string == "float16")
    #expect(rows[1]["columns"]?["left"]?.string == "south", "the map gave the meaning to another column")
  }

  @Test func anotherCalibrationIsAnotherRecipe() throws {
    let command =
      #"convert --manifest rows.jsonl --recipe '{"stereo": {"calibration": "pairs/scene-calib.txt"}}' --out out"#
    #expect(try folder.genba(command).status == 1)
    let text = String(decoding: try FileReading.bytes(of: folder.path + "/pairs/scene-calib.txt"), as: UTF8.self)
    try folder.write(text + "\n", to: "pairs/scene-calib.txt")
    let other = try folder.genba(command)
    #expect(other.status == 2 && other.errors.contains("another recipe"), "\(other.errors)")
  }

  @Test(arguments: [
    (#"{"stereo": {"options": {"numDisparity": 96}}}"#, "numDisparity"),
    (#"{"stereo": {"options": {"numDisparities": 5}}}"#, "multiple of 16"),
    (#"{"stereo": {"calibration": "none.txt"}}"#, "none.txt"), (#"{"stereo": {"min_confidence": 3}}"#, "0 to 1"),
    (#"{"stereo": {"feature": "depth"}}"#, "leave out"), (#"{"image": {"fill": true}}"#, "no key \"fill\""),
  ])
  func whatCannotBeIsSaidBeforeTheStart(recipe: String, expected: String) throws {
    let run = try folder.genba("convert --manifest rows.jsonl --recipe '\(recipe)' --out out")
    #expect(run.status == 2 && run.errors.contains(expected), "\(run.errors)")
  }
}
