import ArgumentParser
import Genba

extension AudioCommand {
  /// What `--feature` names.
  enum Feature: Hashable, ExpressibleByArgument {
    /// Of frames; its options come as JSON.
    case frames(FrameFeatureKind)
    case finding(Finding)
    case inverseSTFT

    /// What detectors and the loudness meter say.
    enum Finding: String, CaseIterable {
      case loudness, silence, clipping, dropouts
    }

    init?(argument: String) {
      if let kind = FrameFeatureKind(rawValue: argument) {
        self = .frames(kind)
      } else if let finding = Finding(rawValue: argument) {
        self = .finding(finding)
      } else if argument == Self.inverseSTFTName {
        self = .inverseSTFT
      } else {
        return nil
      }
    }

    static var allValueStrings: [String] {
      FrameFeatureKind.allCases.map(\.rawValue) + Finding.allCases.map(\.rawValue) + [inverseSTFTName]
    }

    var ofFrames: FrameFeatureKind? {
      if case .frames(let kind) = self { kind } else { nil }
    }

    private static let inverseSTFTName = "inverse-stft"
  }
}
