internal import ScripCore

/// A chain that ends where a segment file is damaged. The blocks behind it were read once, perhaps, and voted on: what the
/// index says without them would look like the whole.
struct BrokenChain {
    let chain: RegionName
    /// The block that the file should hold.
    let height: Int
    /// Below `public/`.
    let path: String
    let reason: String

    /// Says so, instead of an answer.
    func refuse(in directory: RegionDirectory) throws(StoreError) {
        throw StoreError(
            .malformed, Directory.join(directory.publicFolder.path, path),
            """
            \(reason), so block \(height) of '\(chain.text)' and what follows cannot be read; run 'scrip verify' for all \
            that is damaged, and 'scrip repair' to get it from a peer; a copy is made anew
            """)
    }
}

extension LedgerIndex {
    private static let name = "broken"

    /// Remembers where a chain ends for that reason, or that none does.
    func setBroken(_ broken: BrokenChain?) throws {
        let text = broken.map { "\($0.chain.text) \($0.height) \($0.path) \($0.reason)" } ?? ""
        try IndexFile.setMeta(database, Self.name, text)
    }

    /// Where a chain ends for that reason; nil if none does, or the block was taken in from elsewhere since.
    func broken() throws -> BrokenChain? {
        let parts = try (IndexFile.meta(database, Self.name) ?? "").split(
            separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let chain = RegionName(String(parts[0])), let height = Int(parts[1]),
            try block(chain, height: height) == nil
        else { return nil }
        return BrokenChain(
            chain: chain, height: height, path: String(parts[2]), reason: String(parts[3]))
    }
}
