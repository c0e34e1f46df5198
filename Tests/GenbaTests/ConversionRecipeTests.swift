import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

@testable import Genba

/// What is said of a recipe that cannot be, before the first input is touched: the key that is wrong, and why.
@Suite struct ConversionRecipeTests {
  private func resolved(_ json: String) throws -> ResolvedRecipe {
    try ResolvedRecipe(ConversionRecipe(json: JSON.parse(Array(json.utf8))))
  }

  @Test(arguments: [
    (#"[]"#, ["a recipe is a JSON object"]), (#"{}"#, ["the recipe makes nothing"]),
    (#"{"model": 5}"#, ["\"model\"", "not 5"]), (#"{"model": "nope"}"#, ["nope", "whisper-large-v3"]),
    (#"{"audio": []}"#, ["\"audio\""]), (#"{"audio": {}, "audio": {"feature": "mfcc"}}"#, ["\"audio\"", "twice"]),
    (#"{"audio": {"feature": "mel", "feature": "mfcc"}}"#, ["\"audio\"", "\"feature\" twice"]),
    (#"{"audio": {"feature": "logmel"}}"#, ["\"audio\"", "logmel", "log_mel"]),
    (#"{"audio": {"feature": "log_mel", "options": {"n_mel": 80}}}"#, ["\"audio\"", "n_mel\"", "n_mels"]),
    (#"{"audio": {"feature": "log_mel", "options": {"n_mels": -1}}}"#, ["\"audio\"", "n_mels is -1"]),
    (#"{"audio": {"feature": "log_mel", "options": {"n_mels": "80"}}}"#, ["\"audio\"", "n_mels", "another type"]),
    (#"{"audio": {"feature": "mfcc", "options": {"n_mfc": 13}}}"#, ["\"audio\"", "n_mfc\""]),
    (#"{"audio": {"options": {"n_fft": 512}}}"#, ["\"audio\"", "samples have no options"]),
    (#"{"audio": {"feature": "frames"}}"#, ["\"audio\"", "frames"]),
    (#"{"audio": {"size": [2, 2]}}"#, ["\"audio\"", "size means nothing there"]),
    (#"{"audio": {"fps": 2}}"#, ["\"audio\"", "fps means nothing there"]),
    (#"{"image": {"sample_rate": 8000}}"#, ["\"image\"", "sample_rate means nothing there"]),
    (#"{"image": {"feature": "frames"}}"#, ["\"image\"", "frames", "its feature is image"]),
    (#"{"video": {"feature": "log_mel"}}"#, ["\"video\"", "log_mel", "its feature is frames"]),
    (#"{"video": {"fps": 2, "num_frames": 3}}"#, ["\"video\"", "not both"]),
    (#"{"depth": {}}"#, ["\"depth\"", "name a scale"]), (#"{"depth": {"scale": "inch"}}"#, ["\"depth\"", "scale"]),
    (#"{"audio": {"model": "clip-vit-large-patch14"}}"#, ["\"audio\"", "takes no sound"]),
    (#"{"video": {"model": "whisper-large-v3"}}"#, ["\"video\"", "takes no video"]),
    (#"{"image": {"model": "whisper-large-v3"}}"#, ["\"image\"", "takes no images"]),
    (#"{"audio": {}, "window": 5}"#, ["\"window\"", "length"]),
    (#"{"audio": {}, "window": {"length": 1, "hop": "x"}}"#, ["\"window\"", "hop", "not \"x\""]),
    (#"{"audio": {}, "window": {"length": 1, "hop": 0}}"#, ["\"window\"", "hop is above 0"]),
    (#"{"audio": {}, "window": {"length": 1, "tail": 5}}"#, ["\"window\"", "keep or drop"]),
    (#"{"audio": {}, "window": {"length": 1, "step": 5}}"#, ["\"window\"", "\"step\""]),
    (#"{"audio": {}, "dtype": "float"}"#, ["\"dtype\"", "bfloat16", "not \"float\""]),
    (#"{"audio": {}, "format": "tar"}"#, ["\"format\"", "webdataset", "not \"tar\""]),
    (#"{"audio": {}, "require": [1]}"#, ["\"require\"", "names"]),
    (#"{"audio": {}, "samples_per_shard": 2.5}"#, ["\"samples_per_shard\"", "not 2.5"]),
    (#"{"audio": {}, "keep_media": 1}"#, ["\"keep_media\""]), (#"{"audio": {}, "fps": 2}"#, ["\"fps\""]),
  ])
  func whatIsWrongIsNamed(json: String, words: [String]) {
    let error = #expect(throws: GenbaError.self) { try resolved(json) }
    let message = error.map { "\($0)" } ?? ""
    for word in words { #expect(message.contains(word), "\(message)") }
  }

  @Test(arguments: [
    #"{"audio": {"feature": "log-mel", "options": {"n_mels": 80, "top_db": null}}, "window": {"length": 1, "hop": null}}"#,
    #"{"video": {"fps": 2, "sample_rate": null}, "dtype": null, "depth": {"scale": 1000}}"#,
    #"{"stereo": {"options": {"numDisparities": 32}, "fill": true}, "north": {"size": [8, 8]}}"#,
  ])
  func whatIsRightStaysWhatItIs(json: String) throws {
    let recipe = try resolved(json)
    #expect(try ResolvedRecipe(ConversionRecipe(json: recipe.json)).sha256 == recipe.sha256)
  }

  /// A misspelt kind would make nothing of any file.
  @Test func aColumnThatNoRowHasIsNamed() throws {
    let folder = try TemporaryFolder()
    let recipe = try resolved(#"{"audoi": {}, "north": {"size": [8, 8]}}"#)
    let error = #expect(throws: GenbaError.self) {
      try ConversionPlan.write(
        InputList(arguments: [TestAssets.media("one-sample.wav")]), recipe: recipe, to: folder.path + "/plan")
    }
    #expect(error?.message.contains("\"audoi\" is no kind of recording") == true, "\(String(describing: error))")
    var file = try AtomicFile(path: folder.path + "/rows.jsonl")
    try file.write(Array(#"{"north": "a.png", "audoi": "b.wav"}"#.utf8))
    try file.commit()
    var list = InputList()
    (list.manifest, list.map) = (folder.path + "/rows.jsonl", ["north": "image", "audoi": "audio"])
    #expect(try ConversionPlan.write(list, recipe: recipe, to: folder.path + "/plan").inputCount == 1)
  }
}
