internal import ArgumentParser
internal import ScripStore

/// `scrip status`: chains, pool, what waits for whom, peers, alarms.
struct StatusCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", _superCommandName: "scrip",
        abstract: "Print chains, pool, what waits for whom, peers, alarms.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let report = try Ledger.open(try invocation.openRegion()).statusReport()
        for line in report.lines { try invocation.output.line(line) }
        return report.hasAlarm ? .rejected : .success
    }
}
