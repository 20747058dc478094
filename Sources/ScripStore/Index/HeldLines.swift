internal import ScripCore
internal import ScripCrypto

/// An entry of a voucher's line, as the table has it: regions and kinds by their numbers.
struct LineRow {
    let voucher: VoucherID
    let sequence: Int
    let chain: Int64
    let index: Int64
    let region: Int64
    let owner: Bytes32
    let remaining: Int64
    let isVoided: Bool
    let kind: Int64
    let head: Digest
}

extension LineRow: IndexRow {
    static var width: Int { 10 }

    func bind(to statement: SQLiteStatement, after count: Int) throws(SQLiteError) {
        try statement.bind(count + 1, voucher.bytes)
        try statement.bind(count + 2, Int64(sequence))
        try statement.bind(count + 3, chain)
        try statement.bind(count + 4, index)
        try statement.bind(count + 5, region)
        try statement.bind(count + 6, owner)
        try statement.bind(count + 7, remaining)
        try statement.bind(count + 8, isVoided ? 1 : 0)
        try statement.bind(count + 9, kind)
        try statement.bind(count + 10, head)
    }
}

/// Entries of vouchers' lines that are not in their table yet, for the reasons that `HeldRows` gives. What is held of a
/// voucher is newer than all that the table has of it.
///
/// A record may create thousands of vouchers, so this can be full in the middle of a block.
struct HeldLines {
    /// How many entries are held at most.
    private static let countMax = 16_384

    private struct Entry {
        let row: LineRow
        /// The place of the entry before it in the same line; nil if that one is not held.
        let previous: Int?
    }

    private var entries: [Entry] = []
    /// The place of the newest entry of each voucher.
    private var newest: [VoucherID: Int] = [:]
    /// How many there were when the block in progress began, which may be undone.
    private var countBefore = 0
    /// What was held when the block in progress began, if it went to the table meanwhile: with the block, that is undone.
    private var before: [Entry]?

    var isFull: Bool { entries.count >= Self.countMax }

    mutating func append(_ row: LineRow) {
        let previous = newest.updateValue(entries.count, forKey: row.voucher)
        entries.append(Entry(row: row, previous: previous))
    }

    /// The newest entry of a voucher's line that is held and that `isWanted` admits.
    func last(of voucher: VoucherID, where isWanted: (LineRow) -> Bool) -> LineRow? {
        var place = newest[voucher]
        while let found = place {
            let entry = entries[found]
            if isWanted(entry.row) { return entry.row }
            place = entry.previous
        }
        return nil
    }

    func isHeld(_ voucher: VoucherID) -> Bool { newest[voucher] != nil }

    /// The newest entry of each voucher of which any is held.
    var newestRows: some Sequence<LineRow> { newest.values.lazy.map { entries[$0].row } }

    /// Gives up what is held, in the order of the table.
    mutating func takeAll() -> [LineRow] {
        if before == nil { before = Array(entries[..<countBefore]) }
        countBefore = 0
        var order = entries.enumerated().map { ($1.row.voucher, $0) }
        order.sort { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }
        let rows = order.map { entries[$0.1].row }
        entries.removeAll(keepingCapacity: true)
        newest.removeAll(keepingCapacity: true)
        return rows
    }

    /// Ends a block whose entries stay.
    mutating func keepBlock() {
        countBefore = entries.count
        before = nil
    }

    /// Drops the entries of the block in progress.
    mutating func undoBlock() {
        if let before {
            newest.removeAll(keepingCapacity: true)
            entries = before
            for (place, entry) in before.enumerated() { newest[entry.row.voucher] = place }
            self.before = nil
            countBefore = before.count
            return
        }
        while entries.count > countBefore, let last = entries.popLast() {
            newest[last.row.voucher] = last.previous
        }
    }
}
