import ArgumentParser
import Genba

/// `genba`: recordings in, tensors out.
struct GenbaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "genba",
    abstract: "Turns factory sound, video and images into the tensors that multimodal models take.",
    discussion: """
      stdout carries data or JSON only; progress, warnings and errors go to stderr.
      Exit codes: 0 all done, 1 some inputs failed, 2 could not start, 130 interrupted.
      """,
    version: GenbaVersion.current,
    subcommands: [
      InspectCommand.self, AudioCommand.self, ImageCommand.self, VideoCommand.self, DepthCommand.self,
      StereoCommand.self, ProcessCommand.self, ConvertCommand.self, PlanCommand.self, RetryCommand.self,
      VerifyCommand.self,
      MergeCommand.self,
      ReportCommand.self, DiffCommand.self, RecipesCommand.self, WorkerCommand.self,
    ])
}
