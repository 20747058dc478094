internal import ScripCore
internal import ScripCrypto

/// The outbox: what other regions should see of records on their way (format section 5). Its files are public.
final class Outbox {
    private let index: LedgerIndex
    private let files: LineFiles
    private var unwritten: [Item] = []
    /// Where the lines of a record stand in `unwritten`.
    private var unwrittenPlaces: [Digest: [Int]] = [:]
    private var unwrittenReferences: [Digest: Digest] = [:]

    init(index: LedgerIndex, files: LineFiles) {
        self.index = index
        self.files = files
    }

    /// One line: a record with its attestations so far, or a refusal.
    struct Item {
        let id: Digest
        let line: [UInt8]
        /// The region that seals the record.
        let sealing: RegionName
        let deadline: Timestamp?
        /// What makes a retry of the record known.
        let reference: RecordReference?
        /// Whether the line is this region's answer: one that `Answers` holds as published.
        var isAnswer = false
    }

    // Of an answer the table has neither the line nor, in its index, the id: there may be many, and `answer` has both.

    /// A query for the lines of the record ?1 that lie in the outbox.
    static let linesOfRecord = """
        SELECT line, file, item FROM outbox WHERE id=?1 AND line IS NOT NULL \
        UNION ALL SELECT line, 1<<62, 0 FROM answer WHERE id=?1 AND published=1
        """

    /// Whether this very line lies in the outbox, or is about to.
    func holds(_ line: [UInt8], of id: Digest) throws -> Bool {
        if isAboutToHold(line, of: id) { return true }
        let query = try index.database.cached("SELECT 1 FROM (\(Self.linesOfRecord)) WHERE line=?2")
        try query.bind(1, id)
        try query.bind(2, blob: line)
        return try query.step()
    }

    private func isAboutToHold(_ line: [UInt8], of id: Digest) -> Bool {
        unwrittenPlaces[id]?.contains(where: { unwritten[$0].line == line }) ?? false
    }

    /// The lines of a record that lie in the outbox.
    func lines(of id: Digest) throws -> [[UInt8]] {
        let query = try index.database.cached("\(Self.linesOfRecord) ORDER BY 2, 3")
        try query.bind(1, id)
        var lines: [[UInt8]] = []
        while try query.step() { lines.append(query.blob(0)) }
        return lines + (unwrittenPlaces[id] ?? []).map { unwritten[$0].line }
    }

    /// The record that uses a reference and was put in since the last write.
    func unwrittenRecord(with reference: RecordReference, sealedBy chain: RegionName) throws -> Digest? {
        unwrittenReferences[index.referenceKey(reference, try index.id(of: chain))]
    }

    /// Puts a line in, unless it lies there already. True if it is new. Of a record that `isNew` no file has a line, and
    /// an answer is put in when it is given.
    func put(_ item: Item, isNew: Bool = false) throws -> Bool {
        let isKnown =
            try isNew || item.isAnswer
            ? isAboutToHold(item.line, of: item.id) : holds(item.line, of: item.id)
        if isKnown { return false }
        unwrittenPlaces[item.id, default: []].append(unwritten.count)
        if let key = try referenceKey(item) { unwrittenReferences[key] = item.id }
        unwritten.append(item)
        return true
    }

    /// Bytes of a file's lines, newlines aside, after which the next file begins. Readers take four times as much.
    private static let fileBytesMax = 16 << 20

    /// Publishes what was put in, as few files.
    func write() throws {
        if unwritten.isEmpty { return }
        var number = try highest()
        var start = 0
        while start < unwritten.count {
            var end = start
            var bytes = 0
            while end < unwritten.count, bytes < Self.fileBytesMax {
                bytes += unwritten[end].line.count
                end += 1
            }
            number += 1
            try files.publish(unwritten[start..<end].map(\.line), as: number)
            for place in start..<end { try note(unwritten[place], file: number, item: place - start) }
            start = end
        }
        try IndexFile.setMeta(index.database, "outbox", String(number))
        unwritten = []
        unwrittenPlaces = [:]
        unwrittenReferences = [:]
    }

    private func referenceKey(_ item: Item) throws -> Digest? {
        guard let reference = item.reference else { return nil }
        return index.referenceKey(reference, try index.id(of: item.sealing))
    }

