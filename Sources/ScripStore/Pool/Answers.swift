internal import ScripCore
internal import ScripCrypto

/// What this region answered to records that others seal: an attestation or a refusal, once and for all per
/// record id. The answers lie in `private/answers/` before anything of them is published.
final class Answers {
    private let index: LedgerIndex
    private let files: LineFiles
    private let region: RegionName
    private var unwritten: [[UInt8]] = []

    init(index: LedgerIndex, files: LineFiles, region: RegionName) {
        self.index = index
        self.files = files
        self.region = region
    }

    /// The line that was answered: the record with the own attestation, or the refusal.
    struct Answer {
        let line: [UInt8]
        let isRefusal: Bool
    }

    func answer(_ id: Digest) throws -> Answer? {
        let query = try index.database.cached("SELECT line, refused FROM answer WHERE id=?")
        try query.bind(1, id)
        guard try query.step() else { return nil }
        return Answer(line: query.blob(0), isRefusal: query.integer(1) != 0)
    }

    /// The line of a record that was refused; nil if it was not, or is not known.
    func refusedRecord(_ id: Digest) throws -> [UInt8]? {
        let query = try index.database.cached("SELECT record FROM answer WHERE id=? AND record IS NOT NULL")
        try query.bind(1, id)
        return try query.step() ? query.blob(0) : nil
    }

    /// Keeps that a record was attested: the record with the own attestation, which goes into the outbox where it
    /// `isPublished`. False if there is an answer already, which stays.
    @discardableResult
    func attest(_ attested: Record, isPublished: Bool = false) throws -> Bool {
        let isNew = try put(
            attested.id, attested.line, isRefusal: false, record: nil, isPublished: isPublished)
        unwritten.append(attested.line)
        return isNew
    }

    /// Keeps a refusal, and before it the record that it is about: it says how long the refusal matters.
    func refuse(_ record: Record, _ refusal: Refusal) throws {
        try put(record.id, refusal.line, isRefusal: true, record: record.line)
        unwritten += [record.line, refusal.line]
    }

    /// Keeps a refusal that this region gave to a record which is not at hand.
    func take(_ refusal: Refusal) throws {
        try put(refusal.id, refusal.line, isRefusal: true, record: nil)
        unwritten.append(refusal.line)
    }

    @discardableResult
    private func put(
        _ id: Digest, _ line: [UInt8], isRefusal: Bool, record: [UInt8]?, isPublished: Bool = false
    ) throws -> Bool {
        index.willFill(.answer)
        let statement = try index.database.cached(
            "INSERT OR IGNORE INTO answer(id, line, refused, record, published) VALUES(?,?,?,?,?)")
        try statement.bind(1, id)
        try statement.bind(2, blob: line)
        try statement.bind(3, isRefusal ? 1 : 0)
        if let record { try statement.bind(4, blob: record) } else { try statement.bindNull(4) }
        try statement.bind(5, isPublished ? 1 : 0)
        try statement.run()
        return index.database.changes > 0
    }

    /// Calls `body` with every record that was attested here.
    func forEachAttested(signedPrefix: [UInt8], _ body: (Record) throws -> Void) throws {
        let query = try index.database.prepare("SELECT line FROM answer WHERE refused=0 ORDER BY id")
        while try query.step() { try body(try Record(line: query.blob(0), signedPrefix: signedPrefix)) }
    }

    /// Calls `body` with every record that was refused here, and the line of the refusal.
    func forEachRefused(signedPrefix: [UInt8], _ body: (Record, [UInt8]) throws -> Void) throws {
        let query = try index.database.prepare(
            "SELECT record, line FROM answer WHERE record IS NOT NULL ORDER BY id")
        while try query.step() {
            try body(try Record(line: query.blob(0), signedPrefix: signedPrefix), query.blob(1))
        }
    }

    func isInUse() throws -> Bool {
        let query = try index.database.cached("SELECT 1 FROM answer LIMIT 1")
        return try query.step()
    }

    func write() throws {
        if unwritten.isEmpty { return }
        try files.publish(unwritten, as: (try files.numbers().last ?? 0) + 1)
        unwritten = []
    }

    /// Forgets the answers to records that are sealed or dead, and removes the files once none is needed.
    func tidy(_ outbox: Outbox, isOver: (_ id: Digest) throws -> Bool) throws {
        var over: Set<Digest> = []
        var kept = 0
        let query = try index.database.prepare("SELECT id FROM answer")
        while try query.step() {
            guard let id = query.bytes32(0) else { continue }
            if try isOver(id) { over.insert(id) } else { kept += 1 }
        }
        try outbox.takeOverLines(of: over)
        for id in over {
            let statement = try index.database.cached("DELETE FROM answer WHERE id=?")
            try statement.bind(1, id)
            try statement.run()
        }
        if kept == 0 { files.remove(try files.numbers()) }
    }

    /// Fills the table from the files. Returns those that are damaged.
    func load(signedPrefix: [UInt8]) throws -> [PendingDamage] {
        try index.database.execute("DELETE FROM answer")
        var refused: Record?
        return try files.load { line in
            if let record = try? Record(line: line, signedPrefix: signedPrefix) {
                if record.attestations.contains(where: { $0.region == region }) {
                    try put(record.id, line, isRefusal: false, record: nil)
                } else {
                    refused = record
                }
            } else if let refusal = Refusal(line: line) {
                let record = refused.flatMap { $0.id == refusal.id ? $0.line : nil }
                try put(refusal.id, line, isRefusal: true, record: record)
            } else {
                return false
            }
            return true
        }
    }
}
