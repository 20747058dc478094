internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip settle`: what regions owe each other, netted.
struct SettleCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle", abstract: "Print what regions owe each other, and who pays whom.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("Only what lies beyond the cut in this file.", valueName: "file"))
    var after: String?

    @Option(help: ArgumentHelp("Compute the settlement of the cut in this file again.", valueName: "file"))
    var cut: String?

    @Option(help: ArgumentHelp("ndjson, csv or hledger; ndjson if not given.", valueName: "format"))
    var format: String?

    @Flag(help: "Sign the settlement and publish that.")
    var sign = false

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if after != nil && cut != nil {
            throw StoreError(.usage, "settle", "--after and --cut exclude each other")
        }
        let format = try chosenFormat()
        let given = try (after ?? cut).map { try CutFile.read($0, invocation) }
        let directory = try invocation.openRegion()
        let writer = sign ? try invocation.openWriter(directory) : nil
        let ledger = try writer?.ledger ?? Ledger.open(directory)
        if let given, let path = after ?? cut { try ledger.require(given, named: UserFile.name(path)) }
        guard let cut = try cut == nil ? ledger.largestCut(after: given) : given else { return .success }
        if let writer {
            let path = try writer.signSettlement(of: cut)
            invocation.diagnostics.explain("settle", "signed as \(directory.path)/\(path)")
        }
        var text = SettlementText(cut, format)
        try invocation.output.write(text.beginning)
        try ledger.forEachCurrency(of: cut) { try invocation.output.write(text.text(of: $0)) }
        return .success
    }

    private func chosenFormat() throws(StoreError) -> SettlementFormat {
        guard let format else { return .ndjson }
        if let chosen = SettlementFormat(rawValue: format) { return chosen }
        let all = SettlementFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw StoreError(.usage, "settle", "--format: '\(format)' is none of \(all)")
    }
}
