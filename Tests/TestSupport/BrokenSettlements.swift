internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Settlements that regions signed, and what is wrong with them.
extension BrokenFederations {
    /// The cut at the end of all chains.
    private func cut(extra: Int = 0, root: Digest? = nil) throws -> Cut {
        let last = honest.blocks.values.compactMap(\.last).sorted { $0.chain < $1.chain }
        return try Cut(
            federation: honest.federation.charter.federation, genesis: honest.federation.genesis,
            chains: last.map {
                Cut.Chain(region: $0.chain, from: 0, size: $0.size + extra, root: root ?? $0.root)
            }, previous: nil, time: last[0].header.time)
    }

    /// Its settlement: each region sold a voucher to the next for 90.00 and had one of its own redeemed there.
    private func digest(of cut: Cut) throws -> Digest {
        let regions = [east, north, south]
        var totals: [DebtPair: [DebtKind: DebtTotal]] = [:]
        for (number, region) in regions.enumerated() {
            let next = regions[(number + 1) % regions.count]
            totals[DebtPair(debtor: region, creditor: next)] = [
                .redemption: DebtTotal(count: 1, amount: 10_000)
            ]
            totals[DebtPair(debtor: next, creditor: region)] = [.trade: DebtTotal(count: 1, amount: 9_000)]
        }
        guard let currency = Currency("CNY") else { throw SigningFederation.Impossible() }
        var text = SettlementText(cut, .ndjson)
        return SHA256.hash(text.beginning + text.text(of: try CurrencySettlement(currency, totals)))
    }

    private func signed(
        _ note: SettlementNote, by signer: RegionName, at region: RegionName
    ) throws -> (path: String, bytes: [UInt8]) {
        let name = SettlementName(cut: note.cut.hash, digest: note.digest)
        return (
            PublicFile.settlement(region: region, name).path,
            note.signed(by: try honest.federation.region(signer).log).bytes
        )
    }

    mutating func addSettlements() throws {
        let cut = try cut()
        let note = SettlementNote(cut: cut, digest: try digest(of: cut))
        let good = try signed(note, by: south, at: south)
        add(
            "settlement-good", "A region has signed a settlement, which is no problem.",
            [good.path: good.bytes], [])
        let forged = try signed(note, by: east, at: south)
        add(
            "settlement-forged", "A settlement is signed by another region than it says.",
            [forged.path: forged.bytes], [Self.problem(.settlement, forged.path)])
        let lie = try signed(SettlementNote(cut: cut, digest: SHA256.hash([1])), by: south, at: south)
        add(
            "settlement-lie", "A settlement is not what follows from the chains.", [lie.path: lie.bytes],
            [Self.problem(.settlement, lie.path)])
        // Of the two the one that comes second contradicts the first.
        add(
            "settlement-twice", "A region has signed two settlements of one cut.",
            [good.path: good.bytes, lie.path: lie.bytes],
            [Self.problem(.settlement, lie.path), Self.problem(.settlement, max(good.path, lie.path))])
        let ahead = try signed(
            SettlementNote(cut: try self.cut(extra: 5), digest: SHA256.hash([2])), by: south, at: south)
        add(
            "settlement-ahead", "A settlement goes beyond the chains that are here, which is no problem.",
            [ahead.path: ahead.bytes], pending: 1, [])
        let other = try signed(
            SettlementNote(cut: try self.cut(root: SHA256.hash([3])), digest: note.digest), by: south,
            at: south)
        add(
            "settlement-other-root", "The cut of a settlement names other roots.",
            [other.path: other.bytes], [Self.problem(.settlement, other.path)])
    }
}
