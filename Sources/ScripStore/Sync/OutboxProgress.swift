internal import ScripCore

/// How far the files of peers' outboxes were read, by peer and number. A file has one content for ever, so what was
/// read of it is not read again.
struct OutboxProgress {
    /// How far one file was read.
    struct Reading {
        /// The file's bytes when it was read.
        let size: Int64
        /// The first byte that was not read; nil if the file was read to its end, and nothing in it waits.
        let next: Int64?
        /// What lines before that wait for.
        var wait: Admission.Wait?
    }

    private let database: SQLiteDatabase

    init(_ index: LedgerIndex) { database = index.database }

    func reading(of number: Int, from peer: String) throws -> Reading? {
        let query = try database.cached("SELECT size, next, wait FROM peer_outbox WHERE path=? AND file=?")
        defer { query.reset() }
        try query.bind(1, text: peer)
        try query.bind(2, Int64(number))
        guard try query.step() else { return nil }
        return Reading(
            size: query.integer(0), next: query.isNull(1) ? nil : query.integer(1),
            wait: query.isNull(2) ? nil : query.integer(2) == 0 ? .chains : .anything)
    }

    func note(_ reading: Reading, of number: Int, from peer: String) throws {
        let statement = try database.cached(
            "INSERT OR REPLACE INTO peer_outbox(path, file, size, next, wait) VALUES(?,?,?,?,?)")
        try statement.bind(1, text: peer)
        try statement.bind(2, Int64(number))
        try statement.bind(3, reading.size)
        if let next = reading.next { try statement.bind(4, next) } else { try statement.bindNull(4) }
        switch reading.wait {
        case nil: try statement.bindNull(5)
        case .chains: try statement.bind(5, 0)
        case .anything: try statement.bind(5, 1)
        }
        try statement.run()
    }

    func forget(_ number: Int, from peer: String) throws {
        let statement = try database.cached("DELETE FROM peer_outbox WHERE path=? AND file=?")
        try statement.bind(1, text: peer)
        try statement.bind(2, Int64(number))
        try statement.run()
    }

    /// The files that were read to their ends, of those with numbers above one and up to another, ascending.
    func readToEnd(from peer: String, above: Int, upTo last: Int) throws -> [Int] {
        try numbers(from: peer, above: above, upTo: last, "AND next IS NULL")
    }

    /// Forgets the files that are gone, of those with numbers above one and up to another. `present` ascends.
    func forget(from peer: String, above: Int, upTo last: Int, but present: [Int]) throws {
        var rest = present[...]
        for number in try numbers(from: peer, above: above, upTo: last, "") {
            while let first = rest.first, first < number { rest.removeFirst() }
            if rest.first != number { try forget(number, from: peer) }
        }
    }

    private func numbers(
        from peer: String, above: Int, upTo last: Int, _ condition: String
    ) throws -> [Int] {
        let query = try database.prepare(
            "SELECT file FROM peer_outbox WHERE path=? AND file>? AND file<=? \(condition) ORDER BY file")
        try query.bind(1, text: peer)
        try query.bind(2, Int64(above))
        try query.bind(3, Int64(last))
        var numbers: [Int] = []
        while try query.step() { numbers.append(Int(query.integer(0))) }
        return numbers
    }
}
