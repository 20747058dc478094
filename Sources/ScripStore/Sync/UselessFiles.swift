internal import ScripCore
internal import ScripCrypto

/// Files of peers that were read and found to be of no use. As long as such a file is what it was, it is not read
/// again, until the next full scan: no flood is paid for twice.
///
/// Kept is a mark of inode, size, times and charter; a file that still grows, or was brought again, has another.
/// Only what does not depend on other files is noted here: what merely waits is looked at again each time.
final class UselessFiles {
    private let database: SQLiteDatabase
    private let charter: Digest
    private let now: Timestamp
    private let oldest: Int64
    private lazy var count = counted()

    /// Files remembered of all peers together; what is beyond is read again.
    private static let countMax = 262_144

    init(_ index: LedgerIndex, charter: Charter, now: Timestamp, fullScanHours: Int) {
        database = index.database
        self.charter = charter.digest
        self.now = now
        oldest = now.seconds - Int64(fullScanHours) * 3_600
    }

    /// `state` is what the use of the file depends on, beside itself.
    func contains(_ path: String, of peer: String, _ status: FileStatus, state: Digest = .zero) throws -> Bool
    {
        let query = try database.cached("SELECT mark, time FROM useless WHERE peer=? AND file=?")
        defer { query.reset() }
        try query.bind(1, text: peer)
        try query.bind(2, text: path)
        guard try query.step() else { return false }
        return query.bytes32(0) == mark(status, state) && query.integer(1) > oldest
            && query.integer(1) <= now.seconds
    }

    /// Whether a file that is noted was a fault of somebody's.
    func isFault(_ path: String, of peer: String) throws -> Bool {
        let query = try database.cached("SELECT fault FROM useless WHERE peer=? AND file=?")
        defer { query.reset() }
        try query.bind(1, text: peer)
        try query.bind(2, text: path)
        return try query.step() && query.integer(0) != 0
    }

    func note(
        _ path: String, of peer: String, _ status: FileStatus, state: Digest = .zero, isFault: Bool = false
    ) throws {
        if count >= Self.countMax { return }
        count += 1
        let statement = try database.cached(
            "INSERT OR REPLACE INTO useless(peer, file, mark, time, fault) VALUES(?,?,?,?,?)")
        try statement.bind(1, text: peer)
        try statement.bind(2, text: path)
        try statement.bind(3, mark(status, state))
        try statement.bind(4, now.seconds)
        try statement.bind(5, isFault ? 1 : 0)
        try statement.run()
    }

    /// Forgets what a full scan reads again anyway.
    func forgetOld() throws {
        let statement = try database.cached("DELETE FROM useless WHERE time<=? OR time>?")
        try statement.bind(1, oldest)
        try statement.bind(2, now.seconds)
        try statement.run()
    }

    private func counted() -> Int {
        guard let query = try? database.prepare("SELECT COUNT(*) FROM useless"), (try? query.step()) ?? false
        else { return 0 }
        return Int(query.integer(0))
    }

    private func mark(_ status: FileStatus, _ state: Digest) -> Digest {
        SHA256.hash(charter.bytes + state.bytes + Array(Self.text(status).utf8))
    }

    /// What tells a file from one that was brought later, or has grown.
    static func text(_ status: FileStatus) -> String {
        var text = "\(status.device) \(status.inode) \(status.size)"
        for time in [status.modified, status.born] {
            text += " \(time?.seconds ?? 0) \(time?.nanoseconds ?? 0)"
        }
        return text
    }
}
