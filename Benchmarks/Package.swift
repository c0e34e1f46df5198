// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "GenbaBench",
  dependencies: [.package(name: "genba", path: "..")],
  targets: [
    .executableTarget(
      name: "GenbaBench",
      dependencies: [.product(name: "Genba", package: "genba")],
      swiftSettings: [
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .strictMemorySafety(),
      ])
  ]
)
