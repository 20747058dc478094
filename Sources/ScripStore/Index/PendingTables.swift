/// The tables of what this region knows of records that are not in a chain. Most of them are empty most of the time, so
/// that a look-up need not go there.
struct PendingTables: OptionSet {
    let rawValue: Int

    static let pool = PendingTables(rawValue: 1)
    static let dropped = PendingTables(rawValue: 2)
    static let answer = PendingTables(rawValue: 4)
    static let deferred = PendingTables(rawValue: 8)
    static let outbox = PendingTables(rawValue: 16)

    /// Those in which there is anything.
    init(filledIn database: SQLiteDatabase) throws {
        let query = try database.cached(
            """
            SELECT EXISTS(SELECT 1 FROM pool), EXISTS(SELECT 1 FROM dropped), EXISTS(SELECT 1 FROM answer), EXISTS(SELECT 1 FROM deferred), \
            EXISTS(SELECT 1 FROM outbox)
            """)
        defer { query.reset() }
        var filled = PendingTables(rawValue: 0)
        if try query.step() {
            for column in 0..<5 where query.integer(column) != 0 {
                filled.insert(PendingTables(rawValue: 1 << column))
            }
        }
        self = filled
    }

    init(rawValue: Int) { self.rawValue = rawValue }

    /// A query that gives a row if the tables, or the chains, have the record ?1.
    var recordLookUp: String { Self.recordLookUps[rawValue] }

    /// The same, or the reference whose key is ?2.
    var referenceLookUp: String { Self.referenceLookUps[rawValue] }

    private static let all = (0..<32).map { PendingTables(rawValue: $0) }
    private static let recordLookUps = all.map { $0.lookUp(ofReference: false) }
    private static let referenceLookUps = all.map { $0.lookUp(ofReference: true) }

    private func lookUp(ofReference: Bool) -> String {
        var queries = ["SELECT 1 FROM record WHERE id=?1"]
        if contains(.pool) { queries.append("SELECT 1 FROM pool WHERE id=?1") }
        if contains(.dropped) { queries.append("SELECT 1 FROM dropped WHERE id=?1") }
        if contains(.answer) { queries.append("SELECT 1 FROM answer WHERE id=?1") }
        if contains(.deferred) { queries.append("SELECT 1 FROM deferred WHERE id=?1") }
        // What is an answer has its id there.
        if contains(.outbox) { queries.append("SELECT 1 FROM outbox WHERE id=?1 AND line IS NOT NULL") }
        if ofReference {
            queries.append("SELECT 1 FROM reference WHERE key=?2")
            if contains(.pool) { queries.append("SELECT 1 FROM pool WHERE reference=?2") }
            if contains(.deferred) { queries.append("SELECT 1 FROM deferred WHERE reference=?2") }
            if contains(.outbox) { queries.append("SELECT 1 FROM outbox WHERE reference=?2") }
        }
        return queries.joined(separator: " UNION ALL ") + " LIMIT 1"
    }
}
