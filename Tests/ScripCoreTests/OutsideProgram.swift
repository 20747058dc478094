import Foundation
import Testing

/// A program that others wrote, against which this module's output is checked.
///
/// Where it is not installed its tests are skipped, and the run says so; under continuous integration, which
/// sets CI, they run and fail.
enum OutsideProgram: String {
    case jq, python3

    /// Whether tests that need the program run.
    var isExpected: Bool {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(rawValue)") }
    }

    /// What the program prints when it reads `input`; a status other than 0 is a failure of the test.
    func output(_ arguments: [String], input: [UInt8]) throws -> [UInt8] {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "scrip-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files instead of pipes, so that neither side waits for the other.
        let source = folder.appending(path: "input")
        let sink = folder.appending(path: "output")
        try Data(input).write(to: source)
        try Data().write(to: sink)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [rawValue] + arguments
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: sink)
        try process.run()
        process.waitUntilExit()
        try #require(
            process.terminationStatus == 0,
            "\(rawValue) ended with status \(process.terminationStatus); is it installed?")
        return try Array(Data(contentsOf: sink))
    }
}
