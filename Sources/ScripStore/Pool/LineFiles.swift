internal import ScripCore
internal import ScripCrypto

/// A folder of numbered NDJSON files that only grow in number: the pool, the answers, the outbox. A file is
/// immutable; it is removed as a whole once nothing in it is needed.
struct LineFiles {
    let root: Directory
    /// Relative to the region directory.
    let path: String
    let publisher: Publisher
    let permissions: FilePermissions

    static let bytesMax = 1 << 30

    /// The numbers of the files that are there, ascending.
    func numbers() throws -> [Int] {
        Set(try Self.names(root, path).map(\.number)).sorted()
    }

    private static func names(_ root: Directory, _ path: String) throws -> [LineFileName] {
        try root.subdirectoryIfPresent(path)?.names().compactMap { LineFileName($0) }
            .sorted { $0.number < $1.number } ?? []
    }

    /// Calls `take` with every line of the files under `private/` at `path`; it says whether the line is what it should
    /// be. Returns the files that are damaged.
    static func read(
        _ root: Directory, _ path: String, _ take: (_ line: [UInt8]) throws -> Bool
    ) throws -> [PendingDamage] {
        var damage: [PendingDamage] = []
        for name in try names(root, path) {
            let filePath = "\(path)/\(name.text)"
            let bytes: [UInt8]
            do {
                bytes = try root.contents(of: filePath, limit: bytesMax)
            } catch {
                // Without the lock, another command may have removed it meanwhile.
                if !error.isMissing {
                    damage.append(PendingDamage(path: filePath, reason: "it cannot be read (\(error))"))
                }
                continue
            }
            var reason: String?
            if let digest = name.digest, SHA256.hash(bytes) != digest {
                reason = "it is damaged: it does not hold what its name says"
            }
            for line in VoteFile.read(bytes) where try !take(line) {
                // Where a power cut took blocks of a file that nobody had acknowledged there are zeros.
                if name.digest == nil && line.contains(0) { continue }
                reason = reason ?? "it is damaged: it holds a line that is no record"
            }
            if let reason { damage.append(PendingDamage(path: filePath, reason: reason)) }
        }
        return damage
    }

    /// As `read`, of these files.
    func load(_ take: (_ line: [UInt8]) throws -> Bool) throws -> [PendingDamage] {
        try Self.read(root, path, take)
    }

    /// The lines of one public file.
    func lines(_ number: Int) throws -> [[UInt8]] {
        guard let name = OutboxFileName(number: number) else { return [] }
        return VoteFile.read(try root.contents(of: "\(path)/\(name.text)", limit: Self.bytesMax))
    }

    /// Publishes `lines` as the file `number`.
    func publish(_ lines: [[UInt8]], as number: Int) throws {
        if publisher.isDryRun { return }
        guard let name = OutboxFileName(number: number) else {
            throw StoreError(.internalFault, path, "the file numbers are used up")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.count + 1 })
        for line in lines {
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        if permissions == .secret {
            // Nobody else reads these: a file that is cut off was not acknowledged, and what is whole of it
            // stands. One journal commit makes content and name durable. Then it gets the name that says so, which
            // need not be durable: by either name its records are there.
            let folder =
                try root.subdirectoryIfPresent(path)
                ?? root.makeSubdirectory(path, permissions: .privateDirectory)
            let file = try StagedFile(keeping: name.text, in: folder)
            try file.append(bytes)
            try StagedFile.finish([file], permissions: permissions, directories: [folder])
            if let whole = LineFileName(number: number, digest: SHA256.hash(bytes)) {
                try? file.rename(to: whole.text, in: folder, replacing: false)
            }
        } else {
            _ = try publisher.publish(bytes, to: "\(path)/\(name.text)", permissions: permissions)
        }
    }

    /// Removes files. What cannot be removed now is removed by a later command.
    func remove(_ numbers: [Int]) {
        if publisher.isDryRun { return }
        guard let folder = try? root.subdirectoryIfPresent(path),
            let names = try? Self.names(root, path)
        else { return }
        let gone = Set(numbers)
        for name in names where gone.contains(name.number) { try? folder.remove(name.text) }
    }
}
