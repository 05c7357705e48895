// swift-tools-version: 6.2
import PackageDescription

// Warnings stop the build where the gate runs (.ci/run), not on the machine of somebody with a newer compiler.
let strict: [SwiftSetting] =
  Context.environment["CI"] != nil ? [.treatAllWarnings(as: .error)] : []

let settings: [SwiftSetting] =
  strict + [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]

let package = Package(
  name: "s2s",
  products: [
    .executable(name: "s2s", targets: ["s2s"]),
    .library(name: "Translation", targets: ["Translation"]),
    .library(name: "Captioning", targets: ["Captioning"]),
    .library(name: "Completion", targets: ["Completion"]),
    .library(name: "Metrics", targets: ["Metrics"]),
    .library(name: "Tokenization", targets: ["Tokenization"]),
    .library(name: "Seq2Seq", targets: ["Seq2Seq"]),
    .library(name: "ImageFeatures", targets: ["ImageFeatures"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "CProcessor"),
    .target(
      name: "COpenBLAS", dependencies: ["CProcessor"],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "CPackedProducts", dependencies: ["CProcessor"]),
    .target(name: "CInt8", dependencies: ["CProcessor"]),
    .target(name: "CVectors", dependencies: ["CProcessor"]),
    .target(name: "CDepthwise", dependencies: ["CProcessor"]),
    .target(
      name: "CImageCodec", dependencies: ["CProcessor"],
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .target(
      name: "Tensors",
      dependencies: [
        "COpenBLAS", "CPackedProducts", "CInt8", "CVectors", "CDepthwise", "CProcessor",
      ],
      swiftSettings: settings),
    .target(name: "Neural", dependencies: ["Tensors"], swiftSettings: settings),
    .target(name: "Seq2Seq", dependencies: ["Neural", "Tensors"], swiftSettings: settings),
    .target(
      name: "ImageFeatures", dependencies: ["CImageCodec", "Neural", "Tensors"],
      swiftSettings: settings),
    .target(name: "Tokenization", swiftSettings: settings),
    .target(name: "Plotting", swiftSettings: settings),
    .target(name: "Metrics", swiftSettings: settings),
    .target(
      name: "Recipes",
      dependencies: [
        "Seq2Seq", "Neural", "Tokenization", "PretrainedModels",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),
    .target(
      name: "Completion",
      dependencies: ["Recipes", "Seq2Seq", "Neural", "Tensors", "Tokenization"],
      swiftSettings: settings),
    .target(
      name: "Translation",
      dependencies: [
        "Completion", "Recipes", "Seq2Seq", "Neural", "Tensors", "Tokenization", "Metrics",
      ],
      swiftSettings: settings),
    .target(
      name: "Captioning",
      dependencies: [
        "Completion", "Recipes", "ImageFeatures", "Seq2Seq", "Neural", "Tensors", "Tokenization",
        "Metrics",
      ],
      swiftSettings: settings),
    .target(
      name: "PretrainedModels", resources: [.copy("Models")], swiftSettings: settings),
    .target(name: "Comparing", dependencies: ["Recipes", "Seq2Seq"], swiftSettings: settings),
    .target(
      name: "Benchmarking",
      dependencies: [
        "Translation", "Captioning", "ImageFeatures", "Recipes", "Seq2Seq", "Neural", "Tensors",
        "Tokenization", "Metrics",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "s2s",
      dependencies: [
        "Benchmarking", "Translation", "Captioning", "Completion", "ImageFeatures", "Recipes",
        "Seq2Seq", "Neural", "Tensors", "Plotting", "Comparing",
        "Tokenization", "Metrics", "PretrainedModels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["Recipes", "Seq2Seq", "Neural", "Tensors"],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "CVectors", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "NeuralTests", dependencies: ["Neural", "Tensors", "TestSupport"],
      resources: [.copy("Golden")],
      swiftSettings: settings),
    .testTarget(
      name: "Seq2SeqTests", dependencies: ["Seq2Seq", "Neural", "Tensors", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ImageFeaturesTests",
      dependencies: ["ImageFeatures", "Neural", "Tensors", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: settings),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization"], swiftSettings: settings),
    .testTarget(
      name: "ComparingTests", dependencies: ["Comparing", "Recipes", "TestSupport"],
      swiftSettings: settings),
    .testTarget(name: "PlottingTests", dependencies: ["Plotting"], swiftSettings: settings),
    .testTarget(
      name: "MetricsTests", dependencies: ["Metrics"], resources: [.copy("Golden")],
      swiftSettings: settings),
    .testTarget(
      name: "TranslationTests",
      dependencies: [
        "Translation", "Recipes", "Seq2Seq", "Neural", "Tensors", "Tokenization", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CaptioningTests",
      dependencies: [
        "Captioning", "ImageFeatures", "Recipes", "Seq2Seq", "Neural", "Tensors", "Tokenization",
        "Metrics",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CompletionTests",
      dependencies: [
        "Completion", "Recipes", "Seq2Seq", "Neural", "Tensors", "Tokenization", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "BenchmarkingTests",
      dependencies: [
        "Benchmarking", "Captioning", "ImageFeatures", "Seq2Seq", "Neural", "Tensors",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "s2s", "Benchmarking", "Translation", "Captioning", "Completion", "PretrainedModels",
        "ImageFeatures",
        "Recipes",
        "Seq2Seq",
        "Neural", "Tensors", "Tokenization",
      ],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
