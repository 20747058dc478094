// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "scrip",
    products: [
        .executable(name: "scrip", targets: ["scrip"]),
        // For Benchmarks/, a package of its own.
        .library(
            name: "ScripLibraries", targets: ["ScripStore", "ScripCore", "ScripCrypto", "TestSupport"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        .systemLibrary(
            name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CSyncFS"),
        .target(
            name: "ScripCrypto", dependencies: ["CLibCrypto", "CZlib"], swiftSettings: strict),
        .target(name: "ScripCore", dependencies: ["ScripCrypto"], swiftSettings: strict),
        .target(
            name: "ScripStore", dependencies: ["ScripCore", "ScripCrypto", "CSQLite", "CSyncFS"],
            swiftSettings: strict),
        .target(
            name: "ScripCommands",
            dependencies: [
                "ScripStore", "ScripCore", "ScripCrypto",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "scrip", dependencies: ["ScripCommands"], swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["ScripStore", "ScripCore", "ScripCrypto"],
            path: "Tests/TestSupport", swiftSettings: strict),
        // Whole federations under faults, for scripts/simulate and the tests of power cuts.
        .target(
            name: "Simulation", dependencies: ["ScripStore", "ScripCore", "ScripCrypto"],
            path: "Tests/Simulation", swiftSettings: strict),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation", "ScripCrypto", "CLibCrypto"],
            path: "Tests/Simulate", swiftSettings: strict,
            // See RememberedSignatures.swift.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--wrap=EVP_DigestVerify"])]),
        .executableTarget(
            name: "powercuts", dependencies: ["Simulation"], path: "Tests/PowerCuts", swiftSettings: strict),
        .testTarget(
            name: "ScripCryptoTests", dependencies: ["ScripCrypto", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ScripCoreTests", dependencies: ["ScripCore", "ScripCrypto", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ScripStoreTests",
            dependencies: ["ScripStore", "ScripCore", "ScripCrypto", "TestSupport", "Simulation"],
            swiftSettings: strict),
        .testTarget(
            name: "ScripCommandsTests",
            dependencies: ["ScripCommands", "ScripStore", "ScripCore", "TestSupport"],
            swiftSettings: strict),
    ]
)
