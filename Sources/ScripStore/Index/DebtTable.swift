internal import ScripCore

/// What regions owe each other, block by block: the sums from which settlements are made. A cut ends between blocks, so
/// single records need not be kept.
extension LedgerIndex {
    /// A part of one chain, by leaf indexes.
    struct ChainRange {
        let chain: RegionName
        let leaves: Range<Int>
    }

    /// Notes the debts of a block whose leaves begin at `first`.
    func add(_ debts: BlockDebts, _ chain: RegionName, first: Int) throws {
        for (key, total) in debts.totals {
            let query = try query(.addDebt)
            try query.bind(1, try id(of: chain))
            try query.bind(2, Int64(first))
            try query.bind(3, text: key.currency.text)
            try query.bind(4, try id(of: key.pair.debtor))
            try query.bind(5, try id(of: key.pair.creditor))
            try query.bind(6, key.kind.rawValue)
            try query.bind(7, total.count)
            // In two halves, since SQLite adds up 64 bits only.
            try query.bind(8, Int64(total.amount >> 32))
            try query.bind(9, Int64(total.amount & 0xffff_ffff))
            try query.run()
        }
    }

    /// Calls `body` with the sums of each currency in those parts of the chains, in the order of the codes.
    func forEachCurrency(
        _ ranges: [ChainRange], _ body: (Currency, [DebtPair: [DebtKind: DebtTotal]]) throws -> Void
    ) throws {
        if ranges.isEmpty { return }
        let parts = Array(
            repeating: "SELECT * FROM debt WHERE chain=? AND first>=? AND first<?", count: ranges.count)
        let query = try database.prepare(
            """
            SELECT currency, debtor, creditor, kind, SUM(count), SUM(high), SUM(low)
            FROM (\(parts.joined(separator: " UNION ALL ")))
            GROUP BY currency, debtor, creditor, kind ORDER BY currency
            """)
        for (number, range) in ranges.enumerated() {
            try query.bind(3 * number + 1, try id(of: range.chain))
            try query.bind(3 * number + 2, range.leaves.lowerBound)
            try query.bind(3 * number + 3, range.leaves.upperBound)
        }
        var current: Currency?
        var totals: [DebtPair: [DebtKind: DebtTotal]] = [:]
        while try query.step() {
            guard let currency = Currency(query.text(0)), let kind = DebtKind(rawValue: query.integer(3))
            else { throw IndexError.damaged }
            if let done = current, done != currency {
                try body(done, totals)
                totals = [:]
            }
            current = currency
            let pair = DebtPair(
                debtor: try region(query.integer(1)), creditor: try region(query.integer(2)))
            totals[pair, default: [:]][kind] = DebtTotal(
                count: query.integer(4),
                amount: Int128(query.integer(5)) << 32 + Int128(query.integer(6)))
        }
        if let current { try body(current, totals) }
    }
}
