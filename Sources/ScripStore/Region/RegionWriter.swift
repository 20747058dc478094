public import ScripCore
internal import ScripCrypto

/// A region directory in the hands of the one command that may write there: it holds the lock and an index that
/// has caught up with the files.
public final class RegionWriter {
    public let directory: RegionDirectory
    public let index: LedgerIndex
    public let settings: RegionSettings
    let root: Directory
    let publisher: Publisher
    private let lock: RegionLock
    private var signers: Signers?
    private lazy var bootID = IndexFile.bootID(world)
    /// Threads that a command starts only if it has work for them.
    private(set) lazy var workers = WorkerPool()
    private(set) lazy var evaluator = BlockEvaluator(
        index: index, charter: charter, genesis: genesis, workers: { [unowned self] in workers })
    private(set) lazy var pool = makePool()
    private(set) lazy var answers = makeAnswers()
    private(set) lazy var outbox = makeOutbox()
    /// What reading commands see, over the same index.
    public private(set) lazy var ledger = Ledger(directory: directory, index: index)

    /// The keys of the region, read when something is to be signed.
    struct Signers {
        let log: LogSigner
        let witness: WitnessSigner
    }

    public var world: World { directory.world }
    public var charter: Charter { directory.charter }
    public var name: RegionName { settings.region }
    var genesis: Digest { directory.genesis }
    var now: Timestamp { world.clock.now() }

    /// Takes the lock of the region at `path`, finishes what a killed command left, and brings the index up to
    /// the files.
    public static func open(
        path: String, world: World, lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) -> RegionWriter {
        try open(
            try RegionDirectory(path: path, world: world, checksCharter: false),
            lockTimeoutMilliseconds: lockTimeoutMilliseconds)
    }

    /// As `open(path:world:lockTimeoutMilliseconds:)`, for a directory that was opened before the wait for input:
    /// its charter never changes, and the lock is not held while nothing is done.
    public static func open(
        _ directory: RegionDirectory,
        lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) -> RegionWriter {
        do {
            return try RegionWriter(directory: directory, lockTimeoutMilliseconds: lockTimeoutMilliseconds)
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    init(
        directory: RegionDirectory, lockTimeoutMilliseconds: Int64, rebuildsIndex: Bool = false
    ) throws {
        guard let root = directory.root, let settings = directory.settings else {
            throw StoreError(
                .noInput, directory.path, "this is a copy of a public folder; it can be read, not written")
        }
        self.directory = directory
        self.root = root
        self.settings = settings
        let privateFolder = try root.subdirectory(RegionLayout.private)
        lock = try RegionLock(
            in: privateFolder, timeoutMilliseconds: lockTimeoutMilliseconds, clock: directory.world.clock)
        let staging =
            try root.subdirectoryIfPresent(RegionLayout.staging)
            ?? root.makeSubdirectory(RegionLayout.staging, permissions: .privateDirectory)
        publisher = Publisher(
            region: root, staging: staging, randomness: directory.world.randomness,
            durablePaths: Set(RegionLayout.foundedPrivate + [RegionLayout.private, RegionLayout.public]))
        let (index, isStale) = try IndexFile.open(directory, checksPages: rebuildsIndex)
        self.index = index
        let recovered = try completeSeal()
        if rebuildsIndex {
            try rebuildIndex()
        } else if isStale || recovered {
            try catchUp()
        }
    }

    /// Runs `body` as one change of the index. What it publishes comes first: if it is cut off between files and
    /// index, the next command finds the index unclean and catches up.
    func changing<Result>(_ body: () throws -> Result) throws -> Result {
        if try IndexFile.meta(index.database, "clean") != "0" {
            try IndexFile.setMeta(index.database, "clean", "0")
        }
        do {
            return try index.database.transaction {
                let result = try body()
                try markClean()
                return result
            }
        } catch {
            index.forgetMemory()
            throw error
        }
    }

    func markClean() throws {
        try IndexFile.setMeta(index.database, "boot", bootID)
        try IndexFile.setMeta(index.database, "clean", "1")
    }

    /// The region's keys. Throws if they are not there, not safe, or not those of the charter.
    func loadSigners() throws(StoreError) -> Signers {
        if let signers { return signers }
        let log = try RegionKeys.read(RegionLayout.logKey, root, directory.path)
        let witness = try RegionKeys.read(RegionLayout.witnessKey, root, directory.path)
        let loaded = Signers(
            log: LogSigner(region: name, federation: charter.federation, privateKey: log),
            witness: WitnessSigner(region: name, federation: charter.federation, privateKey: witness))
        guard let region = charter.region(named: name), region.log == loaded.log.verifierKey,
            region.witness == loaded.witness.verifierKey
        else {
            throw StoreError(
                .permission, "\(directory.path)/\(RegionLayout.logKey)",
                "the keys in private/ are not those of '\(name.text)' in the charter")
        }
        signers = loaded
        return loaded
    }

    /// Whether this region has a chain, accounts and a vote.
    public var isVoter: Bool { charter.voter(named: name) != nil }
}

/// The key files of a region.
enum RegionKeys {
    static func read(
        _ relativePath: String, _ root: Directory, _ path: String
    ) throws(StoreError) -> Ed25519PrivateKey {
        let bytes: [UInt8]
        do {
            let folder = try root.subdirectory(RegionLayout.private)
            bytes = try KeyFile.contents(
                String(relativePath.dropFirst(RegionLayout.private.count + 1)), in: folder)
        } catch let error as KeyFileError {
            throw StoreError(error)
        } catch {
            throw StoreError(error, subject: path)
        }
        do {
            return try PrivateKeyPEM.decode(bytes, passphrase: nil)
        } catch {
            throw StoreError(.permission, "\(path)/\(relativePath)", "\(error)")
        }
    }
}
