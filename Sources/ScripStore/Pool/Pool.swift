internal import ScripCore
internal import ScripCrypto

/// The pool: records that this region will seal, with their reservations. Their lines lie in `private/pool/`; the
/// index only follows them.
final class Pool {
    private let index: LedgerIndex
    private let files: LineFiles
    private let signedPrefix: [UInt8]
    private let region: RegionName
    /// Lines that are not in a file yet.
    private var unwritten: [[UInt8]] = []
    /// The latest accreditations that wait, by issuer; nil until they are asked for, and when they change. Every
    /// issue asks.
    private var accreditations: [Address: AccreditationState]?

    private static let filesMax = 64

    /// What the pool's refunds and voids will take.
    var claims: PooledClaims { PooledClaims(index) }

    init(index: LedgerIndex, files: LineFiles, signedPrefix: [UInt8], region: RegionName) {
        self.index = index
        self.files = files
        self.signedPrefix = signedPrefix
        self.region = region
    }

    /// What the pool holds of a record.
    struct Entry {
        let record: Record
        let isComplete: Bool
    }

    func entry(_ id: Digest) throws -> Entry? {
        let query = try index.database.cached("SELECT line, complete FROM pool WHERE id=?")
        try query.bind(1, id)
        guard try query.step() else { return nil }
        return Entry(
            record: try Record(line: query.blob(0), signedPrefix: signedPrefix),
            isComplete: query.integer(1) != 0)
    }

    /// The record in the pool that uses a reference.
    func record(with reference: RecordReference, _ chain: Int64) throws -> Digest? {
        let query = try index.database.cached("SELECT id FROM pool WHERE reference=?")
        try query.bind(1, index.referenceKey(reference, chain))
        return try query.step() ? query.bytes32(0) : nil
    }

    /// The record that holds the head of `voucher`.
    func reservation(_ voucher: VoucherID) throws -> Digest? {
        let query = try index.database.cached("SELECT id FROM reservation WHERE voucher=?")
        try query.bind(1, voucher.bytes)
        return try query.step() ? query.bytes32(0) : nil
    }

    /// The latest accreditation of `issuer` that waits to be sealed.
    func accreditation(of issuer: Address) throws -> AccreditationState? {
        if let accreditations { return accreditations[issuer] }
        var latest: [Address: AccreditationState] = [:]
        let query = try index.database.cached(
            "SELECT line FROM pool WHERE type='accredit' ORDER BY position")
        while try query.step() {
            let record = try Record(line: query.blob(0), signedPrefix: signedPrefix)
            if case .accredit(let accreditation) = record.body {
                latest[accreditation.issuer] = AccreditationState(
                    isActive: accreditation.isActive, until: accreditation.until)
            }
        }
        accreditations = latest
        return latest[issuer]
    }

    /// Takes a record in, or takes over what is new in another copy of it. `write` is false when it comes from a
    /// pool file. One that `isNew` is not in the pool.
    func put(
        _ record: Record, isComplete: Bool, _ chain: Int64, write: Bool, isNew: Bool = false
    ) throws {
        if record.type == .accredit { accreditations = nil }
        if try isNew || !update(record, isComplete: isComplete) {
            index.willFill(.pool)
            // The position is one more than the highest.
            let add = try index.database.cached(
                "INSERT INTO pool(id, type, line, complete, reference) VALUES(?, ?, ?, ?, ?)")
            try add.bind(1, record.id)
            try add.bind(2, text: record.type.rawValue)
            try add.bind(3, blob: record.line)
            try add.bind(4, isComplete ? 1 : 0)
            if let reference = record.body.reference {
                try add.bind(5, index.referenceKey(reference, chain))
            } else {
                try add.bindNull(5)
            }
            try add.run()
            for head in record.body.heads {
                let reserve = try index.database.cached(
                    "INSERT OR IGNORE INTO reservation(voucher, id) VALUES(?,?)")
                try reserve.bind(1, head.voucher.bytes)
                try reserve.bind(2, record.id)
                try reserve.run()
            }
            try claims.add(record)
        }
        if write { unwritten.append(record.line) }
    }

    /// Puts another copy of a record in place of the one that is held; false if none is.
    private func update(_ record: Record, isComplete: Bool) throws -> Bool {
        let update = try index.database.cached("UPDATE pool SET line=?, complete=? WHERE id=?")
        try update.bind(1, blob: record.line)
        try update.bind(2, isComplete ? 1 : 0)
        try update.bind(3, record.id)
        try update.run()
        return index.database.changes > 0
    }

    /// Lets a record go; its heads are free.
    func remove(_ record: Record) throws {
        if record.type == .accredit { accreditations = nil }
        for sql in ["DELETE FROM pool WHERE id=?", "DELETE FROM reservation WHERE id=?"] {
            let statement = try index.database.cached(sql)
            try statement.bind(1, record.id)
            try statement.run()
        }
        try claims.remove(record)
    }

    /// Lets a record go for good, and remembers why. `refusal` is the line that the pool's files keep.
    func drop(
        _ record: Record, _ code: RefusalCode, reason: String, refusal: [UInt8]? = nil
    ) throws {
        try remove(record)
        index.willFill(.dropped)
        let statement = try index.database.cached(
            "INSERT OR REPLACE INTO dropped(id, line, code, reason, refusal, deadline) VALUES(?,?,?,?,?,?)")
        try statement.bind(1, record.id)
        try statement.bind(2, blob: record.line)
        try statement.bind(3, text: code.rawValue)
        try statement.bind(4, text: reason)
        if let refusal { try statement.bind(5, blob: refusal) } else { try statement.bindNull(5) }
        // Without a deadline a record can be brought again for ever.
        try statement.bind(6, record.body.deadline?.seconds ?? Int64.max)
        try statement.run()
    }

