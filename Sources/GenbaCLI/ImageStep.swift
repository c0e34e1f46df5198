// Public, since a conformance is.
public import ArgumentParser
public import Genba

/// One `--apply` of `genba image`: `crop=10,20,300x200`, `gray`, `normalize=clip`.
///
/// A name, and behind `=` its values with commas between, in any order where their form tells them apart.
public enum ImageStep: Sendable {
  /// A picture from a picture.
  case transform(ImageTransform)
  /// A tensor from a picture: comes last.
  case last(ImageOutput)
}

/// What a picture becomes at the end.
public enum ImageOutput: Sendable {
  case hsv
  case lab
  case normalized(Normalization)

  /// The tensor: [height, width, 3], or [3, height, width] once it is normalised.
  func callAsFunction(_ image: Image) throws(GenbaError) -> AnyTensor {
    guard image.colorModel == .rgb else {
      throw GenbaError(
        .mismatchedInputs, "this is made of RGB, and the picture is \(image.colorModel); apply rgb first")
    }
    switch (self, image.pixels) {
    case (.hsv, .uint8(let pixels)): return AnyTensor(pixels.convertedToHSV())
    case (.lab, .uint8(let pixels)): return AnyTensor(pixels.convertedToLab())
    case (.hsv, .float32(let pixels)): return AnyTensor(pixels.convertedToHSV())
    case (.lab, .float32(let pixels)): return AnyTensor(pixels.convertedToLab())
    case (.normalized(let normalization), .uint8(let pixels)): return AnyTensor(normalization.planes(of: pixels))
    default:
      throw GenbaError(
        .mismatchedInputs,
        "\(image.tensor.dtype.name) pictures have no such form; apply uint8 first, or float32 for hsv and lab")
    }
  }
}

extension ImageStep: ExpressibleByArgument {
  /// The steps that there are, as help and errors list them.
  static let forms = """
    crop=X,Y,WxH; center-crop=WxH; pad=TOP,BOTTOM,LEFT,RIGHT[,constant|edge|reflect][,fill=V]; \
    letterbox=WxH[,fill=V][,RESIZE]; resize=WxH[,RESIZE]; resize-shortest=N[,RESIZE]; flip=horizontal|vertical; \
    rotate=90|180|270 (clockwise); gray[=opencv|pillow]; rgb[=qwen-vl-utils]; alpha=drop|white|black|R:G:B; uint8; \
    float32; and last hsv, lab or normalize=clip|imagenet|half|MEAN/STD. RESIZE is any of a filter (bilinear, \
    bicubic, lanczos, nearest, box, area), whose arithmetic (torchvision, torchvision-float, pillow, pillow13, \
    opencv-area) and no-antialias. V, MEAN and STD are one number, or one for each channel with colons between.
    """

  public init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var values = StepValues(parts.count == 2 ? parts[1] : nil)
    guard let step = Self.step(parts[0], &values), values.isEmpty else { return nil }
    self = step
  }

  private static func step(_ name: String, _ values: inout StepValues) -> ImageStep? {
    switch name {
    case "hsv": .last(.hsv)
    case "lab": .last(.lab)
    case "normalize": normalization(&values).map { .last(.normalized($0)) }
    default: transform(name, &values).map { .transform($0) }
    }
  }

  private static func transform(_ name: String, _ values: inout StepValues) -> ImageTransform? {
    switch name {
    case "crop":
      guard let x = values.integer(), let y = values.integer(), let size = values.size() else { return nil }
      return .crop(rows: y..<y + size.height, columns: x..<x + size.width)
    case "center-crop":
      return values.size().map { .centerCrop(height: $0.height, width: $0.width) }
    case "pad":
      guard let top = values.integer(), let bottom = values.integer(), let left = values.integer(),
        let right = values.integer()
      else { return nil }
      let padding = values.word(ImagePadding.init(rawValue:)) ?? .constant
      return .pad(top: top, bottom: bottom, left: left, right: right, padding, fill: values.fill() ?? [0])
    case "letterbox":
      guard let size = values.size() else { return nil }
      return .letterbox(height: size.height, width: size.width, fill: values.fill() ?? [0], values.resize())
    case "resize":
      guard let size = values.size() else { return nil }
      return .resize(height: size.height, width: size.width, values.resize())
    case "resize-shortest":
      guard let edge = values.integer() else { return nil }
      return .resizeShortestEdge(edge, values.resize())
    case "flip":
      return values.word { ["horizontal": .turn(.flipHorizontally), "vertical": .turn(.flipVertically)][$0] }
    case "rotate":
      return values.word {
        ["90": .turn(.rotate90Clockwise), "180": .turn(.rotate180), "270": .turn(.rotate90Counterclockwise)][$0]
      }
    case "gray":
      return values.isEmpty ? .gray(.openCV) : values.word { ["opencv": .gray(.openCV), "pillow": .gray(.pillow)][$0] }
    case "rgb":
      return values.isEmpty ? .rgb(.transformers) : values.word { ["qwen-vl-utils": .rgb(.qwenVLUtils)][$0] }
    case "alpha":
      return values.alpha().map { .alpha($0) }
    case "uint8": return .uint8
    case "float32": return .float32
    default: return nil
    }
  }

  private static func normalization(_ values: inout StepValues) -> Normalization? {
    if let known = values.word({ ["clip": Normalization.clip, "imagenet": .imageNet, "half": .half][$0] }) {
      return known
    }
    return values.word { word in
      let parts = word.split(separator: "/").map { StepValues.numbers(String($0)) }
      guard parts.count == 2, let mean = parts[0], let std = parts[1], std.allSatisfy({ $0 != 0 }) else { return nil }
      func three(_ numbers: [Double]) -> [Double]? {
        numbers.count == 3 ? numbers : numbers.count == 1 ? [numbers[0], numbers[0], numbers[0]] : nil
      }
      guard let mean = three(mean), let std = three(std) else { return nil }
      return Normalization(imageMean: mean, imageStd: std)
    }
  }
}

