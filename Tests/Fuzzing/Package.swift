// swift-tools-version: 6.2
import PackageDescription

// Built by scripts/fuzz with libFuzzer's instrumentation; `swift build` of the main package never sees it.
let package = Package(
    name: "Fuzzing",
    dependencies: [.package(name: "scrip", path: "../..")],
    targets: [
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: ["CLibFuzzer", .product(name: "ScripLibraries", package: "scrip")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                .strictMemorySafety(),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
    ]
)
