public import ScripCore
internal import ScripCrypto

/// What a new index holds: the line of type `reindexed`.
///
/// `{"blocks":12,"chains":3,"records":410,"type":"reindexed","vouchers":385}`
public struct IndexCounts: Sendable {
    public let chains: Int
    public let blocks: Int
    public let records: Int
    public let vouchers: Int

    /// The line that is printed.
    public var json: JSON {
        .object([
            "type": "reindexed", "chains": .integer(Int64(chains)), "blocks": .integer(Int64(blocks)),
            "records": .integer(Int64(records)), "vouchers": .integer(Int64(vouchers)),
        ])
    }
}

extension RegionWriter {
    /// Makes the index of the region at `path` anew from the files, in one transaction: readers see the old one
    /// until the new one is whole, and it stays if a file is damaged.
    public static func reindex(
        path: String, world: World, lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) -> IndexCounts {
        do {
            let writer = try RegionWriter(
                directory: try RegionDirectory(path: path, world: world),
                lockTimeoutMilliseconds: lockTimeoutMilliseconds, purpose: .reindex)
            return try writer.index.counts()
        } catch {
            throw StoreError(error, subject: path)
        }
    }

    /// Empties the index and fills it from the files.
    func rebuildIndex() throws {
        do {
            try index.database.transaction {
                try index.removeAll()
                if let damage = try loadFiles().first {
                    throw StoreError(
                        .rejected, "\(directory.publicFolder.path)/\(damage.path)",
                        "\(damage.reason); the old index stays; 'scrip verify' names all that is damaged")
                }
                if let damage = try PendingDamage.known(to: index).first {
                    throw StoreError(
                        .rejected, "\(directory.path)/\(damage.path)",
                        "\(damage.reason); the old index stays; \(damage.remedy)")
                }
                try markClean()
            }
        } catch {
            index.forgetMemory()
            throw error
        }
    }
}

extension LedgerIndex {
    /// Removes everything but the numbers of the regions and what the index says of itself.
    func removeAll() throws {
        var tables: [String] = []
        let query = try database.prepare(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT IN ('region', 'meta')")
        while try query.step() { tables.append(query.text(0)) }
        for table in tables { try database.execute("DELETE FROM \(table)") }
        forgetMemory()
    }

    func counts() throws -> IndexCounts {
        func count(_ sql: String) throws -> Int {
            let query = try database.prepare(sql)
            return try query.step() ? Int(query.integer(0)) : 0
        }
        return IndexCounts(
            chains: try count("SELECT COUNT(*) FROM chain"), blocks: try count("SELECT COUNT(*) FROM block"),
            records: try count("SELECT COALESCE(SUM(count), 0) FROM block"),
            vouchers: try count("SELECT COUNT(*) FROM line WHERE seq=0"))
    }
}