/// The values of a step, taken one after another.
private struct StepValues {
  private var words: [String]

  init(_ text: String?) {
    words = text?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  /// Whether all have been taken.
  var isEmpty: Bool { words.isEmpty }

  /// Takes the first word that has a meaning.
  mutating func word<Meaning>(_ meaning: (String) -> Meaning?) -> Meaning? {
    for (index, word) in words.enumerated() {
      if let found = meaning(word) {
        words.remove(at: index)
        return found
      }
    }
    return nil
  }

  /// Takes the next word if it is a whole number that a picture's side can be.
  mutating func integer() -> Int? {
    guard let number = words.first.flatMap({ Int($0) }), (0...1 << 26).contains(number) else { return nil }
    words.removeFirst()
    return number
  }

  /// Takes the first word of the form WIDTHxHEIGHT.
  mutating func size() -> PictureSize? { word { PictureSize(argument: $0) } }

  /// Takes `fill=`.
  mutating func fill() -> [Double]? {
    word { $0.hasPrefix("fill=") ? Self.numbers(String($0.dropFirst(5))) : nil }
  }

  /// Takes what says how to resize.
  mutating func resize() -> ImageResize {
    let names: [String: ImageResizer.Arithmetic] = [
      "torchvision": .torchvision, "torchvision-float": .torchvisionFloat, "pillow": .pillow, "pillow13": .pillow13,
      "opencv-area": .openCVArea,
    ]
    let filter = word(ImageResizer.Filter.init(rawValue:))
    let arithmetic = word { names[$0] }
    let isPlain = word { $0 == "no-antialias" ? true : nil } ?? false
    // Area and box are one library's each; without another word that is meant.
    let usual: ImageResizer.Arithmetic = filter == .area ? .openCVArea : filter == .box ? .pillow13 : .torchvision
    return ImageResize(
      filter: filter ?? (arithmetic == .openCVArea ? .area : .bicubic), arithmetic: arithmetic ?? usual,
      antialias: !isPlain)
  }

  /// Takes a rule for alpha: a word, or red, green and blue from 0 to 255.
  mutating func alpha() -> AlphaRule? {
    word { word in
      let known: [String: AlphaRule] = [
        "keep": .keep, "drop": .drop, "white": .compositeOnWhite, "black": .compositeOnBlack,
      ]
      if let rule = known[word] { return rule }
      guard let color = Self.numbers(word), color.count == 3, color.allSatisfy({ (0...255).contains($0) }) else {
        return nil
      }
      return .composite(red: color[0] / 255, green: color[1] / 255, blue: color[2] / 255)
    }
  }

  /// Numbers with colons between.
  static func numbers(_ text: String) -> [Double]? {
    let words = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Double($0) }
    return numbers.count == words.count && numbers.allSatisfy(\.isFinite) ? numbers : nil
  }
}
