import Genba
import GenbaTestSupport
import Testing

extension TemporaryFolder {
  /// What `genba` writes for these arguments; it must end well and print nothing.
  func bundle(_ arguments: [String]) throws -> TensorBundle {
    let output = path + "/out.safetensors"
    let run = try Program(arguments + ["-o", output])
    #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
    return try TensorBundle(contentsOf: output)
  }
}
