import FoundationEssentials
import Genba
import GenbaPlot

/// A sample's most telling tensor as a picture: frames and images as they are, put together where a model takes them in
/// patches; spectrograms, without the padding behind them, and depth in colours.
struct ReportThumbnail {
  let html: String

  /// `nil` for a sample that cannot be read, and for one without a tensor that can be drawn.
  init?(_ thumbnail: ConversionReport.Thumbnail) {
    guard let tensors = try? thumbnail.tensors, let chosen = Self.mostTelling(in: tensors) else { return nil }
    let mask = tensors["valid_mask"]?.as(Bool.self)
    let picture =
      chosen.tensor.assembled(name: chosen.name, in: tensors)
      ?? (mask == nil ? chosen.tensor.withoutPadding : chosen.tensor)
    let origin = TensorPicture.Origin(ofTensorNamed: chosen.name)
    let image =
      TensorThumbnail(origin: origin)(picture, mask: mask)
      ?? (try? TensorPicture(width: 400, origin: origin)(picture))
    guard let image, let png = try? PNGEncoder.encode(image) else { return nil }
    let shapes = tensors.map { "\(HTML.escaped($0.name)) \($0.tensor.dtype.name) \($0.tensor.shape)" }
    let source = thumbnail.paths.map(HTML.escaped).joined(separator: ", ")
    html = """
      <figure><figcaption>\(HTML.escaped(thumbnail.key))</figcaption>\
      <img alt="\(HTML.escaped(chosen.name)) of \(HTML.escaped(thumbnail.key))" \
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
