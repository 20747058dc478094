internal import ArgumentParser
internal import ScripStore

/// A command of the program. Conforming types write `execute`; printing, flushing and the exit status are the
/// same for all.
protocol ProgramCommand: ParsableCommand {
    var globals: GlobalOptions { get }

    /// Does what the options say. Errors of the modules below may be thrown as they are.
    func execute(_ invocation: Invocation) throws -> ExitStatus
}

extension ProgramCommand {
    func run() throws {
        let invocation = try Invocation(globals)
        let status: ExitStatus
        do {
            status = try execute(invocation)
        } catch {
            // What was printed before is as true as ever, and the error matters more than a second one here.
            try? invocation.output.flush()
            throw Self.told(error)
        }
        try invocation.output.flush()
        if status != .success { throw status }
    }

    private static func told(_ error: any Error) -> any Error {
        error is ExitStatus || error is OutputClosed
            ? error : StoreError(error, subject: configuration.commandName ?? "scrip")
    }
}
