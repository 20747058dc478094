public import ScripCore
internal import ScripCrypto

/// The lines of vouchers: the states that each was in, one after the other, and where each came to be.
extension LedgerIndex {
    /// One entry of a voucher's line: a state and where it came to be.
    public struct LineEntry: Sendable, Equatable {
        public let sequence: Int
        public let chain: RegionName
        public let index: Int
        public let state: VoucherState
    }

    /// The last entry of a voucher's line that `isPast` admits; nil if there is none.
    func lastEntry(
        of voucher: VoucherID, where isPast: (_ chain: Int64, _ index: Int64) -> Bool
    ) throws -> LineEntry? {
        if let row = heldLines?.last(of: voucher, where: { isPast($0.chain, $0.index) }) {
            return try entry(row)
        }
        let query = try query(.line)
        try query.bind(1, voucher.bytes)
        while try query.step() {
            if isPast(query.integer(1), query.integer(2)) { return try readEntry(voucher, query) }
        }
        return nil
    }

    /// The whole line of a voucher, oldest first.
    public func line(of voucher: VoucherID) throws -> [LineEntry] {
        try putHeldLines()
        let query = try database.prepare(IndexQuery.line.sql)
        try query.bind(1, voucher.bytes)
        var entries: [LineEntry] = []
        while try query.step() { entries.append(try readEntry(voucher, query)) }
        return entries.reversed()
    }

    /// Calls `body` with what each voucher held when it was created, and the last entry of its line, in the order of
    /// the ids, until it returns false.
    func forEachLine(_ body: (_ first: Int64, _ last: LineEntry) throws -> Bool) throws {
        try putHeldLines()
        let query = try database.prepare(
            """
            SELECT seq, chain, idx, region, owner, remaining, voided, kind, head, voucher FROM line
            ORDER BY voucher, seq
            """)
        var first: Int64 = 0
        var last: LineEntry?
        while try query.step() {
            guard let id = query.bytes16(9) else { throw IndexError.damaged }
            let entry = try readEntry(VoucherID(id), query)
            if let last, last.state.id != entry.state.id, try !body(first, last) { return }
            if entry.sequence == 0 { first = entry.state.remaining }
            last = entry
        }
        if let last { _ = try body(first, last) }
    }

    /// What a voucher holds at the end of its line.
    struct Stock {
        let kind: Int64
        let region: Int64
        let isVoided: Bool
        let remaining: Int64
    }

    /// Calls `body` with what each voucher holds, in no order that means anything.
    func forEachStock(_ body: (Stock) throws -> Void) throws {
        // The table in its own order, in which the last entry of a line comes last.
        let query = try database.prepare(
            "SELECT voucher, kind, region, voided, remaining FROM line ORDER BY voucher, seq")
        var last: (voucher: VoucherID, stock: Stock)?
        func end() throws {
            if let last, !(heldLines?.isHeld(last.voucher) ?? false) { try body(last.stock) }
        }
        while try query.step() {
            guard let voucher = query.bytes16(0).map({ VoucherID($0) }) else { throw IndexError.damaged }
            if let last, last.voucher != voucher { try end() }
            last = (
                voucher,
                Stock(
                    kind: query.integer(1), region: query.integer(2), isVoided: query.integer(3) != 0,
                    remaining: query.integer(4))
            )
        }
        try end()
        guard let heldLines else { return }
        for row in heldLines.newestRows {
            try body(
                Stock(kind: row.kind, region: row.region, isVoided: row.isVoided, remaining: row.remaining))
        }
    }

    private func entry(_ row: LineRow) throws -> LineEntry {
        let state = VoucherState(
            id: row.voucher, kind: try kind(row.kind),
            owner: Address(region: try region(row.region), key: Ed25519PublicKey(bytes: row.owner)),
            remaining: row.remaining, head: row.head, isVoided: row.isVoided)
        return LineEntry(
            sequence: row.sequence, chain: try region(row.chain), index: Int(row.index), state: state)
    }

    func readEntry(_ voucher: VoucherID, _ query: SQLiteStatement) throws -> LineEntry {
        guard let owner = query.bytes32(4), let head = query.bytes32(8) else { throw IndexError.damaged }
        return try entry(
            LineRow(
                voucher: voucher, sequence: Int(query.integer(0)), chain: query.integer(1),
                index: query.integer(2), region: query.integer(3), owner: owner,
                remaining: query.integer(5), isVoided: query.integer(6) != 0, kind: query.integer(7),
                head: head))
    }

    /// Adds the next entry to the line of a voucher.
    func addLine(_ state: VoucherState, sequence: Int, _ chain: Int64, _ index: Int) throws {
        let row = LineRow(
            voucher: state.id, sequence: sequence, chain: chain, index: Int64(index),
            region: try id(of: state.owner.region), owner: state.owner.key.bytes, remaining: state.remaining,
            isVoided: state.isVoided, kind: try id(of: state.kind), head: state.head)
        guard heldLines != nil else { return try put([row], .addLine) }
        heldLines?.append(row)
        if heldLines?.isFull ?? false { try putHeldLines() }
    }

    /// Puts into the table what is on its way there.
    func putHeldLines() throws {
        try put(heldLines?.takeAll() ?? [], .addLine)
    }
}
