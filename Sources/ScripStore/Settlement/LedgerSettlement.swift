public import ScripCore
public import ScripCrypto

/// Settling what a ledger holds (scrip-settle(1)).
extension Ledger {
    private var search: CutSearch { CutSearch(index: index, charters: charters) }

    /// The largest certified, causally closed cut that is held, following on `before`; nil if it would hold nothing
    /// new. `before` was checked with `require`.
    public func largestCut(after before: Cut? = nil) throws -> Cut? { try search.largest(after: before) }

    /// Throws unless the cut is one of these chains, certified and closed: `rejected` where it can never be,
    /// `awaiting` where this ledger does not reach so far yet.
    public func require(_ cut: Cut, named subject: String) throws {
        switch try search.check(cut) {
        case .good: return
        case .wrong(let reason): throw StoreError(.rejected, subject, reason)
        case .behind(let reason):
            throw StoreError(.awaiting, subject, "\(reason); run 'scrip sync' and try again")
        }
    }

    /// Calls `body` with the settlement of each currency, in the order of their codes. The cut is good.
    public func forEachCurrency(of cut: Cut, _ body: (CurrencySettlement) throws -> Void) throws {
        try index.forEachCurrency(of: cut, body)
    }

    /// The digest of the lines of JSON of a settlement: what is signed.
    public func settlementDigest(of cut: Cut) throws -> Digest { try index.settlementDigest(of: cut) }
}

extension LedgerIndex {
    func forEachCurrency(of cut: Cut, _ body: (CurrencySettlement) throws -> Void) throws {
        let ranges = cut.chains.filter { $0.from < $0.size }
            .map { ChainRange(chain: $0.region, leaves: $0.from..<$0.size) }
        try forEachCurrency(ranges) { currency, totals in
            try body(try CurrencySettlement(currency, totals))
        }
    }

    func settlementDigest(of cut: Cut) throws -> Digest {
        var text = SettlementText(cut, .ndjson)
        let hasher = SHA256Hasher()
        hasher.update(text.beginning)
        try forEachCurrency(of: cut) { hasher.update(text.text(of: $0)) }
        return hasher.finish()
    }
}
