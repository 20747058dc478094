internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Settlements that regions sign while everything else goes on, by the code of `settle --sign`. What each says is counted
/// once more by the reference model.
extension Federation {
    func settle() throws {
        let region = try region(dice.pick(try honestVoters()))
        if region.isRestored { return }
        let before = try lastSettlement(of: region)
        var cut: Cut?
        // Who was set back may not hold all that it settled before.
        let ending = try run(region, "settle", refusals: [.awaiting], isRare: true) { world in
            let writer = try RegionWriter.open(path: region.path, world: world)
            if let before { try writer.ledger.require(before, named: "the last settlement") }
            guard let found = try writer.ledger.largestCut(after: before) else { return }
            _ = try writer.signSettlement(of: found)
            cut = found
        }
        guard case .done = ending, let cut else { return }
        hits.add("settlements signed")
        tell("  \(cut.chains.map { "\($0.region) \($0.from)..<\($0.size)" }.joined(separator: ", "))")
        try compare(cut, with: region)
    }

    /// The cut of the last settlement that a region signed, as its folder says.
    private func lastSettlement(of region: SimulatedRegion) throws -> Cut? {
        var cuts: [Cut] = []
        for path in Files.list(region.publicFolder).keys {
            guard case .settlement(region.name, _) = PublicFile(path: path),
                let bytes = Files.read("\(region.publicFolder)/\(path)")
            else { continue }
            cuts.append(try SettlementNote(parsing: try SignedNote(parsing: bytes).text).cut)
        }
        let followed = Set(cuts.compactMap(\.previous))
        return cuts.filter { !followed.contains($0.hash) }.min { $0.hash < $1.hash }
    }

    /// What each region is to receive, or to pay, is what the model says.
    private func compare(_ cut: Cut, with region: SimulatedRegion) throws {
        let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
        let ranges = Dictionary(
            uniqueKeysWithValues: cut.chains.map { ($0.region.text, $0.from..<$0.size) })
        // A chain that forked may have certified blocks upon one that the model cannot follow.
        guard let expected = witness.model.balances(in: ranges) else {
            hits.add("settlements that the model cannot follow")
            return
        }
        var balances: [String: Int] = [:]
        try ledger.forEachCurrency(of: cut) { currency in
            for balance in currency.balances where balance.net != 0 {
                balances["\(balance.region) \(currency.currency.text)"] = Int(balance.net)
            }
            let paid = currency.payments.reduce(into: [RegionName: Int128]()) { sums, payment in
                sums[payment.from, default: 0] -= payment.amount
                sums[payment.to, default: 0] += payment.amount
            }
            for balance in currency.balances where paid[balance.region, default: 0] != balance.net {
                throw Violation(
                    "\(region.name): the payments do not bring \(balance.region) its \(balance.net)")
            }
        }
        if balances != expected {
            throw Violation("\(region.name) settles \(balances), the model \(expected)")
        }
        hits.add("settlements compared with the model")
    }
}
