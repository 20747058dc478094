internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip doctor`: looks at everything that goes wrong in practice, and says what to do.
struct DoctorCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", _superCommandName: "scrip",
        abstract: "Look at what goes wrong in practice, and say what to do.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let findings = try Doctor(path: try invocation.regionPath(), world: invocation.world).run()
        for finding in findings { try invocation.output.line(finding.json) }
        if findings.contains(where: { $0.level == .wrong }) { return .rejected }
        return findings.isEmpty ? .success : .awaiting
    }
}