    /// Lets a record of this pool go because a region refused it. The refusal stays in the pool's files until the
    /// record could not be sealed anyway.
    func drop(_ record: Record, refusedBy refusal: Refusal, write: Bool) throws {
        if write { unwritten.append(refusal.line) }
        try drop(record, refusal.code, reason: refusal.dropReason(in: region), refusal: refusal.line)
    }

    /// Keeps a record that this region refuses itself, with its refusal, as one that it let go.
    func refuse(_ record: Record, _ refusal: Refusal) throws {
        unwritten.append(record.line)
        try drop(record, refusedBy: refusal, write: true)
    }

    /// Why a record was let go for good.
    struct Dropped {
        let line: [UInt8]
        let code: RefusalCode
        let reason: String
        /// The line of the refusal that was the cause, as long as it matters.
        let refusal: [UInt8]?
    }

    func dropped(_ id: Digest) throws -> Dropped? {
        let query = try index.database.cached("SELECT line, code, reason, refusal FROM dropped WHERE id=?")
        try query.bind(1, id)
        guard try query.step() else { return nil }
        return Dropped(
            line: query.blob(0), code: RefusalCode(rawValue: query.text(1)) ?? .malformed,
            reason: query.text(2), refusal: query.isNull(3) ? nil : query.blob(3))
    }

    /// Calls `body` with every record that is complete, voids first, then in the order of arrival, until it
    /// returns false.
    func forEachComplete(_ body: (Record) throws -> Bool) throws {
        let query = try index.database.prepare(
            "SELECT line FROM pool WHERE complete=1 ORDER BY type<>'void', position")
        while try query.step() {
            if try !body(try Record(line: query.blob(0), signedPrefix: signedPrefix)) { return }
        }
    }

    /// Calls `body` with every record that another region must still attest.
    func forEachIncomplete(_ body: (Record) throws -> Void) throws {
        let query = try index.database.prepare("SELECT line FROM pool WHERE complete=0 ORDER BY position")
        while try query.step() {
            try body(try Record(line: query.blob(0), signedPrefix: signedPrefix))
        }
    }

    /// How many records wait, and how many of them are complete.
    func counts() throws -> (all: Int, complete: Int) {
        let query = try index.database.cached("SELECT COUNT(*), COALESCE(SUM(complete), 0) FROM pool")
        _ = try query.step()
        return (Int(query.integer(0)), Int(query.integer(1)))
    }

    // MARK: Files

    /// Makes durable what was taken in. Before this nothing may be acknowledged.
    func write() throws {
        if unwritten.isEmpty { return }
        try files.publish(unwritten, as: (try files.numbers().last ?? 0) + 1)
        unwritten = []
    }

    /// Removes the files that hold nothing any more, once the index was committed; many small ones become one.
    /// `time` is that of the chain: a refused record whose deadline it is past need not be remembered.
    func tidy(at time: Timestamp?) throws {
        let numbers = try files.numbers()
        if numbers.isEmpty { return }
        if let time {
            let statement = try index.database.cached(
                "UPDATE dropped SET refusal=NULL WHERE refusal IS NOT NULL AND deadline<?")
            try statement.bind(1, time.seconds)
            try statement.run()
        }
        if try counts().all == 0 && !hasRefusals() {
            files.remove(numbers)
        } else if numbers.count > Self.filesMax {
            var lines: [[UInt8]] = []
            let query = try index.database.prepare("SELECT line FROM pool ORDER BY position")
            while try query.step() { lines.append(query.blob(0)) }
            let refused = try index.database.prepare(
                "SELECT line, refusal FROM dropped WHERE refusal IS NOT NULL ORDER BY id")
            while try refused.step() { lines += [refused.blob(0), refused.blob(1)] }
            try files.publish(lines, as: (numbers.last ?? 0) + 1)
            files.remove(numbers)
        }
    }

    /// Whether there are records that must not be admitted again, each with its refusal behind it in the files.
    private func hasRefusals() throws -> Bool {
        let query = try index.database.cached(
            "SELECT 1 FROM dropped INDEXED BY dropped_by_refusal WHERE refusal IS NOT NULL LIMIT 1")
        return try query.step()
    }

    /// Fills the pool's tables from its files. `isSettled` tells a record that a chain holds already or can never
    /// hold. Returns the files that are damaged.
    func load(
        _ chain: Int64, isComplete: (Record) -> Bool, isSettled: (Record) throws -> Bool
    ) throws -> [PendingDamage] {
        accreditations = nil
        try index.database.execute(
            """
            DELETE FROM pool; DELETE FROM reservation; DELETE FROM pooled_claim; DELETE FROM dropped
            """)
        return try files.load { line in
            if let record = try? Record(line: line, signedPrefix: signedPrefix) {
                if try isSettled(record) || dropped(record.id) != nil { return true }
                try put(record, isComplete: isComplete(record), chain, write: false)
            } else if let refusal = Refusal(line: line) {
                if let entry = try entry(refusal.id) {
                    try drop(entry.record, refusedBy: refusal, write: false)
                }
            } else {
                return false
            }
            return true
        }
    }
}

extension Refusal {
    /// Why a record was let go because of it, as the region `reader` tells it.
    func dropReason(in reader: RegionName?) -> String {
        region == reader ? reason : "refused by '\(region)': \(reason)"
    }
}
