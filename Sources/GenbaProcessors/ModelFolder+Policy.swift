internal import GenbaCore

/// The robot policies that Genba knows, by the `type` in their LeRobot `config.json`.
enum RobotPolicy: String, CaseIterable {
  case pi0
  case pi05
  case smolVLA = "smolvla"
  case groot
}

extension ModelFolder {
  /// The image processor of a robot policy: of LeRobot's `config.json`, or of a GR00T checkpoint, whose
  /// `processor_config.json` has `processor_kwargs`; `nil` for other models.
  func policyImageProcessor() throws(GenbaError) -> (any ImageProcessor)? {
    if let block = try grootSettings() { return GrootImageProcessor(try .init(block)) }
    guard let config, let policy = policy else { return nil }
    switch policy {
    case .pi0, .pi05: return LeRobotImageProcessor(try .init(config, defaults: .pi0))
    case .smolVLA: return LeRobotImageProcessor(try .init(config, defaults: .smolVLA))
    case .groot: return GrootImageProcessor(.n1_7)
    }
  }

  private func grootSettings() throws(GenbaError) -> ConfigurationFile? {
    guard let processor, processor.isObject("processor_kwargs") else { return nil }
    return try processor.block("processor_kwargs")
  }
}
