/// A row of one of the index's tables, as the statement that adds it takes it.
protocol IndexRow {
    /// How many values it has.
    static var width: Int { get }

    /// Binds its values to the parameters that follow the first `count`.
    func bind(to statement: SQLiteStatement, after count: Int) throws(SQLiteError)
}

extension LedgerIndex {
    /// To find its place in a table costs a row as much as to begin and end a statement, so a statement takes several.
    private static var rowsPerStatement: Int { 8 }

    /// Puts rows into their table, `query` being the statement that adds one.
    func put<Row: IndexRow>(_ rows: [Row], _ query: IndexQuery) throws {
        let whole = rows.count - rows.count % Self.rowsPerStatement
        if whole > 0 {
            let statement = try database.cached(query.sql(rows: Self.rowsPerStatement))
            for start in stride(from: 0, to: whole, by: Self.rowsPerStatement) {
                for number in 0..<Self.rowsPerStatement {
                    try rows[start + number].bind(to: statement, after: number * Row.width)
                }
                try statement.run()
            }
        }
        for row in rows[whole...] {
            let statement = try self.query(query)
            try row.bind(to: statement, after: 0)
            try statement.run()
        }
    }
}

extension IndexQuery {
    /// The statement that adds so many rows, of one that ends with the parameters of a row: `VALUES(?,?)`.
    fileprivate func sql(rows count: Int) -> String {
        guard let start = sql.lastIndex(of: "(") else { return sql }
        return sql + String(repeating: ",\(sql[start...])", count: count - 1)
    }
}
