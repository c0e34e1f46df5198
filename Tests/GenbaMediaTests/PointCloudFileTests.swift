import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Point clouds to files and back; and files that Open3D 0.20 wrote.
@Suite struct PointCloudFileTests {
  let cloud = PointCloud(
    points: Tensor([0, 0, 1, -0.5, 0.25, 2, 1e-3, -7.125, 30.5], shape: [3, 3]),
    normals: Tensor([0, 0, -1, 0.6, 0, -0.8, 0, 1, 0], shape: [3, 3]),
    colors: Tensor([255, 0, 1, 2, 128, 3, 10, 20, 30], shape: [3, 3]))

  @Test(arguments: PointCloudFile.Format.allCases, PointCloudFile.Encoding.allCases)
  func whatIsWrittenIsRead(format: PointCloudFile.Format, encoding: PointCloudFile.Encoding) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/cloud.\(format.rawValue)"
    for parts in [
      cloud, PointCloud(points: cloud.points), PointCloud(points: cloud.points, colors: cloud.colors),
      PointCloud(points: Tensor<Float>([], shape: [0, 3])),
    ] {
      try PointCloudFile.write(parts, to: path, encoding: encoding)
      let read = try PointCloudFile.read(path)
      #expect(read == parts)
    }
  }

  /// The bytes that the format asks for, written down by hand.
  @Test func binaryPLYIsHeaderAndFloats() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/one.ply"
    try PointCloudFile.write(PointCloud(points: Tensor([1, 2, -0.5], shape: [1, 3])), to: path)
    let bytes = try FileReading.bytes(of: path)
    let header =
      "ply\nformat binary_little_endian 1.0\ncomment written by genba, metres\nelement vertex 1\n"
      + "property float x\nproperty float y\nproperty float z\nend_header\n"
    #expect(bytes == Array(header.utf8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0, 0xBF])
  }

  /// Clouds of Open3D: doubles, compressed fields, big-endian bytes and faces behind the points.
  @Test(arguments: [
    "open3d-ascii.ply", "open3d-binary.ply", "open3d-ascii.pcd", "open3d-binary.pcd", "open3d-compressed.pcd",
    "big-endian.ply", "mesh.ply",
  ])
  func readsWhatOthersWrite(name: String) throws {
    let golden = try Golden(TestAssets.golden("point-cloud-files.safetensors"))
    let read = try PointCloudFile.read(TestAssets.media("clouds/\(name)"))
    // As text, Open3D writes six digits.
    golden.expectMatches("points", read.points, within: name.contains("ascii") ? 6e-6 : 0)
    golden.expectMatches("normals", try #require(read.normals), within: name.contains("ascii") ? 6e-6 : 0)
    golden.expectMatches("colors", try #require(read.colors), within: 0)
  }

  /// Headers of Open3D, and of a depth camera's organised cloud.
  @Test func headersAreToldWithoutPoints() throws {
    func fields(_ names: String, _ dtype: DType) -> [PointCloudMetadata.Field] {
      names.split(separator: " ").map { .init(name: String($0), dtype: dtype) }
    }
    let ply = fields("x y z nx ny nz", .float64) + fields("red green blue", .uint8)
    #expect(
      try PointCloudFile.metadata(TestAssets.media("clouds/open3d-ascii.ply"))
        == PointCloudMetadata(format: .ply, encoding: "ascii", pointCount: 40, fields: ply))
    #expect(
      try PointCloudFile.metadata(TestAssets.media("clouds/mesh.ply"))
        == PointCloudMetadata(
          format: .ply, encoding: "binary_little_endian", pointCount: 40,
          fields: fields("x y z nx ny nz", .float32) + fields("red green blue", .uint8),
          otherElements: [.init(name: "face", count: 3)]))
    #expect(try PointCloudFile.metadata(TestAssets.media("clouds/big-endian.ply")).encoding == "binary_big_endian")
    #expect(
      try PointCloudFile.metadata(TestAssets.media("clouds/open3d-compressed.pcd"))
        == PointCloudMetadata(
          format: .pcd, encoding: "binary_compressed", pointCount: 40,
          fields: fields("x y z normal_x normal_y normal_z", .float32) + fields("rgb", .uint32)))
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/organised.pcd"
    var file = try AtomicFile(path: path)
    let header =
      "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z fpfh\nSIZE 4 4 8 2\nTYPE F F F I\nCOUNT 1 1 1 33\nWIDTH 640\n"
      + "HEIGHT 480\nPOINTS 307200\nDATA binary\n"
    try file.write(Array(header.utf8))
    try file.commit()
    #expect(
      try PointCloudFile.metadata(path)
        == PointCloudMetadata(
          format: .pcd, encoding: "binary", pointCount: 307_200,
          fields: fields("x y", .float32) + fields("z", .float64) + [.init(name: "fpfh", dtype: .int16, count: 33)],
          height: 480, width: 640))
  }

  @Test func theContentTellsAPointCloud() throws {
    for (name, format) in [
      ("clouds/mesh.ply", PointCloudFile.Format.ply), ("clouds/open3d-binary.pcd", .pcd), ("photo-gray.jpg", nil),
      ("stereo/extrinsics.yml", nil), ("stereo/scene-calib.txt", nil), ("u8.wav", nil),
    ] {
      #expect(try PointCloudFile.detect(contentsOf: TestAssets.media(name)) == format, "\(name)")
    }
    let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.media("clouds/mesh.ply")) }
    #expect(error?.message == "not a picture but a point cloud (PLY)")
    #expect(throws: GenbaError.self) { try MediaKind.detect(.file(TestAssets.media("clouds/open3d-ascii.pcd"))) }
  }

  @Test func pointsThatAreNotFiniteAreLeftOut() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/holes.pcd"
    var file = try AtomicFile(path: path)
    let text =
      "VERSION 0.7\nFIELDS x y z\nSIZE 8 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 3\nHEIGHT 1\nPOINTS 3\nDATA ascii\n"
      + "nan nan nan\n1 2 3\n1e300 0 0\n"
    try file.write(Array(text.utf8))
    try file.commit()
    #expect(Array(try PointCloudFile.read(path).points) == [1, 2, 3])
  }

  @Test(arguments: [
    (
      "ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 2 3\n",
      GenbaError.Code.truncated
    ),
    (
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nend_header\n1 2\n",
      .unsupportedFormat
    ),
    (
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 b 3\n",
      .corruptData
    ),
    (
      "ply\nformat binary_little_endian 1.0\nelement vertex 4611686018427387904\nproperty float x\nproperty float y\n"
        + "property float z\nend_header\n123", .truncated
    ),
    ("ply\nformat ascii 1.0\nelement vertex 1\n", .truncated),
    ("VERSION 0.7\nFIELDS x y z\nSIZE 4 4\nDATA ascii\n", .corruptData),
    (
      "VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nPOINTS 9\nDATA binary_compressed\n\u{1}\0\0\0l\0\0\0\u{7}",
      .corruptData
    ),
    ("o cube\nv 1 2 3\n", .unsupportedFormat),
  ])
  func brokenFilesSayWhatIsWrong(text: String, code: GenbaError.Code) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/broken"
    var file = try AtomicFile(path: path)
    try file.write(Array(text.utf8))
    try file.commit()
    let error = #expect(throws: GenbaError.self) { try PointCloudFile.read(path) }
    #expect(error?.code == code && error?.source.path == path, "\(String(describing: error))")
  }

  /// A byte that is wrong anywhere must end in an error or in a cloud, never in a trap.
  @Test func damagedFilesNeverTrap() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/damaged"
    var random = SeededRandom(state: 6)
    for name in ["open3d-compressed.pcd", "open3d-binary.ply", "open3d-ascii.pcd"] {
      let whole = try FileReading.bytes(of: TestAssets.media("clouds/\(name)"))
      for _ in 0..<150 {
        var bytes = whole
        for _ in 0..<3 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        var file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
        _ = try? PointCloudFile.read(path)
        _ = try? PointCloudFile.metadata(path)
      }
    }
  }
}
