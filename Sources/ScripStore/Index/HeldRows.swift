internal import ScripCore
internal import ScripCrypto

/// Rows of one of the index's tables that are not there yet.
///
/// Their keys begin with digests, so that each new row would land on some other page of a table that is far larger than
/// what SQLite keeps in memory. Held back, they go there many at once, in the order of their keys. A filter tells that a
/// key is new, as nearly all are, without a look anywhere.
///
/// Only for an index that begins empty and is gone with its process: the filter has to know all keys, and what is held
/// is lost with it.
struct HeldRows<Row: HeldRow> {
    /// From so many on, what is held goes to the table when a block ends.
    private static var countMax: Int { 32_768 }

    private var known = BloomFilter()
    private var rows: [Row] = []
    /// How many there were when the block in progress began, which may be undone.
    private var countBefore = 0
    /// Where the rows are; made when first asked for.
    private var places: [Row.Key: Int]?

    /// The row with `key` that is held; nil if there is none.
    mutating func row(_ key: Row.Key) -> Row? {
        if places == nil {
            places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.key, $0) })
        }
        return places?[key].map { rows[$0] }
    }

    /// Whether a row with `key` may be held or in the table. It counts as known from now on.
    mutating func mayBeKnown(_ key: Row.Key) -> Bool { known.insert(Row.digest(of: key)) }

    /// Holds a row whose key is neither in the table nor here.
    mutating func append(_ row: Row) {
        places?[row.key] = rows.count
        rows.append(row)
    }

    /// Changes the row with `key` if it is the one that was added last; says whether it was.
    mutating func changeLast(_ key: Row.Key, _ change: (inout Row) -> Void) -> Bool {
        guard let last = rows.indices.last, rows[last].key == key else { return false }
        change(&rows[last])
        return true
    }

    /// Ends a block whose rows stay. Returns the rows in the order of their keys if it is time to put them into the
    /// table, and then holds them no longer.
    mutating func keepBlock() -> [Row] {
        countBefore = rows.count
        if rows.count < Self.countMax { return [] }
        // The first eight bytes tell nearly all apart, and the order of the others does not matter.
        var order = rows.enumerated().map { (Row.digest(of: $1.key).words.0.bigEndian, $0) }
        order.sort { $0.0 < $1.0 }
        let ordered = order.map { rows[$0.1] }
        rows.removeAll(keepingCapacity: true)
        places = nil
        countBefore = 0
        return ordered
    }

    /// Drops the rows of the block in progress.
    mutating func undoBlock() {
        rows.removeSubrange(countBefore...)
        places = nil
    }
}

/// A row that can be held.
protocol HeldRow {
    associatedtype Key: Hashable
    var key: Key { get }
    /// What a key begins with.
    static func digest(of key: Key) -> Digest
}

/// A row of the table of records.
struct RecordRow: HeldRow {
    struct Key: Hashable {
        let id: Digest
        let chain: Int64
    }

    let key: Key
    let index: Int
    var code: RefusalCode?

    static func digest(of key: Key) -> Digest { key.id }
}

extension RecordRow: IndexRow {
    static var width: Int { 4 }

    func bind(to statement: SQLiteStatement, after count: Int) throws(SQLiteError) {
        try statement.bind(count + 1, key.id)
        try statement.bind(count + 2, key.chain)
        try statement.bind(count + 3, Int64(index))
        if let code {
            try statement.bind(count + 4, text: code.rawValue)
        } else {
            try statement.bindNull(count + 4)
        }
    }
}

/// A row of the table of references: the digest of one, and the record that used it.
struct ReferenceRow: HeldRow {
    let key: Digest
    let id: Digest

    static func digest(of key: Digest) -> Digest { key }
}

extension ReferenceRow: IndexRow {
    static var width: Int { 2 }

    func bind(to statement: SQLiteStatement, after count: Int) throws(SQLiteError) {
        try statement.bind(count + 1, key)
        try statement.bind(count + 2, id)
    }
}
