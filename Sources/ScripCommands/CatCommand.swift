internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip cat`: records as a stream.
struct CatCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat", _superCommandName: "scrip",
        abstract: "Print the records of a chain, or of all chains, in their order.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("Only records from this index on.", valueName: "n"))
    var from: Int?

    @Option(help: ArgumentHelp("Only records up to this index.", valueName: "n"))
    var to: Int?

    @Flag(help: "Wait for more, and print it as it comes.")
    var follow = false

    @Argument(help: "The chain; all if none is given.")
    var chain: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if chain == nil && (from != nil || to != nil) {
            throw StoreError(.usage, "cat", "--from and --to need a chain")
        }
        if let number = [from, to].compactMap({ $0 }).first(where: { $0 < 0 }) {
            throw StoreError(.usage, "cat", "an index is a number from 0 on, not \(number)")
        }
        if follow { return try followChains(invocation) }
        let ledger = try Ledger.open(try invocation.openRegion())
        for chain in try chains(ledger.directory) {
            _ = try print(chain, from: from ?? 0, ledger, invocation)
        }
        return .success
    }

    /// The chains that are asked for, in the order of their names.
    private func chains(_ directory: RegionDirectory) throws(StoreError) -> [RegionName] {
        let voters = directory.charters.chains
        guard let chain else { return voters }
        guard let name = voters.first(where: { $0.text == chain }) else {
            throw StoreError(.noInput, "cat", "'\(chain)' is no chain of this federation")
        }
        return [name]
    }

    /// Prints what is there of a chain, and returns the index to go on with.
    private func print(
        _ chain: RegionName, from first: Int, _ ledger: Ledger, _ invocation: Invocation
    ) throws -> Int {
        var next = first
        try ledger.forEachRecord(chain: chain, from: first, to: to ?? Int.max) { result in
            try invocation.output.line(result.json)
            next = (result.place?.index ?? next) + 1
            return true
        }
        return next
    }

    private func followChains(_ invocation: Invocation) throws -> ExitStatus {
        let watch = LedgerWatch(path: try invocation.regionPath(), world: invocation.world)
        var next: [RegionName: Int] = [:]
        while true {
            let ledger = try watch.look()
            for chain in try chains(ledger.directory) {
                let before = next[chain] ?? from ?? 0
                let after = try print(chain, from: before, ledger, invocation)
                if after > before { watch.startOver() }
                next[chain] = after
            }
            try invocation.output.flush()
            if let to, try next.keys.allSatisfy({ try ledger.size(of: $0) > to }) { return .success }
            watch.pause()
        }
    }
}
