internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip prove`: receipts, for those who have nothing but the charter.
struct ProveCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", _superCommandName: "scrip",
        abstract: "Print the receipt of a record, which anybody can check offline.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Flag(help: "Print the C2SP tlog-proof alone, without the verdict.")
    var tlogProof = false

    @Argument(
        help: ArgumentHelp(
            "Ids of records; that of a voucher means the record that changed it last.", valueName: "id"))
    var subjects: [String]

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if tlogProof && subjects.count > 1 {
            throw StoreError(.usage, "prove", "--tlog-proof prints one proof; give one id")
        }
        let ledger = try Ledger.open(try invocation.openRegion())
        var status = ExitStatus.success
        for text in subjects {
            do {
                status = status.worse(try print(try receipt(text, ledger), invocation))
            } catch let error as StoreError where error.subject == "prove" {
                // One that cannot be proved is no reason to keep the others back.
                invocation.diagnostics.report(error)
                status = status.worse(ExitStatus(error.kind))
            }
        }
        return status
    }

    private func receipt(_ text: String, _ ledger: Ledger) throws -> Receipt {
        switch try Subject(text, command: "prove") {
        case .record(let id): return try ledger.receipt(of: id)
        case .voucher(let id): return try ledger.receipt(of: id)
        case .block, .account:
            throw StoreError(.malformed, "prove", "'\(text)' is no id of a record or a voucher")
        }
    }

    private func print(_ receipt: Receipt, _ invocation: Invocation) throws -> ExitStatus {
        if tlogProof {
            try invocation.output.write(receipt.proof.bytes)
        } else {
            try invocation.output.line(receipt.line)
        }
        guard let verdict = try? VerdictText(parsing: receipt.verdict.text),
            let code = verdict.code(at: receipt.proof.index)
        else { return .success }
        invocation.diagnostics.report(
            "prove",
            "the record at index \(receipt.proof.index) is rejected (\(code.rawValue)), and so says its receipt"
        )
        return .rejected
    }
}
