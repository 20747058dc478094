public import ScripCore
internal import ScripCrypto

/// What `export --tiles` did: a line of type `tiles` (scrip-export(1)).
public struct TileExportReport: Sendable {
    let chain: RegionName
    let height: Int
    let size: Int
    let root: Digest
    /// The regions whose cosignatures the checkpoint carries.
    let cosigners: [RegionName]
    /// Files that were not there before.
    let fileCount: Int

    /// The line that is printed.
    public var json: JSON {
        .object([
            "type": "tiles", "chain": .string(chain.text), "height": .integer(Int64(height)),
            "size": .integer(Int64(size)), "root": .string(root.hexadecimal),
            "cosigners": .array(cosigners.map { .string($0.text) }), "files": .integer(Int64(fileCount)),
        ])
    }
}

extension Ledger {
    /// Writes a chain as a C2SP tlog-tiles directory. What is there already is compared and kept, so that an export
    /// which was cut off, or is older, is completed; the checkpoint comes last, when all that it needs is durable.
    ///
    /// - Throws: `rejected` if the directory holds anything else, `awaiting` if the chain has no block yet.
    public func exportTiles(of chain: RegionName, to path: String) throws(StoreError) -> TileExportReport {
        do {
            return try TileExport(self, chain, path).run()
        } catch {
            throw StoreError(error, subject: path)
        }
    }
}

/// One run of `export --tiles`.
private final class TileExport {
    private let ledger: Ledger
    private let chain: RegionName
    /// As the user named it.
    private let path: String
    private let target: Directory
    private let lock: RegionLock
    private let publisher: Publisher
    private var waiting: [Tile] = []
    private var waitingBytes = 0
    private var fileCount = 0

    private static let lockName = ".tmp-lock"
    private static let checkpointName = "checkpoint"
    private static let tilesName = "tile"
    /// Files that are made durable together.
    private static let waitingMax = 64
    private static let waitingBytesMax = 16 << 20
    /// The longest bundle: 256 entries of 65,535 bytes with their lengths.
    private static let fileBytesMax = 256 * 65_537

    init(_ ledger: Ledger, _ chain: RegionName, _ path: String) throws {
        self.ledger = ledger
        self.chain = chain
        self.path = path
        let world = ledger.directory.world
        target = try Self.directory(path, world)
        let names = try target.names().filter { !StagingName.isOne($0) }
        for name in names where name != Self.checkpointName && name != Self.tilesName {
            throw StoreError(
                .rejected, path, "it holds '\(name)', so it is no tiles directory; name an empty one")
        }
        lock = try RegionLock(in: target, name: Self.lockName, clock: world.clock)
        publisher = Publisher(region: target, staging: target, randomness: world.randomness)
        _ = try publisher.clearStaging(keeping: [Self.lockName])
    }

    /// The directory, made if there is none.
    private static func directory(_ path: String, _ world: World) throws -> Directory {
        do {
            return try Directory(path: path, fileSystem: world.fileSystem)
        } catch {
            if !error.isMissing { throw error }
        }
        var text = path[...]
        while text.utf8.count > 1, text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
        let (parent, name) = try Directory.parent(ofUserPath: String(text), fileSystem: world.fileSystem)
        return try parent.makeSubdirectory(name)
    }

    func run() throws -> TileExportReport {
        let head = try ledger.index.head(of: chain, genesis: ledger.directory.genesis)
        guard let last = try ledger.index.block(chain, height: head.height) else {
            throw StoreError(
                .awaiting, path, "the chain of '\(chain)' has no block here yet; run 'scrip sync'")
        }
        let old = try presentCheckpoint(upTo: last)
        var tree = TileTree()
        var frontier = MerkleFrontier()
        let blocks = try SealedBlocks(chain, index: ledger.index, folder: ledger.directory.publicFolder)
        while let block = blocks.next, block.height <= last.height {
            try blocks.readLeaves { leaf in
                frontier.append(MerkleTree.leafHash(leaf.span))
                try add(try append(leaf, to: &tree))
            }
        }
        try add(tree.partialTiles)
        try write()
        guard frontier.size == last.size, frontier.root == last.root else {
            throw StoreError(
                .rejected, ledger.directory.path,
                "the segments of '\(chain)' are not those that were verified; run 'scrip verify'")
        }
        let (note, cosigners) = try checkpoint(of: last)
        try replaceCheckpoint(old, by: note, size: last.size)
        return TileExportReport(
            chain: chain, height: last.height, size: last.size, root: last.root, cosigners: cosigners,
            fileCount: fileCount)
    }

