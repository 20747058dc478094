internal import ScripCore
internal import ScripCrypto

/// Records that users brought and that the region's policy could not be asked about, or would not answer yet. They
/// reserve nothing; they lie in `private/deferred/` until the policy has answered.
final class Deferred {
    private let index: LedgerIndex
    private let files: LineFiles
    private let signedPrefix: [UInt8]
    private var unwritten: [[UInt8]] = []
    /// Whether nothing waits, as far as this command has looked: no look-up for each of many records then.
    private var isKnownEmpty = false

    private static let filesMax = 64

    init(index: LedgerIndex, files: LineFiles, signedPrefix: [UInt8]) {
        self.index = index
        self.files = files
        self.signedPrefix = signedPrefix
    }

    /// Looks whether anything waits; others may have written since the last time.
    func look() throws { isKnownEmpty = try isEmpty() }

    func holds(_ id: Digest) throws -> Bool {
        if isKnownEmpty { return false }
        let query = try index.database.cached("SELECT 1 FROM deferred WHERE id=?")
        try query.bind(1, id)
        return try query.step()
    }

    func record(_ id: Digest) throws -> Record? {
        let query = try index.database.cached("SELECT line FROM deferred WHERE id=?")
        try query.bind(1, id)
        return try query.step() ? try Record(line: query.blob(0), signedPrefix: signedPrefix) : nil
    }

    func isEmpty() throws -> Bool {
        let query = try index.database.cached("SELECT 1 FROM deferred LIMIT 1")
        return try !query.step()
    }

    /// The records, in the order of arrival, `count` at most.
    func records(atMost count: Int) throws -> [Record] {
        let query = try index.database.cached("SELECT line FROM deferred ORDER BY position LIMIT ?")
        try query.bind(1, Int64(count))
        var records: [Record] = []
        while try query.step() {
            records.append(try Record(line: query.blob(0), signedPrefix: signedPrefix))
        }
        return records
    }

    /// Keeps a record that `chain` is to seal, and why it waits. Whoever asks again with its reference finds it.
    func put(_ record: Record, _ chain: Int64, reason: String, write: Bool) throws {
        isKnownEmpty = false
        let key = record.body.reference.map { index.referenceKey($0, chain) }
        // More may be known by now of which chain that is.
        let update = try index.database.cached("UPDATE deferred SET reason=?, reference=? WHERE id=?")
        try update.bind(1, text: reason)
        if let key { try update.bind(2, key) } else { try update.bindNull(2) }
        try update.bind(3, record.id)
        try update.run()
        if index.database.changes > 0 { return }
        // The position is one more than the highest.
        index.willFill(.deferred)
        let add = try index.database.cached(
            "INSERT INTO deferred(id, line, reason, reference) VALUES(?, ?, ?, ?)")
        try add.bind(1, record.id)
        try add.bind(2, blob: record.line)
        try add.bind(3, text: reason)
        if let key { try add.bind(4, key) } else { try add.bindNull(4) }
        try add.run()
        if write { unwritten.append(record.line) }
    }

    func remove(_ id: Digest) throws {
        let statement = try index.database.cached("DELETE FROM deferred WHERE id=?")
        try statement.bind(1, id)
        try statement.run()
    }

    // MARK: Files

    /// Makes durable what was taken in. Before this nothing may be acknowledged.
    func write() throws {
        if unwritten.isEmpty { return }
        try files.publish(unwritten, as: (try files.numbers().last ?? 0) + 1)
        unwritten = []
    }

    /// Removes the files that hold nothing any more, once the index was committed; many small ones become one.
    func tidy() throws {
        let numbers = try files.numbers()
        if numbers.isEmpty { return }
        if try isEmpty() {
            files.remove(numbers)
        } else if numbers.count > Self.filesMax {
            let lines = try records(atMost: Int.max).map(\.line)
            try files.publish(lines, as: (numbers.last ?? 0) + 1)
            files.remove(numbers)
        }
    }

    /// Fills the table from the files. `chain` is the one that seals a record, and `isSettled` tells one that was
    /// answered meanwhile. Returns the files that are damaged.
    func load(
        chain: (Record) throws -> Int64, isSettled: (Digest) throws -> Bool
    ) throws -> [PendingDamage] {
        try index.database.execute("DELETE FROM deferred")
        return try files.load { line in
            guard let record = try? Record(line: line, signedPrefix: signedPrefix) else { return false }
            if try !isSettled(record.id) {
                try put(record, try chain(record), reason: Self.notAsked, write: false)
            }
            return true
        }
    }

    /// Why a record waits of which the index does not remember it.
    private static let notAsked = "the policy hook has not answered yet"
}
