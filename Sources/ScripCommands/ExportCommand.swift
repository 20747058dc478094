internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip export`: the ledger for other programs.
struct ExportCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", _superCommandName: "scrip",
        abstract: "Print all sealed records for a spreadsheet or an accountant.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("csv or hledger.", valueName: "format"))
    var format: String?

    private enum Format: String {
        case csv, hledger
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard let format else {
            throw StoreError(.usage, "export", "no format is named; give --format csv or --format hledger")
        }
        guard let chosen = Format(rawValue: format) else {
            throw StoreError(.usage, "export", "--format: '\(format)' is none of csv, hledger")
        }
        let ledger = try Ledger.open(try invocation.openRegion())
        let output = invocation.output
        switch chosen {
        case .csv:
            try output.write(RecordTable.header)
            try ledger.forEachRecordByTime { try output.write(RecordTable.rows($0)) }
        case .hledger: try printJournal(ledger, output)
        }
        return .success
    }

    private func printJournal(_ ledger: Ledger, _ output: Output) throws {
        let merchants = ledger.charters.chains
        try output.write(VoucherJournal.beginning(ledger.charter.federation))
        try ledger.forEachCurrencyOfVouchers { try output.write(VoucherJournal.declaration($0)) }
        try ledger.forEachSeries {
            try output.write(VoucherJournal.declarations($0, merchants: merchants))
        }
        try ledger.forEachRecordByTime { try output.write(VoucherJournal.transaction($0)) }
        guard let time = try ledger.newestTime() else { return }
        try ledger.forEachExpired { try output.write(VoucherJournal.expiry($0, $1, at: time)) }
    }
}
