internal import ScripCore
internal import ScripCrypto

/// Putting back the charter of epoch 1 where it is missing or damaged, and the folders around it: what is left of a
/// region may be its keys and its settings.
struct CharterRepair {
    private let path: String
    private let world: World
    private let options: RepairOptions
    private let lockTimeoutMilliseconds: Int64
    private let root: Directory
    private let settings: RegionSettings

    init(
        path: String, world: World, options: RepairOptions, lockTimeoutMilliseconds: Int64
    ) throws {
        self.path = path
        self.world = world
        self.options = options
        self.lockTimeoutMilliseconds = lockTimeoutMilliseconds
        do {
            root = try Directory(path: path, fileSystem: world.fileSystem)
        } catch {
            if error.isMissing || error.isNotDirectory {
                throw StoreError(.noInput, path, "there is no such region directory; see scrip-init(1)")
            }
            throw error
        }
        guard
            let bytes = try root.contentsIfPresent(
                of: RegionLayout.settings, limit: RegionDirectory.settingsBytesMax)
        else {
            throw StoreError(
                .noInput, path,
                """
                this is no region directory (it has no \(RegionLayout.settings)); a copy of a public \
                folder is mirrored anew instead
                """
            )
        }
        do throws(MalformedRecord) {
            settings = try RegionSettings(parsing: bytes)
        } catch {
            throw StoreError(.malformed, "\(path)/\(RegionLayout.settings)", error.reason)
        }
    }

    /// Takes the charter from a peer if there is no good one here. Returns what it did: nothing if there is.
    func run() throws -> [RepairEvent] {
        _ = try root.makeSubdirectory(RegionLayout.public)
        let file = "\(RegionLayout.public)/\(RegionLayout.firstCharter)"
        if isInPlace { return [] }
        // The keys say which charter is this region's: it names them.
        let log = try RegionKeys.read(RegionLayout.logKey, root, path)
        let witness = try RegionKeys.read(RegionLayout.witnessKey, root, path)
        let name = settings.region
        let federation = settings.federation
        let logKey = LogSigner(region: name, federation: federation, privateKey: log).verifierKey
        let witnessKey = WitnessSigner(region: name, federation: federation, privateKey: witness).verifierKey
        let peers =
            options.peers.isEmpty
            ? settings.peers.map { RegionSettings.path(ofPeer: $0, from: path) } : options.peers
        for peer in peers {
            guard let directory = try? Directory(path: peer, fileSystem: world.fileSystem),
                let folder = try? directory.subdirectoryIfPresent(RegionLayout.public) ?? directory,
                let charters = try? folder.subdirectory(RegionLayout.charters),
                let foreign = try? ForeignFile(
                    Self.fileName, in: charters, limit: RegionDirectory.charterBytesMax),
                let bytes = try? foreign.contents(), let charter = Self.good(bytes)?.charter,
                charter.federation == federation, let region = charter.region(named: name),
                region.log == logKey, region.witness == witnessKey
            else { continue }
            return try publish(bytes, from: peer)
        }
        throw StoreError(
            .noInput, "\(path)/\(file)",
            """
            the charter is missing or damaged, and no peer that was read has one that names this region \
            with its keys; name one with --from
            """
        )
    }

    private static let fileName = CharterFileName(epoch: 1)?.text ?? ""

    private static func good(_ bytes: [UInt8]) -> SignedCharter? {
        guard let signed = try? SignedCharter(parsing: bytes), (try? signed.check()) != nil else {
            return nil
        }
        return signed
    }

    /// Whether there is a good one here.
    private var isInPlace: Bool {
        let file = "\(RegionLayout.public)/\(RegionLayout.firstCharter)"
        guard let own = try? root.contentsIfPresent(of: file, limit: RegionDirectory.charterBytesMax) else {
            return false
        }
        return Self.good(own) != nil
    }

    /// Publishes a charter under the lock; does nothing if another repair was faster.
    private func publish(_ bytes: [UInt8], from peer: String) throws -> [RepairEvent] {
        let folder = try root.makeSubdirectory(RegionLayout.private, permissions: .privateDirectory)
        let lock = try RegionLock(
            in: folder, timeoutMilliseconds: lockTimeoutMilliseconds, clock: world.clock)
        defer { withExtendedLifetime(lock) {} }
        // What gives way is what is there now, not what was there before the wait.
        if isInPlace { return [] }
        let publisher = Publisher(
            region: root,
            staging: try root.makeSubdirectory(RegionLayout.staging, permissions: .privateDirectory),
            randomness: world.randomness)
        let damaged = DamagedFiles(
            [RegionLayout.firstCharter], root: root, randomness: world.randomness)
        try damaged.clear(RegionLayout.firstCharter)
        _ = try publisher.publish(bytes, to: "\(RegionLayout.public)/\(RegionLayout.firstCharter)")
        return damaged.moved.map { .moved($0.path, to: $0.place) }
            + [.charter(RegionLayout.firstCharter, from: peer)]
    }
}
