// swift-tools-version: 6.2
import PackageDescription

// The layers, bottom up. An arrow points down only; Tests/ArchitectureTests reads this manifest and fails on a wrong one.
//
//   L5  GenbaCLI
//   L4  Genba          GenbaPlot
//   L3  GenbaProcessors
//   L2  GenbaMedia     GenbaAudio   GenbaVision   GenbaSpatial   GenbaStorage
//   L1  GenbaCore      GenbaKernels
//   L0  CGenbaKernels  CGenbaMedia  CFFmpeg  CSndfile  CVorbis  CMpg123  CPNG  CJPEG  CZlib  CCrypto

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
]

/// Kernels at -O0 are some forty times slower, and a test suite on them crawls.
let optimizedInDebug: [CSetting] = [.unsafeFlags(["-O2"], .when(configuration: .debug))]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.init(stringLiteral: name), "GenbaTestSupport"] + dependencies,
    swiftSettings: swiftSettings)
}

let package = Package(
  name: "genba",
  products: [
    .library(name: "Genba", targets: ["Genba"]),
    .library(name: "GenbaPlot", targets: ["GenbaPlot"]),
    .library(name: "GenbaProcessors", targets: ["GenbaProcessors"]),
    .library(name: "GenbaMedia", targets: ["GenbaMedia"]),
    .library(name: "GenbaAudio", targets: ["GenbaAudio"]),
    .library(name: "GenbaVision", targets: ["GenbaVision"]),
    .library(name: "GenbaSpatial", targets: ["GenbaSpatial"]),
    .library(name: "GenbaStorage", targets: ["GenbaStorage"]),
    .library(name: "GenbaCore", targets: ["GenbaCore"]),
    .executable(name: "genba", targets: ["GenbaCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // L0: C
    .target(name: "CGenbaKernels", cSettings: optimizedInDebug),
    .target(name: "CGenbaMedia", dependencies: ["CFFmpeg", "CPNG", "CJPEG"], cSettings: optimizedInDebug),
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat libavcodec libavutil libswscale libswresample",
      providers: [
        .apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev", "libswresample-dev"])
      ]),
    .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(name: "CVorbis", pkgConfig: "vorbisfile vorbis", providers: [.apt(["libvorbis-dev"])]),
    .systemLibrary(name: "CMpg123", pkgConfig: "libmpg123", providers: [.apt(["libmpg123-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // L1: values and kernels
    library("GenbaCore"),
    library("GenbaKernels", ["CGenbaKernels"]),

    // L2: one subject each; none imports another
    library(
      "GenbaMedia",
      ["GenbaCore", "GenbaKernels", "CFFmpeg", "CSndfile", "CVorbis", "CMpg123", "CPNG", "CJPEG", "CGenbaMedia"]),
    library("GenbaAudio", ["GenbaCore", "GenbaKernels"]),
    library("GenbaVision", ["GenbaCore", "GenbaKernels"]),
    library("GenbaSpatial", ["GenbaCore", "GenbaKernels"]),
    library("GenbaStorage", ["GenbaCore", "CZlib", "CCrypto"]),

    // L3: model-input contracts
    // Presets are compiled in: a resource bundle would bring Foundation back.
    library(
      "GenbaProcessors", ["GenbaCore", "GenbaKernels", "GenbaAudio", "GenbaVision"],
      resources: [.embedInCode("Presets")]),

    // L4: what users link
    library("GenbaPlot", ["GenbaCore", "GenbaAudio", "GenbaVision"]),
    library(
      "Genba",
      [
        "GenbaCore", "GenbaMedia", "GenbaAudio", "GenbaVision", "GenbaSpatial", "GenbaStorage", "GenbaProcessors",
      ]),

    // L5: programs, examples and tests
    .executableTarget(
      name: "GenbaCLI",
      dependencies: [
        "Genba", "GenbaPlot",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "image-to-tokens", dependencies: ["Genba", "GenbaPlot"], path: "Examples/image-to-tokens",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "quick-start", dependencies: ["Genba"], path: "Examples/quick-start", swiftSettings: swiftSettings),
    .executableTarget(
      name: "depth-to-model", dependencies: ["Genba"], path: "Examples/depth-to-model", swiftSettings: swiftSettings),
    .executableTarget(
      name: "stream-log-mel", dependencies: ["Genba"], path: "Examples/stream-log-mel", swiftSettings: swiftSettings),
    .executableTarget(
      name: "clip-sampler", dependencies: ["Genba", "GenbaPlot"], path: "Examples/clip-sampler",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "stereo-to-points", dependencies: ["Genba", "GenbaPlot"], path: "Examples/stereo-to-points",
      swiftSettings: swiftSettings),
    .target(
      name: "GenbaTestSupport", dependencies: ["GenbaCore", "GenbaStorage"], path: "Tests/Support",
      swiftSettings: swiftSettings),
    .testTarget(name: "ArchitectureTests", dependencies: ["GenbaTestSupport"], swiftSettings: swiftSettings),
    tests(of: "GenbaCore"),
    tests(of: "GenbaKernels", ["GenbaCore"]),
    tests(of: "GenbaMedia", ["GenbaStorage"]),
    tests(of: "GenbaAudio"),
    tests(of: "GenbaVision", ["GenbaMedia"]),
    tests(of: "GenbaSpatial", ["GenbaKernels", "GenbaMedia"]),
    tests(of: "GenbaStorage"),
    tests(of: "GenbaProcessors", ["GenbaMedia", "GenbaStorage", "GenbaVision"]),
    tests(of: "GenbaPlot"),
    tests(of: "Genba", ["GenbaPlot"]),
    .testTarget(
      name: "ExamplesTests",
      dependencies: [
        "GenbaCLI", "clip-sampler", "depth-to-model", "image-to-tokens", "quick-start", "stereo-to-points",
        "stream-log-mel", "Genba",
        "GenbaTestSupport",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "GenbaCLITests", dependencies: ["GenbaCLI", "Genba", "GenbaPlot", "GenbaTestSupport"],
      swiftSettings: swiftSettings),
  ]
)
