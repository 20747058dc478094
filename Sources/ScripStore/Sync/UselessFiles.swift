internal import ScripCore
internal import ScripCrypto

/// Files of peers that were read and found to be of no use. As long as such a file is what it was, it is not read
/// again, until the next full scan: no flood is paid for twice. After that it comes behind what was never read, so that
/// every file of a folder has its turn.
///
/// Kept is a mark of inode, size, times and charter; a file that still grows, or was brought again, has another.
/// Only what does not depend on other files is noted here: what merely waits is looked at again each time.
final class UselessFiles {
    /// What is known of a file as it is now.
    enum Standing {
        /// It was not read, or is another one since.
        case unread
        /// It was read in vain.
        case useless
        /// It was read in vain so long ago that it is read again, after what was not read.
        case stale
    }

    private let writer: RegionWriter
    private let database: SQLiteDatabase
    private let now: Timestamp
    private let oldest: Int64
    private lazy var count = counted()

    /// Files remembered of all peers together; what is beyond is read again.
    private static let countMax = 262_144
    /// Files that are read again are remembered as long as this, in seconds: 30 days.
    private static let staleSecondsMax: Int64 = 30 * 86_400

    init(_ writer: RegionWriter) {
        self.writer = writer
        database = writer.index.database
        now = writer.now
        oldest = now.seconds - Int64(writer.settings.fullScanHours) * 3_600
    }

    /// `state` is what the use of the file depends on, beside itself.
    func standing(
        _ path: String, of peer: String, _ status: FileStatus, state: Digest = .zero
    ) throws -> Standing {
        let query = try database.cached("SELECT mark, time FROM useless WHERE peer=? AND file=?")
        defer { query.reset() }
        try query.bind(1, text: peer)
        try query.bind(2, text: path)
        guard try query.step(), query.bytes32(0) == mark(status, state) else { return .unread }
        return query.integer(1) > oldest && query.integer(1) <= now.seconds ? .useless : .stale
    }

    /// Whether a file is not to be read again.
    func contains(_ path: String, of peer: String, _ status: FileStatus, state: Digest = .zero) throws -> Bool
    {
        try standing(path, of: peer, status, state: state) == .useless
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

    /// Forgets what was read in vain long ago, or what a full scan reads again anyway where there is much of it.
    func forgetOld() throws {
        let last = count > Self.countMax / 2 ? oldest : oldest - Self.staleSecondsMax
        let statement = try database.cached("DELETE FROM useless WHERE time<=? OR time>?")
        try statement.bind(1, last)
        try statement.bind(2, now.seconds)
        try statement.run()
        count = counted()
    }

    /// The names in a folder of a peer's that were noted, whether their files are what they were or not.
    func names(in folder: String, of peer: String) throws -> NotedNames {
        let query = try database.cached("SELECT file FROM useless WHERE peer=? AND file>? AND file<?")
        defer { query.reset() }
        try query.bind(1, text: peer)
        try query.bind(2, text: "\(folder)/")
        // The character behind the slash.
        try query.bind(3, text: "\(folder)0")
        let start = folder.utf8.count + 1
        var names = NotedNames()
        while try query.step() { names.insert(query.text(0).utf8.dropFirst(start)) }
        names.sort()
        return names
    }

    private func counted() -> Int {
        guard let query = try? database.prepare("SELECT COUNT(*) FROM useless"), (try? query.step()) ?? false
        else { return 0 }
        return Int(query.integer(0))
    }

    private func mark(_ status: FileStatus, _ state: Digest) -> Digest {
        SHA256.hash(writer.charter.digest.bytes + state.bytes + Array(Self.text(status).utf8))
    }

    /// What tells a file from one that was brought later, or has grown.
    private static func text(_ status: FileStatus) -> String {
        var text = "\(status.device) \(status.inode) \(status.size)"
        for time in [status.modified, status.changed, status.born] {
            text += " \(time?.seconds ?? 0) \(time?.nanoseconds ?? 0)"
        }
        return text
    }
}

/// A set of names of which only hashes are kept, eight bytes each: a name that is not in it is mistaken for one that is
/// once in a very long while, and costs a look-up then.
struct NotedNames {
    private var hashes: [UInt64] = []

    var isEmpty: Bool { hashes.isEmpty }

    mutating func insert(_ name: some Sequence<UInt8>) { hashes.append(Self.hash(name)) }

    /// To be called after the last `insert`.
    mutating func sort() { hashes.sort() }

    func mayContain(_ name: String) -> Bool {
        if hashes.isEmpty { return false }
        let wanted = Self.hash(name.utf8)
        var low = 0
        var high = hashes.count
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < hashes.count && hashes[low] == wanted
    }

    /// FNV-1a.
    private static func hash(_ name: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
