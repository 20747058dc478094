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
    /// Nil while others may write here, see `releasingLock`.
    private var lock: RegionLock?
    private let lockTimeoutMilliseconds: Int64
    /// Told what the operator should know of and that is no result: a place and a message.
    public var onFault: (String, String) -> Void = { _, _ in }
    /// By epoch.
    private var signers: [Int: Signers] = [:]
    /// What this region has promised by signing charters, once it was read.
    var knownPromises: CharterPromises?
    private lazy var bootID = IndexFile.bootID(world)
    /// The marks of what this region signed last.
    let markFolder: MarkFolder
    /// Threads that a command starts only if it has work for them.
    private(set) lazy var workers = WorkerPool()
    private(set) lazy var evaluator = BlockEvaluator(
        index: index, genesis: genesis, workers: { [unowned self] in workers })
    private(set) lazy var pool = makePool()
    private(set) lazy var answers = makeAnswers()
    private(set) lazy var outbox = makeOutbox()
    private(set) lazy var deferred = makeDeferred()
    /// Nil if the region has no policy of its own.
    private(set) lazy var policy = PolicyDesk(directory)
    /// What reading commands see, over the same index.
    public private(set) lazy var ledger = Ledger(directory: directory, index: index)

    /// The keys of the region, read when something is to be signed.
    struct Signers {
        let log: LogSigner
        let witness: WitnessSigner
    }

    /// What a region is opened for, and so what becomes of its index first.
    enum Purpose {
        /// It is brought up to the files if it may be behind them.
        case work
        /// It is made anew, if the files are good.
        case reindex
        /// It is left alone: files may be damaged.
        case repair
    }

    public var world: World { directory.world }
    /// The newest charter.
    public var charter: Charter { directory.charter }
    public var charters: CharterHistory { directory.charters }
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
    /// charters that came since are taken up, and the lock is not held while nothing is done.
    public static func open(
        _ directory: RegionDirectory,
        lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) -> RegionWriter {
        do {
            let writer = try RegionWriter(
                directory: directory, lockTimeoutMilliseconds: lockTimeoutMilliseconds)
            try writer.requirePendingWhole()
            return writer
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// Brings the index of the region at `path` up to the files for those who only read.
    static func bringUpIndex(path: String, world: World) throws(StoreError) {
        do {
            _ = try RegionWriter(
                directory: try RegionDirectory(path: path, world: world, checksCharter: false),
                lockTimeoutMilliseconds: RegionLock.defaultTimeoutMilliseconds)
        } catch {
            throw StoreError(error, subject: path)
        }
    }

    init(
        directory: RegionDirectory, lockTimeoutMilliseconds: Int64, purpose: Purpose = .work
    ) throws {
        guard let root = directory.root, let settings = directory.settings else {
            throw StoreError(
                .noInput, directory.path, "this is a copy of a public folder; it can be read, not written")
        }
        self.directory = directory
        self.root = root
        self.settings = settings
        self.lockTimeoutMilliseconds = lockTimeoutMilliseconds
        lock = try Self.takeLock(root, lockTimeoutMilliseconds, directory.world)
        let staging =
            try root.subdirectoryIfPresent(RegionLayout.staging)
            ?? root.makeSubdirectory(RegionLayout.staging, permissions: .privateDirectory)
        publisher = Publisher(
            region: root, staging: staging, randomness: directory.world.randomness,
            durablePaths: Set(RegionLayout.foundedPrivate + [RegionLayout.private, RegionLayout.public]))
        // What a killed command left there: the lock says that nobody is writing it.
        _ = try publisher.clearStaging()
        try directory.readLaterCharters(areChecked: true)
        let isFirst = IndexFile.status(directory) == nil
        let (index, isStale) = try IndexFile.open(directory, checksPages: purpose != .work)
        self.index = index
        try IndexFile.foldLog(index, directory)
        // It may have been opened before the wait for input.
        if index.charters != directory.charters { try index.take(directory.charters) }
        markFolder = try MarkFolder(of: root, world: directory.world)
        let isCutOff = try isStale || !IndexFile.knowsCharters(index)
        // The index is made before anything else is.
        let isNew = try isFirst && Self.isUnused(root)
        if isCutOff && !isNew || purpose != .work { try takeUpRemains() }
        let recovered = try completeSeal()
        switch purpose {
        case .work:
            if try !IndexFile.knowsCharters(index) {
                try takeUpCharters()
            } else if try isStale || recovered || isIndexBehindMarks()
                || !PendingDamage.known(to: index).isEmpty
            {
                try catchUp()
            }
        case .reindex: try rebuildIndex()
        case .repair: break
        }
    }

    /// Whether no command has left anything in a region that was founded.
    private static func isUnused(_ root: Directory) throws -> Bool {
        if try root.contains("\(RegionLayout.public)/\(RegionLayout.segments)") { return false }
        return try root.subdirectoryIfPresent(RegionLayout.pool)?.names().isEmpty ?? true
    }

    /// What a command left that was cut off counts from here on, be it in the index or read from the files, and may not be
    /// durable: that it can be read does not say that the disk has it.
    private func takeUpRemains() throws {
        try root.synchronizeEverything()
        try markFolder.removeLitter()
    }

    private static func takeLock(
        _ root: Directory, _ timeoutMilliseconds: Int64, _ world: World
    ) throws -> RegionLock {
        try RegionLock(
            in: try root.subdirectory(RegionLayout.private), timeoutMilliseconds: timeoutMilliseconds,
            clock: world.clock)
    }

    /// Runs `body` while others may write here: it may take long. Nothing may be half done, and what was known of the
    /// region before has to be looked up again. If it throws, this writer is of no more use.
    func releasingLock<Result>(_ body: () throws -> Result) throws -> Result {
        let before = IndexFile.status(directory)
        index.release()
        lock = nil
        let result = try body()
        lock = try Self.takeLock(root, lockTimeoutMilliseconds, world)
        forgetPending()
        guard let before, let now = IndexFile.status(directory), now.isSameFile(as: before) else {
            throw StoreError(
                .retry, directory.path,
                "the index was removed or made anew by another scrip command; try again")
        }
        if try directory.readLaterCharters(areChecked: true) { try index.take(directory.charters) }
        let isStale = try !IndexFile.isCurrent(index, world)
        if try isStale || !IndexFile.knowsCharters(index) { try takeUpRemains() }
        let recovered = try completeSeal()
        if try !IndexFile.knowsCharters(index) {
            try takeUpCharters()
        } else if recovered || isStale {
            try catchUp()
        }
        try requirePendingWhole()
        return result
    }

    /// Lets go of what is held in memory of pool, answers, outbox and deferred records, and would be written.
    private func forgetPending() {
        pool = makePool()
        answers = makeAnswers()
        outbox = makeOutbox()
        deferred = makeDeferred()
    }

    /// Runs `body` and undoes all of it: nothing is published, and the index is as it was.
    func rehearse(_ body: () throws -> Void) throws {
        struct End: Error {}
        publisher.isDryRun = true
        defer {
            publisher.isDryRun = false
            index.forgetMemory()
            forgetPending()
        }
        do {
            try index.database.transaction {
                try body()
                throw End()
            }
        } catch is End {}
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
                // A query that is left standing would keep the log from being folded in.
                index.release()
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

    /// The region's keys in an epoch, the newest if none is given. Throws if they are not there, or not safe.
    func loadSigners(epoch: Int? = nil) throws(StoreError) -> Signers {
        let epoch = epoch ?? charter.epoch
        if let known = signers[epoch] { return known }
        guard let region = charters.charter(of: epoch)?.region(named: name) else {
            throw StoreError(
                .permission, directory.path, "the charter of epoch \(epoch) does not name '\(name.text)'")
        }
        let keys = RegionKeys(root, path: directory.path, region: name, federation: charter.federation)
        guard let log = try keys.log(region.log), let witness = try keys.witness(region.witness) else {
            throw StoreError(
                .permission, "\(directory.path)/\(RegionLayout.private)",
                "the keys in private/ are not those of '\(name.text)' in the charter of epoch \(epoch)")
        }
        let loaded = Signers(log: log, witness: witness)
        signers[epoch] = loaded
        return loaded
    }

    /// Whether this region has a chain, accounts and a vote.
    public var isVoter: Bool { charter.voter(named: name) != nil }

    /// Whether there was an epoch in which this region had a vote.
    var hasVoted: Bool { charters.hasChain(name) }
}
