internal import ScripCore

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
        try root.subdirectoryIfPresent(path)?.names().compactMap { OutboxFileName($0)?.number }.sorted() ?? []
    }

    /// The lines of one file.
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
            // stands. One journal commit makes content and name durable.
            let folder =
                try root.subdirectoryIfPresent(path)
                ?? root.makeSubdirectory(path, permissions: .privateDirectory)
            let file = try StagedFile(keeping: name.text, in: folder)
            try file.append(bytes)
            try StagedFile.finish([file], permissions: permissions, directories: [folder])
        } else {
            _ = try publisher.publish(bytes, to: "\(path)/\(name.text)", permissions: permissions)
        }
    }

    /// Removes files. What cannot be removed now is removed by a later command.
    func remove(_ numbers: [Int]) {
        if publisher.isDryRun { return }
        guard let folder = try? root.subdirectoryIfPresent(path) else { return }
        for number in numbers {
            if let name = OutboxFileName(number: number) { try? folder.remove(name.text) }
        }
    }
}