    private func note(_ entry: Item, file: Int, item: Int) throws {
        index.willFill(.outbox)
        let statement = try index.database.cached(
            "INSERT INTO outbox(file, item, id, line, sealing, deadline, reference, done) VALUES(?,?,?,?,?,?,?,0)"
        )
        try statement.bind(1, Int64(file))
        try statement.bind(2, Int64(item))
        try statement.bind(3, entry.id)
        if entry.isAnswer { try statement.bindNull(4) } else { try statement.bind(4, blob: entry.line) }
        try statement.bind(5, try index.id(of: entry.sealing))
        if let deadline = entry.deadline {
            try statement.bind(6, deadline.seconds)
        } else {
            try statement.bindNull(6)
        }
        if let key = try referenceKey(entry) {
            try statement.bind(7, key)
        } else {
            try statement.bindNull(7)
        }
        try statement.run()
    }

    /// The highest number that was ever used. `heads.note` remembers it when the folder is empty, so that no peer
    /// takes a new file for one that it has read.
    func highest() throws -> Int {
        let known = Int(try IndexFile.meta(index.database, "outbox") ?? "") ?? 0
        return max(known, try files.numbers().last ?? 0)
    }

    func raiseHighest(to number: Int) throws {
        if number > Int(try IndexFile.meta(index.database, "outbox") ?? "") ?? 0 {
            try IndexFile.setMeta(index.database, "outbox", String(number))
        }
    }

    func fileCount() throws -> Int { try files.numbers().count }

    /// Marks what is sealed or dead, and removes the files in which nothing else is left. True if any went.
    func tidy(isOver: (Item) throws -> Bool) throws -> Bool {
        var over: [(Int64, Int64)] = []
        let query = try index.database.prepare(
            """
            SELECT file, item, id, COALESCE(line, (SELECT line FROM answer WHERE id=outbox.id)), sealing, deadline \
            FROM outbox WHERE done=0
            """)
        while try query.step() {
            guard let id = query.bytes32(2) else { continue }
            let item = Item(
                id: id, line: query.blob(3), sealing: try index.region(query.integer(4)),
                deadline: query.isNull(5) ? nil : Timestamp(seconds: query.integer(5)), reference: nil)
            if try isOver(item) { over.append((query.integer(0), query.integer(1))) }
        }
        for (file, item) in over {
            let statement = try index.database.cached("UPDATE outbox SET done=1 WHERE file=? AND item=?")
            try statement.bind(1, file)
            try statement.bind(2, item)
            try statement.run()
        }
        var empty: [Int] = []
        let finished = try index.database.prepare("SELECT file FROM outbox GROUP BY file HAVING MIN(done)=1")
        while try finished.step() { empty.append(Int(finished.integer(0))) }
        for number in empty {
            for sql in [
                """
                UPDATE answer SET published=0 \
                WHERE id IN (SELECT id FROM outbox WHERE file=? AND line IS NULL)
                """,
                "DELETE FROM outbox WHERE file=?",
            ] {
                let statement = try index.database.cached(sql)
                try statement.bind(1, Int64(number))
                try statement.run()
            }
        }
        files.remove(empty)
        return !empty.isEmpty
    }

    /// Takes over the lines of answers that are forgotten.
    func takeOverLines(of ids: Set<Digest>) throws {
        if ids.isEmpty { return }
        var places: [(Int64, Int64)] = []
        let query = try index.database.prepare("SELECT file, item, id FROM outbox WHERE line IS NULL")
        while try query.step() {
            if let id = query.bytes32(2), ids.contains(id) {
                places.append((query.integer(0), query.integer(1)))
            }
        }
        for (file, item) in places {
            let statement = try index.database.cached(
                "UPDATE outbox SET line=(SELECT line FROM answer WHERE id=outbox.id) WHERE file=? AND item=?")
            try statement.bind(1, file)
            try statement.bind(2, item)
            try statement.run()
        }
    }

    /// Fills the table from the files. `describe` names the sealing region and the deadline of a line.
    func load(describe: ([UInt8]) throws -> Item?) throws {
        try index.database.execute("DELETE FROM outbox")
        for number in try files.numbers() {
            try raiseHighest(to: number)
            for (item, line) in try files.lines(number).enumerated() {
                if let entry = try describe(line) { try note(entry, file: number, item: item) }
            }
        }
    }
}
