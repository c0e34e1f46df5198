internal import GenbaCore

/// A cloud as the records of a file.
struct PointRecords {
  let cloud: PointCloud

  init(_ cloud: PointCloud) { self.cloud = cloud }

  /// The points' memory, if a record is nothing else.
  var pointsAlone: AnyTensor? {
    cloud.normals == nil && cloud.colors == nil && 1.littleEndian == 1 ? AnyTensor(cloud.points) : nil
  }

  func header(_ format: PointCloudFile.Format, _ encoding: PointCloudFile.Encoding) -> String {
    switch format {
    case .ply:
      var lines = ["ply", "format \(encoding == .ascii ? "ascii" : "binary_little_endian") 1.0"]
      lines += ["comment written by genba, metres", "element vertex \(cloud.count)"]
      lines += ["x", "y", "z"].map { "property float \($0)" }
      if cloud.normals != nil { lines += ["nx", "ny", "nz"].map { "property float \($0)" } }
      if cloud.colors != nil { lines += ["red", "green", "blue"].map { "property uchar \($0)" } }
      return (lines + ["end_header", ""]).joined(separator: "\n")
    case .pcd:
      var fields = ["x", "y", "z"]
      var types = ["F", "F", "F"]
      if cloud.normals != nil {
        fields += ["normal_x", "normal_y", "normal_z"]
        types += ["F", "F", "F"]
      }
      if cloud.colors != nil {
        fields.append("rgb")
        // As text a float, for that is what the Point Cloud Library expects of this name.
        types.append("F")
      }
      return [
        "# .PCD v0.7 - Point Cloud Data file format", "VERSION 0.7", "FIELDS \(fields.joined(separator: " "))",
        "SIZE \(fields.map { _ in "4" }.joined(separator: " "))", "TYPE \(types.joined(separator: " "))",
        "COUNT \(fields.map { _ in "1" }.joined(separator: " "))", "WIDTH \(cloud.count)", "HEIGHT 1",
        "VIEWPOINT 0 0 0 1 0 0 0", "POINTS \(cloud.count)", "DATA \(encoding == .ascii ? "ascii" : "binary")", "",
      ].joined(separator: "\n")
    }
  }

  /// All records, little-endian.
  func packed(_ format: PointCloudFile.Format) -> [UInt8] {
    let colorBytes = cloud.colors == nil ? 0 : format == .ply ? 3 : 4
    let stride = 12 + (cloud.normals == nil ? 0 : 12) + colorBytes
    let points = cloud.points.span
    return unsafe [UInt8](unsafeUninitializedCapacity: cloud.count * stride) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      func put(_ source: borrowing Span<Float>, at offset: Int) {
        for index in 0..<cloud.count {
          for axis in 0..<3 {
            let bits = source[3 * index + axis].bitPattern.littleEndian
            unsafe bytes.storeBytes(of: bits, toByteOffset: index * stride + offset + 4 * axis, as: UInt32.self)
          }
        }
      }
      put(points, at: 0)
      if let normals = cloud.normals { put(normals.span, at: 12) }
      if let colors = cloud.colors {
        let colors = colors.span
        let offset = stride - colorBytes
        for index in 0..<cloud.count {
          let (red, green, blue) = (colors[3 * index], colors[3 * index + 1], colors[3 * index + 2])
          let at = index * stride + offset
          if format == .ply {
            unsafe bytes[at] = red
            unsafe bytes[at + 1] = green
            unsafe bytes[at + 2] = blue
          } else {
            let packed = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
            unsafe bytes.storeBytes(of: packed.littleEndian, toByteOffset: at, as: UInt32.self)
          }
        }
      }
      count = buffer.count
    }
  }

  /// All records as lines, some thousand at a time.
  func forEachChunkOfText(
    _ format: PointCloudFile.Format, _ body: ([UInt8]) throws(GenbaError) -> Void
  ) throws(GenbaError) {
    let points = cloud.points.span
    var text: [UInt8] = []
    for index in 0..<cloud.count {
      var words = (0..<3).map { "\(points[3 * index + $0])" }
      if let normals = cloud.normals {
        let normals = normals.span
        words += (0..<3).map { "\(normals[3 * index + $0])" }
      }
      if let colors = cloud.colors {
        let colors = colors.span
        let rgb = (0..<3).map { UInt32(colors[3 * index + $0]) }
        words +=
          format == .ply
          ? rgb.map { "\($0)" } : ["\(Float(bitPattern: rgb[0] << 16 | rgb[1] << 8 | rgb[2]))"]
      }
      text += Array((words.joined(separator: " ") + "\n").utf8)
      if text.count > 1 << 18 || index == cloud.count - 1 {
        try body(text)
        text.removeAll(keepingCapacity: true)
      }
    }
  }
}
