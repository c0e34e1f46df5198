public import GenbaCore

/// What the header of a point cloud file says, before any point is read.
public struct PointCloudMetadata: Sendable, Hashable, Codable {
  /// One number of each point, or several of the same name.
  public struct Field: Sendable, Hashable, Codable {
    /// As the file calls it: `x`, `nx`, `red`, `intensity`.
    public var name: String

    /// The type of the stored number.
    public var dtype: DType

    /// How many numbers: 1, or in PCD what `COUNT` says.
    public var count: Int

    /// A field of each point.
    public init(name: String, dtype: DType, count: Int = 1) {
      self.name = name
      self.dtype = dtype
      self.count = count
    }
  }

  /// What a PLY file holds beside its vertices.
  public struct Element: Sendable, Hashable, Codable {
    /// As the file calls it: `face`, `edge`.
    public var name: String

    /// How many there are.
    public var count: Int

    /// Some elements of a kind.
    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  /// PLY or PCD.
  public var format: PointCloudFile.Format

  /// How the numbers stand in the file, as its header calls it: `ascii`, `binary_little_endian`, `binary_big_endian`
  /// (PLY), `binary`, `binary_compressed` (PCD).
  public var encoding: String

  /// How many points there are; those that are not finite count too.
  public var pointCount: Int

  /// What is stored for each point, in the file's order.
  public var fields: [Field]

  /// Rows of an organised PCD cloud, whose points stand as the pixels of a picture do; `nil` for a plain list.
  public var height: Int?

  /// Points of each row of an organised PCD cloud; `nil` for a plain list.
  public var width: Int?

  /// What else a PLY file holds; ``PointCloudFile/read(_:limits:)`` passes over it.
  public var otherElements: [Element]

  /// Facts about a cloud.
  public init(
    format: PointCloudFile.Format, encoding: String, pointCount: Int, fields: [Field], height: Int? = nil,
    width: Int? = nil, otherElements: [Element] = []
  ) {
    self.format = format
    self.encoding = encoding
    self.pointCount = pointCount
    self.fields = fields
    self.height = height
    self.width = width
    self.otherElements = otherElements
  }
}
