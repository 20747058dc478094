internal import CSQLite

/// A connection to an SQLite database. Its settings (PRAGMA) are the caller's.
///
/// Used by one thread at a time: the connection has no lock of its own (`SQLITE_OPEN_NOMUTEX`).
public final class SQLiteDatabase {
    /// Where the database is.
    public enum Location: Hashable, Sendable {
        case file(String, SQLiteDatabase.Access)
        /// On disk as far as it does not fit in memory, seen by this connection alone, gone when it closes.
        case temporary
        case memory
    }

    public enum Access: Hashable, Sendable {
        case readOnly
        case existing
        /// Made if it is not there.
        case create
    }

    let connection: SQLiteConnection

    // Prepared when first used, for a transaction or savepoint must not cost a parse each time.
    private var prepared: [String: SQLiteStatement] = [:]
    private var kept: [String: SQLiteStatement] = [:]

    public init(_ location: Location) throws(SQLiteError) {
        connection = try SQLiteConnection(location)
    }

    /// How long a statement waits for another connection before it is `SQLITE_BUSY`. 0 from the start.
    public func setBusyTimeout(milliseconds: Int) {
        _ = unsafe sqlite3_busy_timeout(connection.pointer, Int32(clamping: milliseconds))
    }

    /// Leaves the write-ahead log as it is when the connection closes, so that a short-lived process does not pay
    /// for a checkpoint; the log is folded in once it is long enough.
    public func keepLogOnClose() {
        _ = unsafe scrip_sqlite_keep_wal_on_close(connection.pointer)
    }

    /// Runs statements that need no values and give no rows, separated by `;`.
    public func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(connection.pointer, sql, nil, nil, nil)
        if code != SQLITE_OK { throw connection.error(code, subject: sql) }
    }

    /// Ends what the kept statements are still in the middle of, so that no old state of the database is held on to.
    func resetCached() {
        for statement in kept.values { statement.reset() }
    }

    /// A statement that is parsed once for all its uses and is ready to be bound. Not for one whose rows are
    /// walked through while other work goes on.
    public func cached(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        if let statement = kept[sql] {
            statement.reset()
            return statement
        }
        let statement = try prepare(sql)
        kept[sql] = statement
        return statement
    }

    /// A statement to be run many times. The caller keeps it.
    public func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        try SQLiteStatement(sql, connection: connection)
    }

    /// The rowid that the last INSERT made.
    public var lastInsertedRowID: Int64 { unsafe sqlite3_last_insert_rowid(connection.pointer) }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    public var changes: Int { unsafe Int(sqlite3_changes(connection.pointer)) }

    /// Whether a transaction is open. An error such as a full disk may have ended it by itself.
    public var isInTransaction: Bool { unsafe sqlite3_get_autocommit(connection.pointer) == 0 }

    // MARK: Transactions

    /// Begins a transaction that may write, at once (`BEGIN IMMEDIATE`).
    public func begin() throws(SQLiteError) { try run("BEGIN IMMEDIATE") }

    public func commit() throws(SQLiteError) { try run("COMMIT") }

    /// Undoes the transaction; does nothing if an error has ended it already.
    public func rollback() throws(SQLiteError) {
        if isInTransaction { try run("ROLLBACK") }
    }

    /// Runs `body` in a transaction: committed when it returns, undone when it throws.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try begin()
        do {
            let result = try body()
            try commit()
            return result
        } catch {
            // The first error says what went wrong; one of the undoing would only hide it.
            try? rollback()
            throw error
        }
    }

    /// Begins a part of a transaction that can be undone alone. Parts nest; the last begun ends first.
    public func beginSavepoint() throws(SQLiteError) { try run("SAVEPOINT part") }

    /// Keeps what was done since the last savepoint, as part of what surrounds it.
    public func releaseSavepoint() throws(SQLiteError) { try run("RELEASE part") }

    /// Undoes what was done since the last savepoint, and ends it.
    public func rollbackSavepoint() throws(SQLiteError) {
        try run("ROLLBACK TO part")
        try run("RELEASE part")
    }

    private func run(_ sql: String) throws(SQLiteError) {
        if let statement = prepared[sql] { return try statement.run() }
        let statement = try prepare(sql)
        prepared[sql] = statement
        try statement.run()
    }
}
