internal import ArgumentParser
internal import ScripStore

/// `scrip report`: one self-contained page about the whole ledger.
struct ReportCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", _superCommandName: "scrip",
        abstract: "Print one self-contained HTML page about the ledger.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let ledger = try Ledger.open(try invocation.openRegion())
        try ledger.consistently {
            let page = ReportPage(
                survey: try ledger.survey(), status: try ledger.statusReport().lines, charter: ledger.charter,
                now: invocation.now
            ) { try ledger.name(ofIssuer: $0) }
            try page.write { try invocation.output.write(Array($0.utf8)) }
        }
        return .success
    }
}
