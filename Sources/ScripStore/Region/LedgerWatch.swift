internal import ScripCore
internal import ScripCrypto

/// Looks at a region again and again, for commands that wait for it to change. No lock is taken.
public final class LedgerWatch {
    private let path: String
    private let world: World
    /// A ledger that was read from the files is worth keeping until they change.
    private var kept: (ledger: Ledger, heads: Digest?)?
    private var pauseMilliseconds: Int64 = 0

    /// What two looks lie apart at first, and at most, when nothing happens.
    private static let pauseMillisecondsMin: Int64 = 50
    private static let pauseMillisecondsMax: Int64 = 1_000

    public init(path: String, world: World) {
        self.path = path
        self.world = world
    }

    /// The ledger as it stands.
    public func look() throws(StoreError) -> Ledger {
        let directory = try RegionDirectory(path: path, world: world)
        let heads = directory.headsDigest
        if let kept, kept.ledger.isTemporary, let heads, kept.heads == heads { return kept.ledger }
        let ledger = try Ledger.open(directory)
        kept = (ledger, heads)
        return ledger
    }

    /// Waits before the next look, longer each time, but never for more than `most` milliseconds.
    public func pause(atMostMilliseconds most: Int64 = Int64.max) {
        pauseMilliseconds = min(
            max(pauseMilliseconds * 3 / 2, Self.pauseMillisecondsMin), Self.pauseMillisecondsMax)
        world.clock.sleep(milliseconds: min(pauseMilliseconds, most))
    }

    /// Something happened: the next pause is short again.
    public func startOver() { pauseMilliseconds = 0 }
}

extension RegionDirectory {
    /// The digest of `heads.note` as it lies there; nil if there is none.
    var headsDigest: Digest? {
        let bytes = try? publicFolder.contentsIfPresent(
            of: RegionLayout.heads, limit: HeadsFile.bytesMax)
        return bytes.flatMap { $0 }.map { SHA256.hash($0) }
    }
}
