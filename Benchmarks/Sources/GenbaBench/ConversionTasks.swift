import Dispatch
import FoundationEssentials
import Genba
import Synchronization

/// `features/FOLDER/MODEL/COUNT/THREADS`: so many files of a folder decoded to a model's tensors, and let go. What
/// `genba convert` takes longer is its shards, hashes and records.
func featuresTask(_ name: String) -> ((String) throws(GenbaError) -> Work)? {
  let parts = name.split(separator: "/").map(String.init)
  guard parts.count == 5, parts[0] == "features", let count = Int(parts[3]), let threads = Int(parts[4]) else {
    return nil
  }
  return { inputs throws(GenbaError) in
    let folder = "\(inputs)/\(parts[1])"
    let pipeline = try Pipeline(model: parts[2])
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted().prefix(count) ?? []
    let paths = names.map { "\(folder)/\($0)" }
    return { () throws(GenbaError) in
      let failure = Mutex(GenbaError?.none)
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for index in stride(from: thread, to: paths.count, by: threads) {
          do throws(GenbaError) {
            _ = try pipeline(paths[index])
          } catch {
            failure.withLock { $0 = error }
          }
        }
      }
      if let error = failure.withLock({ $0 }) { throw error }
      return TensorBundle()
    }
  }
}
