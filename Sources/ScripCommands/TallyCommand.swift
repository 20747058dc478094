internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip tally`: votes by class.
struct TallyCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally", _superCommandName: "scrip",
        abstract: "Count the votes on a record or a block, or on all that is not confirmed.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(help: ArgumentHelp("A record's id, or CHAIN/HEIGHT of a block.", valueName: "id"))
    var subject: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard let text = subject else { return try tallyAll(invocation) }
        let subject = try Subject(text, command: "tally")
        let ledger = try Ledger.open(try invocation.openRegion())
        switch subject {
        case .record(let id):
            guard let tally = try ledger.countVotes(onRecord: id) else { break }
            try invocation.output.line(tally.json)
            return Self.exitStatus(tally.result.status)
        case .block(let chain, let height):
            guard let tally = try ledger.countVotes(on: chain, height: height) else { break }
            try invocation.output.line(tally.json)
            return Self.exitStatus(tally.status)
        case .voucher, .account:
            throw StoreError(
                .malformed, "tally", "'\(text)' is neither a record's id nor a block, like north/17")
        }
        throw StoreError(.noInput, "tally", "\(subject) is not known here")
    }

    /// What is pending, and why.
    private func tallyAll(_ invocation: Invocation) throws -> ExitStatus {
        let ledger = try Ledger.open(try invocation.openRegion())
        var status = ExitStatus.success
        try ledger.forEachUnconfirmedBlock { tally in
            try invocation.output.line(tally.json)
            if tally.status == .disputed { status = .rejected }
        }
        for result in try ledger.waitingRecords() { try invocation.output.line(result.json) }
        return status
    }

    private static func exitStatus(_ status: RecordStatus) -> ExitStatus {
        switch status {
        case .confirmed: .success
        case .rejected, .disputed: .rejected
        case .awaiting, .admitted, .sealed: .awaiting
        }
    }
}
