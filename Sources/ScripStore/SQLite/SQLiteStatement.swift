internal import CSQLite
public import ScripCrypto

/// A prepared statement: values in, rows out, again and again.
///
/// As in SQLite itself, parameters are numbered from 1 and columns from 0. Values stay bound from one run to
/// the next. While rows are left, `reset` comes before the next `bind`; after the last row, or an error, the
/// statement is ready by itself.
@safe public final class SQLiteStatement {
    private let statement: OpaquePointer
    private let connection: SQLiteConnection

    /// Thirty-two bytes for each parameter. What is bound from here needs no allocation, for SQLite may rely
    /// on it to stay (`SQLITE_STATIC`) until the parameter is bound again.
    private let slots: UnsafeMutableRawBufferPointer
    private let parameterCount: Int

    private static let slotSize = 32

    init(_ sql: String, connection: SQLiteConnection) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            connection.pointer, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        if code != SQLITE_OK { throw connection.error(code, subject: sql) }
        guard let statement = unsafe prepared else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "there is no statement", subject: sql)
        }
        unsafe self.statement = statement
        self.connection = connection
        parameterCount = unsafe Int(sqlite3_bind_parameter_count(statement))
        unsafe slots = .allocate(byteCount: Self.slotSize * parameterCount, alignment: 8)
    }

    deinit {
        unsafe sqlite3_finalize(statement)
        unsafe slots.deallocate()
    }

    // MARK: Values in

    public func bind(_ parameter: Int, _ value: Int64) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(statement, Int32(parameter), value))
    }

    public func bind(_ parameter: Int, _ value: Int) throws(SQLiteError) {
        try bind(parameter, Int64(value))
    }

    /// Binds the bytes as a blob.
    public func bind(_ parameter: Int, _ value: Bytes32) throws(SQLiteError) {
        try value.withSpan { (bytes) throws(SQLiteError) in try bindShort(parameter, bytes) }
    }

    /// Binds the bytes as a blob.
    public func bind(_ parameter: Int, _ value: Bytes16) throws(SQLiteError) {
        try value.withSpan { (bytes) throws(SQLiteError) in try bindShort(parameter, bytes) }
    }

    /// Binds the bytes as a blob; SQLite keeps a copy.
    public func bind(_ parameter: Int, blob value: Span<UInt8>) throws(SQLiteError) {
        if value.count <= Self.slotSize { return try bindShort(parameter, value) }
        try check(
            unsafe value.withUnsafeBytes { bytes in
                unsafe sqlite3_bind_blob64(
                    statement, Int32(parameter), bytes.baseAddress, UInt64(bytes.count), transient)
            })
    }

    /// Binds the bytes as a blob; SQLite keeps a copy.
    public func bind(_ parameter: Int, blob value: [UInt8]) throws(SQLiteError) {
        try bind(parameter, blob: value.span)
    }

    /// Binds text; SQLite keeps a copy.
    public func bind(_ parameter: Int, text value: String) throws(SQLiteError) {
        var value = value
        try check(
            value.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) { characters in
                    // A null pointer would be NULL, not the empty text.
                    guard let start = characters.baseAddress else {
                        return unsafe sqlite3_bind_text(statement, Int32(parameter), "", 0, transient)
                    }
                    return unsafe sqlite3_bind_text64(
                        statement, Int32(parameter), start, UInt64(characters.count), transient,
                        UInt8(SQLITE_UTF8))
                }
            })
    }

    /// Binds NULL.
    public func bindNull(_ parameter: Int) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_null(statement, Int32(parameter)))
    }

    private func bindShort(_ parameter: Int, _ bytes: Span<UInt8>) throws(SQLiteError) {
        guard parameter >= 1 && parameter <= parameterCount else {
            throw SQLiteError(code: SQLITE_RANGE, message: "there is no parameter \(parameter)", subject: sql)
        }
        let start = (parameter - 1) * Self.slotSize
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe UnsafeMutableRawBufferPointer(rebasing: slots[start...]).copyMemory(from: bytes)
        }
        try check(
            unsafe sqlite3_bind_blob64(
                statement, Int32(parameter), slots.baseAddress.map { unsafe $0 + start }, UInt64(bytes.count),
                nil))
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        if code != SQLITE_OK { throw connection.error(code, subject: sql) }
    }

    // MARK: Running

    /// Goes to the next row; false when there is none, and the statement is then ready for another run.
    public func step() throws(SQLiteError) -> Bool {
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            unsafe sqlite3_reset(statement)
            return false
        }
        let error = connection.error(code, subject: sql)
        unsafe sqlite3_reset(statement)
        throw error
    }

    /// Runs the statement to its end and drops the rows, if it gives any.
    public func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Gives up the rows that are left.
    public func reset() {
        unsafe sqlite3_reset(statement)
    }

    /// The text that was prepared.
    public var sql: String { unsafe String(cString: sqlite3_sql(statement)) }

    // MARK: Values of the row

    public func isNull(_ column: Int) -> Bool {
        unsafe sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
    }

    /// The integer in a column; 0 for NULL.
    public func integer(_ column: Int) -> Int64 {
        unsafe sqlite3_column_int64(statement, Int32(column))
    }

    /// The blob in a column; nil unless it has exactly 32 bytes.
    public func bytes32(_ column: Int) -> Bytes32? {
        withBlob(column) { Bytes32($0) }
    }

    /// The blob in a column; nil unless it has exactly 16 bytes.
    public func bytes16(_ column: Int) -> Bytes16? {
        withBlob(column) { Bytes16($0) }
    }

    /// A copy of the blob in a column; empty for NULL.
    public func blob(_ column: Int) -> [UInt8] {
        unsafe [UInt8](buffer(column))
    }

    /// The text in a column; empty for NULL.
    public func text(_ column: Int) -> String {
        guard let text = unsafe sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(statement, Int32(column)))
        return unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// Calls `body` with the blob in a column, where it lies: empty for NULL.
    public func withBlob<Result, Failure: Error>(
        _ column: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(buffer(column).span)
    }

    private func buffer(_ column: Int) -> UnsafeBufferPointer<UInt8> {
        guard let start = unsafe sqlite3_column_blob(statement, Int32(column)) else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        let count = unsafe Int(sqlite3_column_bytes(statement, Int32(column)))
        return unsafe UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }
}

/// `SQLITE_TRANSIENT`, a macro that Swift does not import: SQLite makes its own copy of what is bound.
private let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
