import Foundation

/// A run of a program that others wrote, against which this module's output is checked.
struct Program {
    let status: Int32
    let output: [UInt8]
    let errors: String

    /// Runs `name` (looked up on the PATH) with `arguments`, hands it `input`, and waits for its end.
    static func run(_ name: String, _ arguments: [String], input: [UInt8] = []) throws -> Program {
        try Folder.temporary { folder in
            // Files instead of pipes, so that neither side waits for the other.
            let source = folder.appending(path: "input")
            let sink = folder.appending(path: "output")
            let complaints = folder.appending(path: "errors")
            try Data(input).write(to: source)
            try Data().write(to: sink)
            try Data().write(to: complaints)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [name] + arguments
            process.standardInput = try FileHandle(forReadingFrom: source)
            process.standardOutput = try FileHandle(forWritingTo: sink)
            process.standardError = try FileHandle(forWritingTo: complaints)
            try process.run()
            process.waitUntilExit()
            return Program(
                status: process.terminationStatus,
                output: try Array(Data(contentsOf: sink)),
                errors: try String(decoding: Data(contentsOf: complaints), as: UTF8.self))
        }
    }
}
