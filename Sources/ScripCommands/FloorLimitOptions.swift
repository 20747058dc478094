internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// Up to how much a merchant takes the risk of what is not final yet.
struct FloorLimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Exit 0 for a redemption of at most this much that still awaits another region.",
            valueName: "value"))
    var floorLimit: String?

    func limit(_ reading: ArgumentReading) throws(StoreError) -> FloorLimit? {
        guard let floorLimit else { return nil }
        return FloorLimit(try reading.money(floorLimit, "--floor-limit"))
    }
}

extension ExitStatus {
    /// What one result line among many means where a floor limit holds: `awaiting` is good enough up to it, at
    /// the merchant's own risk. The line itself says `awaiting` all the same.
    init(_ result: RecordResult, _ limit: FloorLimit?, _ ledger: Ledger) throws {
        self.init(result)
        // What this region's own policy has not answered is not admitted anywhere yet.
        guard self == .awaiting, !result.isDeferred, let limit, let line = result.record else { return }
        let prefix = Record.signedPrefix(genesis: ledger.directory.genesis)
        guard let record = try? Record(line: line, signedPrefix: prefix) else { return }
        if try limit.covers(record, voucher: { try ledger.voucher($0)?.state }) { self = .success }
    }
}
