import FoundationEssentials
import Testing

/// Arrows point down only: what each target may depend on, and what its sources may import.
@Suite struct LayerTests {
  /// The layer of each target; a target that is not here fails the test until it is given its place.
  static let layers: [String: Int] = [
    "CGenbaKernels": 0, "CGenbaMedia": 0, "CFFmpeg": 0, "CSndfile": 0, "CVorbis": 0, "CMpg123": 0, "CPNG": 0,
    "CJPEG": 0, "CZlib": 0,
    "CCrypto": 0,
    "GenbaCore": 1, "GenbaKernels": 1,
    "GenbaMedia": 2, "GenbaAudio": 2, "GenbaVision": 2, "GenbaSpatial": 2, "GenbaStorage": 2,
    "GenbaProcessors": 3,
    "Genba": 4, "GenbaPlot": 4,
    "GenbaCLI": 5, "GenbaTestSupport": 5,
  ]

  /// C targets and who alone may depend on them.
  static let owners: [String: Set<String>] = [
    "CGenbaKernels": ["GenbaKernels"],
    "CGenbaMedia": ["GenbaMedia"],
    "CFFmpeg": ["GenbaMedia", "CGenbaMedia"],
    "CSndfile": ["GenbaMedia"],
    "CVorbis": ["GenbaMedia"],
    "CMpg123": ["GenbaMedia"],
    "CPNG": ["GenbaMedia", "CGenbaMedia"],
    "CJPEG": ["GenbaMedia", "CGenbaMedia"],
    "CZlib": ["GenbaStorage"],
    "CCrypto": ["GenbaStorage"],
  ]

  let package: PackageDescription

  init() throws {
    package = try PackageDescription.describe()
  }

  @Test func everyTargetHasALayer() {
    for target in package.targets where !target.isTestOrExample {
      #expect(Self.layers[target.name] != nil, "\(target.name) has no layer; give it one in \(#fileID)")
    }
  }

  @Test func arrowsPointDown() {
    for target in package.targets {
      guard let layer = Self.layers[target.name] else { continue }
      for dependency in target.targetDependencies {
        guard let below = Self.layers[dependency] else { continue }
        // C shims stand on the C libraries that they wrap.
        let isShim = layer == 0 && target.name.hasPrefix("C")
        #expect(below < layer || isShim, "\(target.name) (L\(layer)) must not depend on \(dependency) (L\(below))")
      }
    }
  }

  @Test func decodingLibrariesAndKernelsHaveOneOwner() {
    for target in package.targets {
      for dependency in target.targetDependencies {
        guard let owners = Self.owners[dependency] else { continue }
        #expect(owners.contains(target.name), "only \(owners.sorted()) may depend on \(dependency), not \(target.name)")
      }
    }
  }

  @Test func sourcesImportOnlyWhatTheManifestAllows() throws {
    for target in package.targets {
      guard let layer = Self.layers[target.name], layer > 0 else { continue }
      let allowed = Set(target.targetDependencies)
      for file in try SourceFile.all(in: "\(Self.root)/\(target.path)") {
        for module in file.imports where Self.layers[module] != nil {
          #expect(allowed.contains(module), "\(file.path) imports \(module), which \(target.name) does not depend on")
        }
      }
    }
  }

  @Test func librariesDoWithoutFoundation() throws {
    for target in package.targets {
      guard let layer = Self.layers[target.name], (1...4).contains(layer) else { continue }
      for file in try SourceFile.all(in: "\(Self.root)/\(target.path)") {
        #expect(
          !file.imports.contains("Foundation"), "\(file.path): Foundation brings 50 MB of ICU; use FoundationEssentials"
        )
      }
    }
  }

  @Test func kernelsAndShimsAreNoProducts() {
    let hidden = Set(Self.owners.keys).union(["GenbaKernels"])
    for product in package.products {
      #expect(hidden.isDisjoint(with: product.targets), "\(product.name) shows an inner target")
    }
  }

  @Test func sourceFilesStaySmall() throws {
    for folder in ["Sources", "Tests"] {
      for file in try SourceFile.all(in: "\(Self.root)/\(folder)") {
        #expect(file.lineCount <= 600, "\(file.path) has \(file.lineCount) lines; one idea a file, 600 at most")
      }
    }
  }

  static var root: String {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  }
}
