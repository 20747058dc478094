internal import CSQLite

/// The connection itself, held by the database and by each of its statements: closed when the last of them
/// goes.
@safe final class SQLiteConnection {
    let pointer: OpaquePointer

    /// Set once, before the first connection: SQLite counts its memory under a lock otherwise, which every
    /// allocation takes.
    private static let isConfigured = scrip_sqlite_keep_no_memory_statistics() == SQLITE_OK

    init(_ location: SQLiteDatabase.Location) throws(SQLiteError) {
        _ = Self.isConfigured
        let path: String
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        switch location {
        case .file(let filePath, .readOnly):
            path = filePath
            flags |= SQLITE_OPEN_READONLY
        case .file(let filePath, .existing):
            path = filePath
            flags |= SQLITE_OPEN_READWRITE
        case .file(let filePath, .create):
            path = filePath
            flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .temporary:
            path = ""
            flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .memory:
            path = ":memory:"
            flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        }
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let database = unsafe opened else {
            // A connection that failed to open holds the reason, and must be closed all the same.
            let message = unsafe String(cString: sqlite3_errmsg(opened))
            let extendedCode = unsafe opened == nil ? code : sqlite3_extended_errcode(opened)
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(code: extendedCode, message: message, subject: path)
        }
        unsafe pointer = database
        unsafe sqlite3_extended_result_codes(database, 1)
    }

    deinit {
        unsafe sqlite3_close_v2(pointer)
    }

    /// The error that the last call left.
    func error(_ code: Int32, subject: String) -> SQLiteError {
        unsafe SQLiteError(code: code, message: String(cString: sqlite3_errmsg(pointer)), subject: subject)
    }
}
