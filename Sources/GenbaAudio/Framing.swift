/// Where the frames of a sound lie: frame i sees `frameLength` samples from i · `hopLength` - `pad` on.
public struct Framing: Sendable, Hashable {
  /// Which frames there are.
  public enum Ends: Sendable, Hashable {
    /// Those that lie whole in the sound with its padding on either side.
    case whole
    /// The same, and one of silence where there would be none: what centred frames make of an empty sound.
    case atLeastOne
    /// One for each hop, rounded: Kaldi's rule without `snip_edges`.
    case everyHop
    /// One at each hop, the first at the first sample: what a transform makes of a sound that it pads by itself.
    case centred
  }

  /// Samples of a frame.
  public var frameLength: Int
  /// From one frame to the next, in samples.
  public var hopLength: Int
  /// How many samples the first frame begins before the sound; below 0 for one that begins in it.
  public var pad: Int
  public var ends: Ends

  /// Frames; a length or hop below 1 traps.
  public init(frameLength: Int, hopLength: Int, pad: Int = 0, ends: Ends = .whole) {
    precondition(frameLength > 0 && hopLength > 0, "frames of \(frameLength) samples, \(hopLength) apart")
    self.frameLength = frameLength
    self.hopLength = hopLength
    self.pad = pad
    self.ends = ends
  }

  /// How many frames a sound of `sampleCount` samples has.
  public func frameCount(sampleCount: Int) -> Int {
    if ends == .everyHop { return (sampleCount + hopLength / 2) / hopLength }
    if ends == .centred { return 1 + sampleCount / hopLength }
    let padded = sampleCount + pad + max(pad, 0)
    let whole = padded < frameLength ? 0 : 1 + (padded - frameLength) / hopLength
    return ends == .atLeastOne ? max(whole, 1) : whole
  }

  /// How many frames see nothing but the first `received` samples, directly or in a mirror at the beginning.
  func completeFrameCount(received: Int) -> Int {
    // A mirror shows the first frame a sample as far behind the beginning as the frame begins before it, and only a
    // longer sound is mirrored once.
    guard received > pad, received + pad >= frameLength else { return 0 }
    return 1 + (received + pad - frameLength) / hopLength
  }

  /// The first sample that frames from `frame` on may see of a sound of which `received` samples have come: directly,
  /// or in a mirror at its end.
  func firstNeededSample(frame: Int, received: Int) -> Int {
    max(min(frame * hopLength - pad, received - 1 - frameLength), 0)
  }
}
