internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip verify`: recomputes everything from the files.
struct VerifyCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", _superCommandName: "scrip",
        abstract: "Recompute everything from the files, and say all that is wrong.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Flag(help: "Check the signature of every record, also below certificates.")
    var full = false

    @Option(help: ArgumentHelp("The charter that you trust, from somewhere else.", valueName: "file"))
    var charter: String?

    @Option(
        help: ArgumentHelp("Check the receipts in this file, by the charter alone.", valueName: "file"))
    var receipt: String?

    @Argument(help: ArgumentHelp("Report on these chains only.", valueName: "chain"))
    var chains: [String] = []

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if let receipt {
            if full || !chains.isEmpty {
                throw StoreError(.usage, "verify", "--receipt goes with --charter alone")
            }
            return try ReceiptVerification(path: receipt, charterPath: charter, invocation: invocation).run()
        }
        let names = try chains.map { chain throws(StoreError) in
            guard let name = RegionName(chain) else {
                throw StoreError(.noInput, "verify", "'\(chain)' is no chain of this federation")
            }
            return name
        }
        let verification = try Verification(
            path: try invocation.regionPath(), world: invocation.world,
            options: Verification.Options(isFull: full, charterPath: charter, chains: names))
        let summary = try verification.run { try invocation.output.line($0.json) }
        return summary.isGood ? .success : .rejected
    }
}
