internal import CGenbaKernels

/// The instruction sets that kernels are compiled for.
public enum KernelLevel: Int, Sendable, CaseIterable, Comparable, CustomStringConvertible {
  /// SSE2 on x86-64, NEON on arm64.
  case base = 0
  /// AVX2 with FMA.
  case avx2 = 1
  /// AVX-512 F, BW, DQ, VL and VBMI.
  case avx512 = 2

  /// The level that kernels run at on this thread.
  public static var current: KernelLevel { KernelLevel(rawValue: Int(genba_level())) ?? .base }

  /// The highest level that this machine has.
  public static var best: KernelLevel { KernelLevel(rawValue: Int(genba_best_level())) ?? .base }

  /// All levels that this machine has, lowest first.
  public static var available: [KernelLevel] { allCases.filter { $0 <= best } }

  /// Runs `body` with every kernel that it calls on this thread at this level, then goes back to the best.
  ///
  /// For tests and benchmarks. A level that this machine does not have traps.
  public func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    precondition(self <= .best, "this machine has no \(self)")
    genba_force_level(Int32(rawValue))
    defer { genba_force_level(-1) }
    return try body()
  }

  public static func < (left: KernelLevel, right: KernelLevel) -> Bool { left.rawValue < right.rawValue }

  public var description: String {
    switch self {
    case .base:
      #if arch(arm64)
        "NEON"
      #else
        "SSE2"
      #endif
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    }
  }
}