    private func append(_ leaf: [UInt8], to tree: inout TileTree) throws -> [Tile] {
        do {
            return try tree.append(leaf)
        } catch {
            throw StoreError(
                .rejected, path,
                "leaf \(error.index) of '\(chain)' is longer than a C2SP log entry can be; it has no tiles")
        }
    }

    // MARK: Tiles

    private func add(_ tiles: [Tile]) throws {
        for tile in tiles {
            waiting.append(tile)
            waitingBytes += tile.bytes.count
            if waiting.count >= Self.waitingMax || waitingBytes >= Self.waitingBytesMax { try write() }
        }
    }

    /// Publishes the files that wait and are not there, all durable at once.
    private func write() throws {
        var files: [(staged: StagedFile, path: String, isKept: Bool)] = []
        for tile in waiting where try !isPresent(tile) {
            let staged = try publisher.stage()
            try staged.append(tile.bytes)
            files.append((staged, tile.name.path, false))
        }
        waiting.removeAll(keepingCapacity: true)
        waitingBytes = 0
        if files.isEmpty { return }
        try StagedFile.finish(files.map(\.staged))
        try publisher.publish(files)
        fileCount += files.count
    }

    private func isPresent(_ tile: Tile) throws -> Bool {
        guard let bytes = try target.contentsIfPresent(of: tile.name.path, limit: Self.fileBytesMax) else {
            return false
        }
        guard bytes == tile.bytes else {
            throw StoreError(
                .rejected, Directory.join(path, tile.name.path),
                "it is not what the chain of '\(chain)' has there; export to an empty directory")
        }
        return true
    }

    // MARK: The checkpoint

    /// The checkpoint that is there; throws unless it is one of this chain, and not ahead of what is held here.
    private func presentCheckpoint(upTo last: IndexedBlock) throws -> SignedNote? {
        guard
            let bytes = try target.contentsIfPresent(of: Self.checkpointName, limit: SignedNote.byteCountMax)
        else { return nil }
        func refuse(_ reason: String) -> StoreError {
            StoreError(.rejected, Directory.join(path, Self.checkpointName), reason)
        }
        let verified: VerifiedCheckpoint
        let note: SignedNote
        do {
            note = try SignedNote(parsing: bytes)
            verified = try VerifiedCheckpoint(note, chain: chain, charters: ledger.charters)
        } catch {
            throw refuse("it is no checkpoint of '\(chain)' (\(error)); export to an empty directory")
        }
        let size = verified.checkpoint.size
        if size > last.size {
            throw refuse("it holds \(size) leaves, and only \(last.size) are here; run 'scrip sync' first")
        }
        guard try ledger.index.block(chain, size: size)?.root == verified.checkpoint.root else {
            throw refuse(
                "it is the head of another branch of '\(chain)' than the one held here; nothing was written")
        }
        return note
    }

    /// The checkpoint of a block, with the cosignatures of its certificate, or else of the votes that are held.
    private func checkpoint(of block: IndexedBlock) throws -> (SignedNote, [RegionName]) {
        guard let charter = ledger.charters.charter(of: block.charter) else { throw IndexError.damaged }
        let note: SignedNote
        if block.certification == .agrees {
            note = try ledger.certificate(of: block).checkpoint
        } else {
            note = try block.seal(ledger.charters).cosigned(
                by: try ledger.index.votes(chain, height: block.height, epoch: block.charter).compactMap {
                    try? Vote(parsing: $0.line)
                }, charter: charter)
        }
        let cosigners = charter.voters.filter { voter in
            note.signatures.contains { voter.witness.isSigner(of: $0) }
        }
        return (note, cosigners.map(\.name))
    }

    /// Puts the checkpoint in the place of one that says less.
    private func replaceCheckpoint(_ old: SignedNote?, by note: SignedNote, size: Int) throws {
        if let old, old.text == note.text, old.signatures.count >= note.signatures.count { return }
        try publisher.replace(Self.checkpointName, with: note.bytes)
        fileCount += 1
    }
}
