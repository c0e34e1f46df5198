import Foundation
import Genba
import GenbaTestSupport
import Testing

@Suite struct InspectTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The lines of a file's facts, spaces made single.
  private func facts(_ path: String) throws -> [String] {
    let run = try Program(["inspect", path])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    return run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  private func json(_ arguments: [String]) throws -> [[String: Any]] {
    let run = try Program(["inspect", "--json"] + arguments)
    return try run.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  @Test func aVideosStreamsAndWhereFiguresComeFrom() throws {
    let facts = try facts(TestAssets.media("line-h264.mp4"))
    #expect(facts[0].hasSuffix("line-h264.mp4: video in mov,mp4,m4a,3gp,3g2,mj2"))
    for fact in [
      "stream 0: video", "codec h264 (High) header", "width 320 pixels header", "rotation none header",
      "frames 90 content", "duration 3 s content", "average fps 30 content", "stream 1: audio",
      "sample rate 44100 Hz header", "channels 2 (stereo) header",
    ] { #expect(facts.contains(fact), "\(fact)") }
  }

  @Test func interlacedVideoIsFlagged() throws {
    let order = "field order interlaced, top field first header"
    #expect(try facts(TestAssets.media("gop-interlaced.mp4")).contains(order))
    #expect(try !facts(TestAssets.media("line-h264.mp4")).contains { $0.hasPrefix("field order") })
  }

  @Test func headerAndContentThatDifferAreBothShown() throws {
    let facts = try facts(TestAssets.media("line-vfr.mp4"))
    #expect(facts.contains("average fps 30 header") && facts.contains("average fps 15.341 content"))
    let stream = try #require(
      (json([TestAssets.media("line-vfr.mp4")]).first?["streams"] as? [[String: Any]])?.first)
    #expect(stream["average_fps_from_header"] as? Double == 30)
    let origins = try #require(stream["origins"] as? [String: String])
    #expect(origins["average_fps"] == "content" && origins["average_fps_from_header"] == "header")
    #expect(abs(try #require(stream["average_fps"] as? Double) - 45 / 2.9333333333) < 1e-6)
  }

  @Test func soundsAndPictures() throws {
    let sound = try facts(TestAssets.media("speech-16k.wav"))
    #expect(sound[0].hasSuffix("speech-16k.wav: sound in wav"))
    #expect(sound.contains("codec pcm_s16le header") && sound.contains("samples 120874 header"))
    let picture = try facts(TestAssets.media("photo-exif-6.jpg"))
    #expect(picture[0].hasSuffix("photo-exif-6.jpg: picture"))
    #expect(picture.contains("orientation 6 (turned by 90 degrees clockwise) header"))
    #expect(try facts(TestAssets.corrupt("audio-only.mp4"))[0].contains("audio-only.mp4: sound in mov"))
  }

  @Test func pointClouds() throws {
    let mesh = try facts(TestAssets.media("clouds/mesh.ply"))
    #expect(mesh[0].hasSuffix("clouds/mesh.ply: point cloud"))
    for fact in [
      "format ply header", "encoding binary_little_endian header", "points 40 content", "normals yes header",
      "fields x y z nx ny nz float32, red green blue uint8 header", "colors yes header", "other elements 3 face header",
    ] { #expect(mesh.contains(fact), "\(fact)") }
    let record = try #require(json([TestAssets.media("clouds/open3d-compressed.pcd")]).first)
    #expect(record["kind"] as? String == "point_cloud")
    let part = try #require((record["streams"] as? [[String: Any]])?.first)
    #expect(part["encoding"] as? String == "binary_compressed" && part["points"] as? Int == 40)
    let fields = try #require(part["fields"] as? [[String: Any]])
    #expect(fields.first?["name"] as? String == "x" && fields.last?["dtype"] as? String == "uint32")
    let points = Array(try PointCloudFile.read(TestAssets.media("clouds/open3d-compressed.pcd")).points)
    for axis in 0..<3 {
      let values = stride(from: axis, to: points.count, by: 3).map { Double(points[$0]) }
      #expect((part["min"] as? [Double])?[axis] == values.min() && (part["max"] as? [Double])?[axis] == values.max())
    }
  }

  /// Bare points, one of which is none: the header's count and the content's differ, and there is nothing to colour.
  @Test func pointsWithoutColours() throws {
    let path = folder.path + "/holes.pcd"
    let text =
      "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2\nHEIGHT 2\nPOINTS 4\nDATA ascii\n"
      + "nan nan nan\n1 2 3\n-1.5 0 4\n0 0 1\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let facts = try facts(path)
    for fact in [
      "points 3 content", "points 4 header", "width 2 points a row header", "height 2 rows header", "normals no header",
      "colors no header", "min -1.5000 0 1 content", "max 1 2 4 content",
    ] { #expect(facts.contains(fact), "\(fact)") }
  }

  /// Depth pictures of each form, with their numbers' range.
  @Test(arguments: ["scene-mm.png", "scene-mm.pgm", "scene-mm.tiff", "scene-m.pfm", "scene-m.exr", "scene-m.tiff"])
  func depthPictures(name: String) throws {
    let facts = try facts(TestAssets.media("depth/\(name)"))
    #expect(facts[0].hasSuffix("\(name): picture"))
    let isWhole = name.contains("mm")
    #expect(facts.contains("dtype \(isWhole ? "uint16" : "float32") content"))
    #expect(facts.contains("min 0 content") && facts.contains("max \(isWhole ? "2745" : "2.7450") content"))
  }

  @Test func tensorFiles() throws {
    var bundle = TensorBundle()
    bundle.set("mel", to: Tensor<Float>([-1, 0, 4], shape: [1, 3]))
    bundle.set("grid", to: Tensor<Int64>([2, 4]))
    bundle.metadata["rate"] = "16000"
    // The content decides, not the name.
    let path = folder.path + "/tensors.wav"
    try bundle.write(to: folder.path + "/a.safetensors")
    try FileManager.default.moveItem(atPath: folder.path + "/a.safetensors", toPath: path)
    let lines = try facts(path)
    #expect(
      lines == [
        "\(path): safetensors, 2 tensors", "name dtype shape min mean max", "grid int64 [2] 2 3 4",
        "mel float32 [1, 3] -1 1 4", "rate: 16000",
      ])
    let record = try #require(json([path]).first)
    #expect(record["kind"] as? String == "tensors" && record["format"] as? String == "safetensors")
    let tensors = try #require(record["tensors"] as? [[String: Any]])
    #expect(tensors.map { $0["name"] as? String } == ["grid", "mel"])
    #expect(tensors[1]["shape"] as? [Int] == [1, 3] && tensors[1]["mean"] as? Double == 1)
  }

  @Test func aBadFileDoesNotStopTheOthers() throws {
    let good = TestAssets.media("u8.wav")
    let run = try Program(["inspect", TestAssets.corrupt("text.wav"), good, folder.path + "/missing.mp4", folder.path])
    #expect(run.status == 1)
    #expect(run.output.hasPrefix("\(good): sound in wav\n"))
    let errors = run.errors.split(separator: "\n")
    #expect(errors.count == 3)
    for (error, name) in zip(errors, ["text.wav", "missing.mp4", folder.path]) {
      #expect(error.hasPrefix("genba: ") && error.contains(name), "\(error)")
    }
  }

  @Test(arguments: [
    "machine-44k1-stereo.flac", "line-odd.mp4", "photo-gray.jpg", "png-rgba16.png", "one-sample.wav", "clouds/mesh.ply",
  ])
  func everyKindIsDrawn(name: String) throws {
    let picture = folder.path + "/out.png"
    let run = try Program(["inspect", TestAssets.media(name), "--plot", picture])
    #expect(run.status == 0, "\(run.errors)")
    let image = try ImageDecoder.decode(picture)
    #expect(image.width == 1200 && image.height > 200 && image.colorModel == .rgb)
    #expect(folder.contents == ["out.png"])
  }

  /// The same distances in any format give the same map, in colours and not in black and white.
  @Test func depthPicturesAreDrawnAsMaps() throws {
    var maps: [Image] = []
    for name in ["scene-m.tiff", "scene-m.exr", "scene-m.pfm"] {
      let run = try Program(["inspect", TestAssets.media("depth/\(name)"), "--plot", folder.path + "/\(name).png"])
      #expect(run.status == 0, "\(run.errors)")
      maps.append(try ImageDecoder.decode(folder.path + "/\(name).png"))
    }
    // Below the title, which is the file's name.
    let pixels = maps.map { Array(Array($0.rgbPixels)[(60 * $0.width * 3)...]) }
    #expect(pixels[0] == pixels[1] && pixels[0] == pixels[2])
    #expect(Set(stride(from: 0, to: pixels[0].count, by: 3).map { pixels[0][$0] }).count > 50)
  }

  @Test func aTensorIsDrawn() throws {
    var bundle = TensorBundle()
    bundle.set("rate", to: Tensor<Int64>([16_000]))
    bundle.set("mel", to: Tensor((0..<60).map(Float.init), shape: [1, 6, 10]))
    try bundle.write(to: folder.path + "/a.npz")
    let run = try Program(["inspect", folder.path + "/a.npz", "--plot", folder.path + "/a.png"])
    #expect(run.status == 0 && run.errors.contains("a.png"))
    #expect(try ImageDecoder.decode(folder.path + "/a.png").width == 1200)
  }

  @Test func aPlotThatCannotBeIsRefusedFirst() throws {
    let sound = TestAssets.media("u8.wav")
    let cases = [
      ["inspect", sound, "--plot", folder.path + "/a.jpg"],
      ["inspect", sound, sound, "--plot", folder.path + "/a.png"],
      ["inspect", sound, "--plot", folder.path + "/no/folder/a.png"],
    ]
    for arguments in cases {
      let run = try Program(arguments)
      #expect(run.status == 2 && run.output.isEmpty, "\(arguments)")
    }
    #expect(folder.contents.isEmpty)
  }

  /// A model's input is drawn as the pictures that it holds: green boards, not stretched numbers.
  @Test func aModelsInputIsDrawnAsWhatTheModelSees() throws {
    for model in ["qwen2.5-vl", "siglip2-base-patch16-naflex", "smolvlm2", "sam-vit-base"] {
      let (tensors, plot) = (folder.path + "/\(model).safetensors", folder.path + "/\(model).png")
      let made = try Program(["image", TestAssets.media("photo-board.jpg"), "--preset", model, "-o", tensors])
      #expect(made.status == 0, "\(made.errors)")
      let run = try Program(["inspect", tensors, "--plot", plot])
      #expect(run.status == 0, "\(run.errors)")
      let pixels = Array(try ImageDecoder.decode(plot).rgbPixels)
      var green = 0
      for pixel in stride(from: 0, to: pixels.count, by: 3) {
        let (r, g, b) = (Int(pixels[pixel]), Int(pixels[pixel + 1]), Int(pixels[pixel + 2]))
        if g > r + 20, g > b + 20 { green += 1 }
      }
      #expect(green > pixels.count / 60, "\(model)")
    }
  }
}
