internal import ScripCore

/// What sums are kept under.
protocol SumKey: Hashable {
    /// Different for different keys. Sums are read in the order of these bytes.
    var bytes: [UInt8] { get }
    init?(bytes: [UInt8])
}

extension BookKey: SumKey {}

/// A few sums for each of any number of keys: in memory while the keys are few, and in an unlinked temporary file of
/// SQLite's beyond that, so that memory does not grow with them. Sums are checked 128-bit integers.
final class KeyedSums<Key: SumKey> {
    /// How many sums a key has.
    private let width: Int
    private let keysMax: Int
    private var sums: [Key: [Int128]] = [:]
    private let zeros: [Int128]
    private var spilled: SQLiteDatabase?

    private static var byteCount: Int { 16 }

    init(width: Int, keysMax: Int = 4_096) {
        self.width = width
        self.keysMax = keysMax
        zeros = Array(repeating: 0, count: width)
    }

    /// Adds to the sum number `column` of `key`.
    func add(_ key: Key, _ column: Int, _ amount: Int128) throws {
        if sums.count >= keysMax, sums[key] == nil { try spill() }
        var isOverflow = false
        // In one look-up, and in place: this runs for every change of every voucher.
        func add(to values: inout [Int128]) {
            (values[column], isOverflow) = values[column].addingReportingOverflow(amount)
        }
        add(to: &sums[key, default: zeros])
        if isOverflow { throw SumOverflow() }
    }

    /// Calls `body` with every key and its sums, in the order of the keys' bytes, until it returns false.
    func visit(_ body: (Key, [Int128]) throws -> Bool) throws {
        if spilled != nil { try spill() }
        guard let spilled else {
            let ordered = sums.map { (bytes: $0.key.bytes, key: $0.key, values: $0.value) }
                .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            for entry in ordered where try !body(entry.key, entry.values) { return }
            return
        }
        let query = try spilled.prepare("SELECT key, sums FROM part ORDER BY key")
        var last: (bytes: [UInt8], values: [Int128])?
        while try query.step() {
            let bytes = query.blob(0)
            let values = try Self.decode(query.blob(1), width)
            if let before = last, before.bytes == bytes {
                last?.values = try zip(before.values, values).map { left, right throws(SumOverflow) in
                    try SumOverflow.checked(left, right)
                }
                continue
            }
            if let last, try !body(try Self.key(last.bytes), last.values) { return }
            last = (bytes, values)
        }
        if let last { _ = try body(try Self.key(last.bytes), last.values) }
    }

    private static func key(_ bytes: [UInt8]) throws -> Key {
        guard let key = Key(bytes: bytes) else { throw IndexError.damaged }
        return key
    }

    /// Moves what is in memory to the file, where a key may then stand several times.
    private func spill() throws {
        let database: SQLiteDatabase
        if let spilled {
            database = spilled
        } else {
            database = try SQLiteDatabase(.temporary)
            try database.execute(
                """
                PRAGMA cache_size=-4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE;
                CREATE TABLE part(key BLOB NOT NULL, sums BLOB NOT NULL)
                """)
            spilled = database
        }
        try database.execute("BEGIN")
        let insert = try database.cached("INSERT INTO part(key, sums) VALUES(?,?)")
        for (key, values) in sums {
            try insert.bind(1, blob: key.bytes)
            try insert.bind(2, blob: Self.encode(values))
            try insert.run()
        }
        try database.commit()
        sums.removeAll(keepingCapacity: true)
    }

    private static func encode(_ values: [Int128]) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values {
            for shift in stride(from: 120, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> Int128(shift)))
            }
        }
        return bytes
    }

    private static func decode(_ bytes: [UInt8], _ width: Int) throws -> [Int128] {
        guard bytes.count == width * byteCount else { throw IndexError.damaged }
        return (0..<width).map { number in
            bytes[number * byteCount..<(number + 1) * byteCount].reduce(0) { $0 << 8 | Int128($1) }
        }
    }
}
