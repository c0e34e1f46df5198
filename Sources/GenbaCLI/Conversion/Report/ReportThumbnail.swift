import FoundationEssentials
import Genba
import GenbaPlot

/// A sample's most telling tensor as a picture: frames and images as they are, spectrograms and depth in colours.
struct ReportThumbnail {
  private let thumbnail: ConversionReport.Thumbnail
  private let name: String
  private let png: [UInt8]

  /// `nil` for a sample without a tensor that can be drawn.
  init?(_ thumbnail: ConversionReport.Thumbnail) {
    guard let chosen = Self.mostTelling(in: thumbnail.tensors) else { return nil }
    self.thumbnail = thumbnail
    name = chosen.name
    let origin = TensorPicture.Origin(ofTensorNamed: chosen.name)
    let mask = thumbnail.tensors["valid_mask"]?.as(Bool.self)
    let image =
      TensorThumbnail(origin: origin)(chosen.tensor, mask: mask)
      ?? (try? TensorPicture(width: 400, origin: origin)(chosen.tensor))
    guard let image, let png = try? PNGEncoder.encode(image) else { return nil }
    self.png = png
  }

  var html: String {
    let shapes = thumbnail.tensors.map { "\(HTML.escaped($0.name)) \($0.tensor.dtype.name) \($0.tensor.shape)" }
    let source = thumbnail.paths.map(HTML.escaped).joined(separator: ", ")
    return """
      <figure><figcaption>\(HTML.escaped(thumbnail.key))</figcaption>\
      <img alt="\(HTML.escaped(name)) of \(HTML.escaped(thumbnail.key))" \
      src="data:image/png;base64,\(Data(png).base64EncodedString())">\
      <small>\(source)<br>\(shapes.joined(separator: "<br>"))</small></figure>
      """
  }

  /// The tensor with the most axes that hold something: a clip before a spectrogram, and that before a list of numbers.
  private static func mostTelling(in bundle: TensorBundle) -> (name: String, tensor: AnyTensor)? {
    func rank(_ entry: (name: String, tensor: AnyTensor)) -> (Int, Int) {
      let axes = entry.tensor.shape.count { $0 > 1 }
      return (min(axes, 3), entry.tensor.count)
    }
    return bundle.filter { $0.tensor.count > 1 }.max { rank($0) < rank($1) }
  }
}
