internal import ScripCore

/// A file of the pool, the answers or the deferred records that is not as it was when what it holds was acknowledged, and
/// no crash can have left it so. It stays where it is: only a person can say what was in it.
struct PendingDamage: Equatable {
    /// Below the region directory.
    let path: String
    let reason: String

    /// What to do about it.
    var remedy: String {
        path.utf8.starts(with: RegionLayout.answers.utf8)
            ? """
            restore it from a backup, or move it away and run 'scrip repair', which takes this region's answers back \
            from peers
            """
            : """
            restore it from a backup, or move it away and ask the senders to send what was admitted and is not sealed \
            again
            """
    }

    /// The folders whose files hold what was acknowledged and is in no chain yet.
    private static let folders = [RegionLayout.pool, RegionLayout.answers, RegionLayout.deferred]

    /// What is damaged now, whatever the index says.
    static func find(in root: Directory, signedPrefix: [UInt8]) throws -> [PendingDamage] {
        try folders.flatMap { path in
            try LineFiles.read(root, path) { isGood($0, signedPrefix) }
        }
    }

    private static func isGood(_ line: [UInt8], _ signedPrefix: [UInt8]) -> Bool {
        (try? Record(line: line, signedPrefix: signedPrefix)) != nil || Refusal(line: line) != nil
    }

    // MARK: In the index

    private static let key = "damaged"

    /// Keeps in the index that it was filled without what these files hold.
    static func keep(_ damage: [PendingDamage], in index: LedgerIndex) throws {
        try IndexFile.setMeta(
            index.database, key, damage.map { "\($0.path)\t\($0.reason)" }.joined(separator: "\n"))
    }

    /// What was damaged when the index was filled.
    static func known(to index: LedgerIndex) throws -> [PendingDamage] {
        try (IndexFile.meta(index.database, key) ?? "").split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", maxSplits: 1)
            return parts.count == 2 ? PendingDamage(path: String(parts[0]), reason: String(parts[1])) : nil
        }
    }
}

extension RegionWriter {
    /// Throws if a file is damaged that holds what was admitted or answered: whoever signs on without it could promise a
    /// voucher twice.
    func requirePendingWhole() throws {
        guard let damage = try PendingDamage.known(to: index).first else { return }
        throw StoreError(
            .retry, "\(directory.path)/\(damage.path)",
            "\(damage.reason), and nothing is admitted or signed without it: \(damage.remedy)")
    }
}
