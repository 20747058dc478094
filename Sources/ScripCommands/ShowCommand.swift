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

    @Flag(help: "Lay out for people, as on a terminal.")
    var text = false

    @Flag(help: "Print the history of vouchers as a graph for dot(1) of Graphviz.")
    var dot = false

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if [text, dot, globals.json].count(where: { $0 }) > 1 {
            throw StoreError(.usage, "show", "--text, --dot and --json exclude each other")
        }
        if dot && codes.isGiven {
            throw StoreError(.usage, "show", "--dot is about vouchers, not about codes")
        }
        if subjects.isEmpty && !codes.isGiven {
            throw StoreError(.usage, "show", "Missing expected argument '<id> ...'")
        }
        // A mistyped code is told before the ledger is opened.
        let source = codes.isGiven ? try codes.source(for: "show", world: invocation.world) : nil
        let ledger = try Ledger.open(try invocation.openRegion())
        if dot { return try printGraph(ledger, invocation) }
        let isText = text || (StandardStream.output.isTerminal && !globals.json)
        var status = ExitStatus.success
        for text in subjects {
            do {
                let subject = try Subject(text, command: "show")
                if isText {
                    try printText(subject, ledger, invocation)
                } else {
                    try invocation.output.line(try Self.line(subject, ledger))
                }
            } catch let error as StoreError where error.subject == "show" {
                // One that is not found is no reason to keep the others back.
                invocation.diagnostics.report(error)
                status = status.worse(ExitStatus(error.kind))
            }
        }
        if let source { status = status.worse(try show(source, isText: isText, ledger, invocation)) }
        return status
    }

    /// The vouchers that each code owns, with what is left on them.
    private func show(
        _ source: CodeSource, isText: Bool, _ ledger: Ledger, _ invocation: Invocation
    ) throws -> ExitStatus {
        var status = ExitStatus.success
        func refuse(_ place: String, _ fault: RequestFault) {
            invocation.diagnostics.report(place, fault.reason)
            status = status.worse(fault.status)
        }
        func show(_ code: BearerCode) throws {
            for report in try BearerHolding.reports(of: code.key.publicKey, ledger) {
                if isText {
                    try printText(.voucher(report.state.id), ledger, invocation)
                } else if let report = try ledger.voucher(report.state.id, withHistory: true) {
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

    private static func line(_ subject: Subject, _ ledger: Ledger) throws -> JSON {
        let line: JSON? =
            switch subject {
            case .voucher(let id): try ledger.voucher(id, withHistory: true)?.json
            case .record(let id): try ledger.result(of: id, withVotes: true)?.json
            case .block(let chain, let height): try ledger.blockReport(chain, height: height)?.json
            case .account(let address): try ledger.account(address)?.json
            }
        guard let line else { throw unknown(subject) }
        return line
    }

    private static func unknown(_ subject: Subject) -> StoreError {
        StoreError(.noInput, "show", "\(subject) is not known here")
    }

    private func printText(_ subject: Subject, _ ledger: Ledger, _ invocation: Invocation) throws {
        guard case .voucher(let id) = subject else {
            let text = FieldsText.text(try Self.line(subject, ledger))
            return try invocation.output.write(Array(text.utf8))
        }
        guard let life = try ledger.life(of: id) else { throw Self.unknown(subject) }
        let story = VoucherStory(life: life) { try ledger.name(ofIssuer: $0) }
        try invocation.output.write(Array(try story.text().utf8))
    }

    /// One graph of all the vouchers, so that dot(1) makes one picture.
    private func printGraph(_ ledger: Ledger, _ invocation: Invocation) throws -> ExitStatus {
        let vouchers = try subjects.map { text in
            guard case .voucher(let id) = try Subject(text, command: "show") else {
                throw StoreError(.usage, "show", "--dot is about vouchers, and '\(text)' is none")
            }
            guard try ledger.voucher(id) != nil else { throw Self.unknown(.voucher(id)) }
            return id
        }
        let graph = HistoryGraph(
            life: { try ledger.life(of: $0) }, issuerName: { try ledger.name(ofIssuer: $0) })
        try invocation.output.write(Array(try graph.text(vouchers).utf8))
        return .success
    }
}
