import Foundation
import ScripCore
import ScripStore
import TestSupport
import Testing

/// The fixtures: what is in `fixtures/` and what `verify` says of it.
///
/// They are written anew with
///
///     SCRIP_WRITE_FIXTURES=1 swift test --filter VerifyFixtureTests
@Suite struct VerifyFixtureTests {
    /// What `verify` says, in the form of the file `expected`.
    static func verdict(on path: String, isFull: Bool) throws -> String {
        var lines: [String] = []
        let verification = try Verification(
            path: path, world: .system(), options: Verification.Options(isFull: isFull))
        let summary = try verification.run { line in
            switch line {
            case .problem(let problem):
                lines.append("problem \(problem.code.rawValue) \(problem.file ?? "-")")
            case .invalid(let record):
                lines.append("invalid \(record.code.rawValue) \(record.chain) \(record.index)")
            case .conservation, .chain, .summary: break
            }
        }
        let head = ["exit \(summary.isGood ? 0 : 1)", "pending \(summary.pending)"]
        return (head + lines.sorted()).map { $0 + "\n" }.joined()
    }

    private static func write(_ bytes: [UInt8], to location: URL) throws {
        try FileManager.default.createDirectory(
            at: location.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: location)
    }

    static func write(_ honest: HonestFederation, to folder: URL) throws {
        for (path, bytes) in honest.files { try write(bytes, to: folder.appending(path: path)) }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["SCRIP_WRITE_FIXTURES"] != nil))
    func write() throws {
        try FixtureFolder().write()
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["SCRIP_WRITE_FIXTURES"] == nil))
    func committed() throws {
        #expect(try FixtureFolder().differences() == [])
    }

    @Test func honest() throws {
        let honest = try HonestFederation()
        try withScratchFolder { scratch in
            try Self.write(honest, to: scratch.appending(path: "public"))
            for isFull in [false, true] {
                let verdict = try Self.verdict(on: scratch.appending(path: "public").path, isFull: isFull)
                #expect(verdict == "exit 0\npending 0\n")
            }
        }
    }

    @Test func broken() throws {
        let honest = try HonestFederation()
        for broken in try BrokenFederations.all(from: honest) {
            try withScratchFolder { scratch in
                let folder = scratch.appending(path: "public")
                try Self.write(honest, to: folder)
                for (path, bytes) in broken.files { try Self.write(bytes, to: folder.appending(path: path)) }
                for path in broken.absent {
                    try FileManager.default.removeItem(at: folder.appending(path: path))
                }
                for command in broken.commands { try run(command, in: folder) }
                let region = scratch.appending(path: "region")
                let path = FileManager.default.fileExists(atPath: region.path) ? region.path : folder.path
                for isFull in [false, true] {
                    let verdict = try Self.verdict(on: path, isFull: isFull)
                    #expect(verdict == broken.expected, "\(broken.name), \(isFull ? "full" : "not full")")
                }
            }
        }
    }
}

/// Runs a shell command.
private func run(_ command: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", command]
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(command)")
}

private func withScratchFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "scrip-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
}
