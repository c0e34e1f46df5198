import ArgumentParser

@main
struct GenbaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "genba")
}
