internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip export`: the ledger for other programs.
struct ExportCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", _superCommandName: "scrip",
        abstract:
            "Print all sealed records for a spreadsheet or an accountant, or write a chain for auditors.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("csv or hledger.", valueName: "format"))
    var format: String?

    @Option(
        help: ArgumentHelp("Write a chain into this directory, as C2SP tlog-tiles.", valueName: "dir"))
    var tiles: String?

    @Argument(help: "The chain of --tiles; that of the region if none is given.")
    var chain: String?

    private enum Format: String {
        case csv, hledger
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if let tiles {
            if format != nil { throw StoreError(.usage, "export", "--tiles and --format exclude each other") }
            return try exportTiles(tiles, invocation)
        }
        if chain != nil { throw StoreError(.usage, "export", "a chain is named for --tiles only") }
        guard let format else {
            throw StoreError(
                .usage, "export", "no format is named; give --format csv, --format hledger or --tiles DIR")
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

    private func exportTiles(_ path: String, _ invocation: Invocation) throws -> ExitStatus {
        let ledger = try Ledger.open(try invocation.openRegion())
        let name = chain ?? ledger.directory.regionName?.text
        guard let name else {
            throw StoreError(.usage, "export", "this copy names no region; name the chain")
        }
        guard let voter = ledger.charter.voters.first(where: { $0.name.text == name }) else {
            throw StoreError(
                chain == nil ? .usage : .noInput, "export",
                chain == nil
                    ? "'\(name)' is an observer, without a chain; name the chain"
                    : "'\(name)' is no chain of this federation")
        }
        try invocation.output.line(try ledger.exportTiles(of: voter.name, to: path).json)
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
