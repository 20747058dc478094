internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip show`: a voucher with its history, a record, a block, an account.
struct ShowCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", _superCommandName: "scrip",
        abstract: "Print a voucher with its history, a record, a block, an account.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(
        help: ArgumentHelp("Ids of vouchers and records, CHAIN/HEIGHT of blocks, addresses.", valueName: "id")
    )
    var subjects: [String] = []

    @OptionGroup var codes: CodeOptions

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if subjects.isEmpty && !codes.isGiven {
            throw StoreError(.usage, "show", "Missing expected argument '<id> ...'")
        }
        // A mistyped code is told before the ledger is opened.
        let source = codes.isGiven ? try codes.source(for: "show", world: invocation.world) : nil
        let ledger = try Ledger.open(try invocation.openRegion())
        var status = ExitStatus.success
        for text in subjects {
            do {
                let subject = try Subject(text, command: "show")
                guard let line = try Self.line(subject, ledger) else {
                    throw StoreError(.noInput, "show", "\(subject) is not known here")
                }
                try invocation.output.line(line)
            } catch let error as StoreError where error.subject == "show" {
                // One that is not found is no reason to keep the others back.
                invocation.diagnostics.report(error)
                status = status.worse(ExitStatus(error.kind))
            }
        }
        if let source { status = status.worse(try show(source, ledger, invocation)) }
        return status
    }

    /// The vouchers that each code owns, with what is left on them.
    private func show(
        _ source: CodeSource, _ ledger: Ledger, _ invocation: Invocation
    ) throws -> ExitStatus {
        var status = ExitStatus.success
        func refuse(_ place: String, _ fault: RequestFault) {
            invocation.diagnostics.report(place, fault.reason)
            status = status.worse(fault.status)
        }
        func show(_ code: BearerCode) throws {
            for report in try BearerHolding.reports(of: code.key.publicKey, ledger) {
                if let report = try ledger.voucher(report.state.id, withHistory: true) {
                    try invocation.output.line(report.json)
                }
            }
        }
        do {
            try source.forEach(show, refuse: { line, fault in refuse("\(source.name):\(line)", fault) })
        } catch let fault as RequestFault {
            refuse("show", fault)
        }
        return status
    }

    private static func line(_ subject: Subject, _ ledger: Ledger) throws -> JSON? {
        switch subject {
        case .voucher(let id): try ledger.voucher(id, withHistory: true)?.json
        case .record(let id): try ledger.result(of: id, withVotes: true)?.json
        case .block(let chain, let height): try ledger.blockReport(chain, height: height)?.json
        case .account(let address): try ledger.account(address)?.json
        }
    }
}
