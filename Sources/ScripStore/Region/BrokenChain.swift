internal import ScripCore

/// A chain that ends where a segment file is damaged. The blocks behind it were read once, perhaps, and voted on: what the
/// index says without them would look like the whole.
struct BrokenChain {
    /// The block that the file should hold.
    let block: BlockPlace
    /// Below `public/`.
    let path: String
    let reason: String

    private init(block: BlockPlace, path: String, reason: String) {
        self.block = block
        self.path = path
        self.reason = reason
    }

    /// Nil if the damage is of another kind.
    init?(_ damage: PublicFiles.Damage) {
        guard let block = damage.missing else { return nil }
        self.init(block: block, path: damage.path, reason: damage.reason)
    }

    /// Reads what `text` wrote; nil if that is nothing.
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let block = BlockPlace(String(parts[0])) else { return nil }
        self.init(block: block, path: String(parts[1]), reason: String(parts[2]))
    }

    /// As the index keeps it.
    var text: String { "\(block.text) \(path) \(reason)" }

    /// Says so, instead of an answer.
    func refuse(in directory: RegionDirectory) throws(StoreError) {
        throw StoreError(
            .malformed, Directory.join(directory.publicFolder.path, path),
            """
            \(reason), so block \(block.height) of '\(block.chain.text)' and what follows cannot be read; run 'scrip verify' for all \
            that is damaged, and 'scrip repair' to get it from a peer; a copy is made anew
            """)
    }
}

extension LedgerIndex {
    private static let name = "broken"

    /// Remembers where a chain ends for that reason, or that none does.
    func setBroken(_ broken: BrokenChain?) throws {
        try IndexFile.setMeta(database, Self.name, broken?.text ?? "")
    }

    /// Where a chain ends for that reason; nil if none does, or the block was taken in from elsewhere since.
    func broken() throws -> BrokenChain? {
        guard let broken = try IndexFile.meta(database, Self.name).flatMap({ BrokenChain($0) }),
            try block(broken.block.chain, height: broken.block.height) == nil
        else { return nil }
        return broken
    }
}
