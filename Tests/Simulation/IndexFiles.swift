internal import Glibc

/// The files of an index, which are real ones beside a disk in memory: SQLite opens them itself.
struct IndexFiles: Hashable {
    /// By name; without the shared memory, which goes with the machine.
    var contents: [String: [UInt8]] = [:]

    private static let names = [
        "index.sqlite", "index.sqlite-wal", "index.sqlite-shm", "index.sqlite-journal",
    ]
    private static let log = "index.sqlite-wal"

    init() {}

    /// What lies in a folder.
    init(in folder: String) {
        for name in Self.names where !name.hasSuffix("-shm") {
            contents[name] = Files.read("\(folder)/\(name)")
        }
    }

    /// Makes the folder hold these, and no others.
    func restore(to folder: String) {
        for name in Self.names {
            let path = "\(folder)/\(name)"
            guard let bytes = contents[name] else {
                unsafe unlink(path)
                continue
            }
            let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            precondition(file >= 0, "the index can be written")
            let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
            precondition(count == bytes.count, "the simulation has room")
            close(file)
        }
    }

    /// As a power cut may leave it by SQLite's own promise: the log ends somewhere, with or without garbage behind that.
    func cutOff(_ dice: inout Dice) -> IndexFiles {
        var result = self
        guard let log = contents[Self.log], !log.isEmpty else { return result }
        let kept = Array(log.prefix(dice.number(0..<log.count)))
        result.contents[Self.log] =
            dice.chance(50) ? kept : kept + dice.bytes(min(4_096, log.count - kept.count))
        return result
    }
}
