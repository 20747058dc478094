import Foundation
import ScripCrypto
import ScripStore
import Testing

@Suite struct SQLiteTests {
    private func table() throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(.memory)
        try database.execute("CREATE TABLE t (a, b, c, d, e)")
        return database
    }

    @Test func `values of every kind come back as they went in`() throws {
        let database = try table()
        let digest = SHA256.hash(Array("x".utf8))
        let long = [UInt8](repeating: 3, count: 1_000)
        let insert = try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)")
        try insert.bind(1, Int64.min)
        try insert.bind(2, digest)
        try insert.bind(3, digest.prefix)
        try insert.bind(4, text: "zwölf\0x")
        try insert.bind(5, blob: long)
        #expect(try !insert.step())
        try insert.bind(1, 7)
        try insert.bind(2, blob: [])
        try insert.bindNull(3)
        try insert.bind(4, text: "")
        try insert.bind(5, blob: [1, 2, 3])
        try insert.run()
        #expect(database.lastInsertedRowID == 2)
        #expect(database.changes == 1)

        let select = try database.prepare("SELECT a, b, c, d, e FROM t ORDER BY rowid")
        #expect(try select.step())
        #expect(select.integer(0) == Int64.min)
        #expect(select.bytes32(1) == digest)
        #expect(select.bytes16(2) == digest.prefix)
        #expect(select.text(3) == "zwölf\0x")
        #expect(select.blob(4) == long)
        #expect(select.withBlob(4) { $0.count } == 1_000)
        #expect(select.bytes32(4) == nil)
        #expect(select.bytes16(1) == nil)
        #expect(try select.step())
        #expect(select.integer(0) == 7)
        #expect(select.blob(1) == [])
        #expect(!select.isNull(1))
        #expect(select.isNull(2))
        #expect(select.blob(2) == [])
        #expect(select.bytes16(2) == nil)
        #expect(select.integer(2) == 0)
        #expect(select.text(3) == "")
        #expect(!select.isNull(3))
        #expect(select.blob(4) == [1, 2, 3])
        #expect(try !select.step())
        #expect(try select.step(), "a statement that came to its end runs again")
    }

    @Test func `short values stay bound from run to run, each in its own place`() throws {
        let database = try table()
        let insert = try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)")
        let digests = (0..<5).map { SHA256.hash([UInt8($0)]) }
        for (index, digest) in digests.enumerated() { try insert.bind(index + 1, digest) }
        try insert.run()
        try insert.bind(3, digests[0].prefix)
        try insert.run()
        let select = try database.prepare("SELECT a, b, c, d, e FROM t WHERE rowid = ?")
        try select.bind(1, 2)
        #expect(try select.step())
        for index in [0, 1, 3, 4] { #expect(select.bytes32(index) == digests[index]) }
        #expect(select.bytes16(2) == digests[0].prefix)
    }

    @Test func `binding is refused while rows are left, and for a parameter that is not there`() throws {
        let database = try table()
        try database.execute("INSERT INTO t (a) VALUES (1), (2)")
        let select = try database.prepare("SELECT a FROM t WHERE a > ?")
        try select.bind(1, 0)
        #expect(try select.step())
        #expect(throws: SQLiteError.self) { try select.bind(1, 1) }
        select.reset()
        try select.bind(1, 1)
        #expect(try select.step())
        #expect(select.integer(0) == 2)
        select.reset()
        for parameter in [0, 2, -1] {
            #expect(throws: SQLiteError.self) { try select.bind(parameter, 1) }
            #expect(throws: SQLiteError.self) { try select.bind(parameter, Bytes32.zero) }
        }
    }

    @Test func `an error says what and where`() throws {
        let database = try table()
        let error = try #require(throws: SQLiteError.self) {
            _ = try database.prepare("SELECT x FROM nowhere")
        }
        #expect(error.description == "sqlite: no such table: nowhere (1): SELECT x FROM nowhere")
        #expect(throws: SQLiteError.self) { _ = try database.prepare("-- nothing") }
        try database.execute("CREATE UNIQUE INDEX i ON t (a); INSERT INTO t (a) VALUES (1)")
        let insert = try database.prepare("INSERT INTO t (a) VALUES (1)")
        let constraint = try #require(throws: SQLiteError.self) { try insert.run() }
        #expect(constraint.isConstraint)
        #expect(constraint.code == 2_067)
        try database.execute("DELETE FROM t")
        try insert.run()
    }

    @Test func `a transaction that throws is undone`() throws {
        struct Stop: Error {}
        let database = try table()
        try database.transaction { try database.execute("INSERT INTO t (a) VALUES (1)") }
        #expect(throws: Stop.self) {
            try database.transaction {
                try database.execute("INSERT INTO t (a) VALUES (2)")
                #expect(database.isInTransaction)
                throw Stop()
            }
        }
        #expect(!database.isInTransaction)
        try database.rollback()
        #expect(try count(database) == 1)
    }

    @Test func `savepoints nest`() throws {
        let database = try table()
        try database.begin()
        try database.beginSavepoint()
        try database.execute("INSERT INTO t (a) VALUES (1)")
        try database.beginSavepoint()
        try database.execute("INSERT INTO t (a) VALUES (2)")
        try database.rollbackSavepoint()
        #expect(try count(database) == 1)
        try database.beginSavepoint()
        try database.execute("INSERT INTO t (a) VALUES (3)")
        try database.releaseSavepoint()
        try database.releaseSavepoint()
        try database.commit()
        #expect(try count(database) == 2)
    }

    private func count(_ database: SQLiteDatabase) throws -> Int64 {
        let query = try database.prepare("SELECT count(*) FROM t")
        _ = try query.step()
        return query.integer(0)
    }

    @Test func `a file is opened as asked`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path("index.sqlite")
        let missing = try #require(throws: SQLiteError.self) {
            _ = try SQLiteDatabase(.file(path, .existing))
        }
        #expect(missing.isUnopenable)
        #expect(missing.subject == path)
        do {
            let database = try SQLiteDatabase(.file(path, .create))
            try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (5)")
        }
        let reader = try SQLiteDatabase(.file(path, .readOnly))
        let query = try reader.prepare("SELECT a FROM t")
        #expect(try query.step())
        #expect(query.integer(0) == 5)
        query.reset()
        let error = try #require(throws: SQLiteError.self) { try reader.execute("DELETE FROM t") }
        #expect(error.isReadOnly)
    }

    @Test func `a file that is no database, and one that another holds, are told apart`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write(String(repeating: "no database ", count: 100), to: "junk")
        let junk = try SQLiteDatabase(.file(scratch.path("junk"), .existing))
        let corrupt = try #require(throws: SQLiteError.self) {
            try junk.execute("SELECT * FROM sqlite_master")
        }
        #expect(corrupt.isCorrupt)

        let first = try SQLiteDatabase(.file(scratch.path("db"), .create))
        let second = try SQLiteDatabase(.file(scratch.path("db"), .create))
        second.setBusyTimeout(milliseconds: 1)
        try first.begin()
        let busy = try #require(throws: SQLiteError.self) { try second.begin() }
        #expect(busy.isBusy)
        try first.rollback()
        try second.begin()
    }

    @Test func `a temporary database leaves no file`() throws {
        let database = try SQLiteDatabase(.temporary)
        try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100))")
        let select = try database.prepare("SELECT length(a) FROM t")
        #expect(try select.step())
        #expect(select.integer(0) == 100)
    }

    @Test func `a statement outlives its database`() throws {
        var database: SQLiteDatabase? = try table()
        let select = try #require(try database?.prepare("SELECT 1"))
        database = nil
        #expect(try select.step())
        #expect(select.integer(0) == 1)
    }
}
