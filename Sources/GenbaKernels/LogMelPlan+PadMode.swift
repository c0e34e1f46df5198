internal import CGenbaKernels

extension LogMelPlan {
  /// What stands before and behind the signal.
  public enum PadMode: Sendable, Hashable {
    /// Zeros.
    case constant
    /// The signal in a mirror that does not repeat the sample at the edge, again and again if it is short (numpy's
    /// `reflect`); zeros for an empty signal.
    case reflect
    /// The sample at the edge; zeros for an empty signal.
    case edge

    var kernelMode: Int32 {
      switch self {
      case .constant: Int32(GENBA_PAD_CONSTANT)
      case .reflect: Int32(GENBA_PAD_REFLECT)
      case .edge: Int32(GENBA_PAD_EDGE)
      }
    }
  }
}
