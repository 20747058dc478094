internal import CSQLite

/// What SQLite answered when it did not do what it was asked to.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The extended result code (sqlite.org/rescode.html).
    public let code: Int32

    /// The text of sqlite3_errmsg.
    public let message: String

    /// The statement or the path that it is about.
    public let subject: String

    public init(code: Int32, message: String, subject: String) {
        self.code = code
        self.message = message
        self.subject = subject
    }

    public var description: String { "sqlite: \(message) (\(code)): \(subject)" }

    private var primaryCode: Int32 { code & 0xff }

    /// Another connection holds the database: `SQLITE_BUSY`, `SQLITE_LOCKED`, and `SQLITE_PROTOCOL`, which is a race for
    /// the write-ahead log that was lost too often.
    public var isBusy: Bool {
        primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED || primaryCode == SQLITE_PROTOCOL
    }

    /// What says nothing of the file itself, and may be gone at the next try: another connection's work, a lack of
    /// memory, a failed read or write (`SQLITE_NOMEM`, `SQLITE_IOERR` and those of `isBusy`).
    public var isPassing: Bool {
        isBusy || primaryCode == SQLITE_NOMEM || primaryCode == SQLITE_IOERR
    }

    /// The file is no sound database: `SQLITE_CORRUPT`, `SQLITE_NOTADB`. An index is then deleted and
    /// rebuilt.
    public var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// The disk or the size limit of the process is full: `SQLITE_FULL`.
    public var isFull: Bool { primaryCode == SQLITE_FULL }

    /// The file cannot be opened: `SQLITE_CANTOPEN`.
    public var isUnopenable: Bool { primaryCode == SQLITE_CANTOPEN }

    /// The file or its directory may not be written: `SQLITE_READONLY`, `SQLITE_PERM`.
    public var isReadOnly: Bool { primaryCode == SQLITE_READONLY || primaryCode == SQLITE_PERM }

    /// A row was refused by a constraint of its table: `SQLITE_CONSTRAINT`.
    public var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }
}
