internal import ScripCore
internal import ScripCrypto

/// Opening the index of a region, and making it anew where it does not fit.
enum IndexFile {
    /// The index of a region directory, for a command that holds the lock.
    ///
    /// A file that is no index of this version and federation is replaced: the index is a cache. With `checksPages`
    /// one that is damaged anywhere is, too. The result says whether the files may be ahead of it.
    static func open(
        _ directory: RegionDirectory, checksPages: Bool = false
    ) throws -> (index: LedgerIndex, isStale: Bool) {
        let index = try takeReady(directory) ?? sound(directory)
        if let index, try !checksPages || isSound(index.database) {
            return (index, try !isCurrent(index, directory.world))
        }
        try directory.checkCharter()
        try remove(directory)
        let database = try SQLiteDatabase(.file("\(directory.path)/\(RegionLayout.index)", .create))
        try configure(database)
        try fill(database, directory)
        return (try LedgerIndex(database: database, charters: directory.charters), true)
    }

    /// How an index stands, before anything is done about it.
    enum Condition {
        case good, missing
        /// The files may be ahead of it.
        case stale
        case damaged
    }

    static func condition(_ directory: RegionDirectory) -> Condition {
        if status(directory) == nil { return .missing }
        do {
            guard let index = try sound(directory), try isSound(index.database) else { return .damaged }
            return try isCurrent(index, directory.world) ? .good : .stale
        } catch {
            // Another command is at work in it.
            return .good
        }
    }

    /// Whether the last change was completed, since the machine was started.
    static func isCurrent(_ index: LedgerIndex, _ world: World) throws -> Bool {
        try meta(index.database, "clean") == "1" && meta(index.database, "boot") == bootID(world)
    }

    /// Whether the index was filled under the charters that are here.
    static func knowsCharters(_ index: LedgerIndex) throws -> Bool {
        try meta(index.database, "charters") == index.charters.newest.digest.hexadecimal
    }

    /// Opens the index ahead of its use, while the command waits for input. Nothing is read that could change.
    static func makeReady(_ directory: RegionDirectory) {
        guard let status = status(directory),
            let index = try? sound(directory)
        else { return }
        directory.readyIndex = (index, status)
    }

    /// The index that was opened ahead, unless another file took its place meanwhile.
    private static func takeReady(_ directory: RegionDirectory) -> LedgerIndex? {
        guard let (index, before) = directory.readyIndex else { return nil }
        directory.readyIndex = nil
        guard let now = status(directory), now.isSameFile(as: before) else { return nil }
        return index
    }

    /// Which file the index is; nil if there is none.
    static func status(_ directory: RegionDirectory) -> FileStatus? {
        guard let folder = try? directory.root?.subdirectoryIfPresent(RegionLayout.private) else {
            return nil
        }
        return try? folder.status(of: "index.sqlite")
    }

    /// The index of a region directory, for a command that only reads; nil if there is none that agrees with the
    /// files. One that a crash left behind is brought up to them first, if this user may.
    static func openForReading(_ directory: RegionDirectory) -> LedgerIndex? {
        guard let root = directory.root, directory.settings != nil else { return nil }
        let clock = directory.world.clock
        // What was damaged may have been put right since.
        var isBroughtUp = false
        // Others who open or fill the index just now are done soon; without it, nothing of the pool is seen.
        for attempt in 0..<attemptsMax {
            if attempt > 0 { clock.sleep(milliseconds: attemptPauseMilliseconds) }
            if let index = usable(directory),
                isBroughtUp || (try? PendingDamage.known(to: index).isEmpty) == true
            {
                return index
            }
            guard let folder = try? root.subdirectoryIfPresent(RegionLayout.private) else { return nil }
            do {
                let lock = try RegionLock(in: folder, timeoutMilliseconds: 0, clock: clock)
                withExtendedLifetime(lock) {}
            } catch RegionLockError.busy {
                // A command is at work: what it committed so far is a state of the ledger like any other, unless it
                // fills an index that is new.
                if let index = try? sound(directory), (try? meta(index.database, "filled")) == "1" {
                    return index
                }
                continue
            } catch {
                return nil
            }
            do {
                try RegionWriter.bringUpIndex(path: directory.path, world: directory.world)
                isBroughtUp = true
            } catch  where error.kind == .retry {
                continue
            } catch {
                return usable(directory)
            }
        }
        return usable(directory)
    }

    private static let attemptsMax = 50
    private static let attemptPauseMilliseconds: Int64 = 100

    private static func isSound(_ database: SQLiteDatabase) throws -> Bool {
        do {
            let query = try database.prepare("PRAGMA quick_check(1)")
            return try query.step() && query.text(0) == "ok"
        } catch {
            if error.isCorrupt { return false }
            throw error
        }
    }

    private static func usable(_ directory: RegionDirectory) -> LedgerIndex? {
        guard let index = try? sound(directory),
            let clean = try? meta(index.database, "clean"), clean == "1",
            let boot = try? meta(index.database, "boot"), boot == bootID(directory.world),
            (try? knowsCharters(index)) == true
        else { return nil }
        return index
    }

    /// An empty index that nobody else sees and that goes with the process. SQLite keeps it in an unlinked
    /// temporary file as far as it does not fit its cache.
    static func temporary(_ directory: RegionDirectory, hasRegionTables: Bool) throws -> LedgerIndex {
        try temporary(directory.charters, hasRegionTables: hasRegionTables)
    }

    /// As `temporary(_:hasRegionTables:)`, for the regions of `charters`.
    static func temporary(_ charters: CharterHistory, hasRegionTables: Bool) throws -> LedgerIndex {
        let database = try SQLiteDatabase(.temporary)
        try database.execute(
            """
            PRAGMA cache_size=-24576; PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF;
            PRAGMA temp_store=FILE; PRAGMA locking_mode=EXCLUSIVE
            """)
        try database.execute(IndexSchema.tables)
        if hasRegionTables { try database.execute(IndexSchema.regionTables) }
        return try LedgerIndex(
            database: database, charters: charters, holdsRows: true, holdsLines: !hasRegionTables)
    }

    /// The index that is there; nil if there is none of this version and federation, or it is damaged. What keeps it from
    /// being opened just now, like another process that recovers its log, is thrown: it is no reason to make it anew.
    private static func sound(_ directory: RegionDirectory) throws -> LedgerIndex? {
        let path = "\(directory.path)/\(RegionLayout.index)"
        do {
            return try existing(path, directory)
        } catch let error as SQLiteError where error.isPassing {
            throw error
        } catch {
            return nil
        }
    }

    private static func existing(_ path: String, _ directory: RegionDirectory) throws -> LedgerIndex {
        let database = try SQLiteDatabase(.file(path, .existing))
        try configure(database)
        guard try meta(database, "version") == String(IndexSchema.version),
            try meta(database, "genesis") == directory.genesis.hexadecimal
        else { throw IndexError.damaged }
        return try LedgerIndex(database: database, charters: directory.charters)
    }

    private static func configure(_ database: SQLiteDatabase) throws {
        database.setBusyTimeout(milliseconds: busyMilliseconds)
        database.keepLogOnClose()
        // A power cut may lose the last transactions, and then the files are ahead; it cannot tear the index.
        try database.execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-49152")
        // For commands that write much, whose batches change the same pages again and again: 16 MiB. What is left when
        // they end, and what many short ones wrote, is folded in by `foldLog`.
        try database.execute("PRAGMA wal_autocheckpoint=4096")
    }

    /// Bytes of the log beside the index from which it is folded in.
    private static let logBytesMax: Int64 = 1 << 20

    /// Folds the log into the index if it has become long: whoever opens the index reads all of it. A reader beside this
    /// command puts that off.
    static func foldLog(_ index: LedgerIndex, _ directory: RegionDirectory) throws {
        guard let folder = try directory.root?.subdirectoryIfPresent(RegionLayout.private),
            let status = try? folder.status(of: "index.sqlite-wal"), status.size > logBytesMax
        else { return }
        index.release()
        index.database.setBusyTimeout(milliseconds: 0)
        defer { index.database.setBusyTimeout(milliseconds: busyMilliseconds) }
        try? index.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private static let busyMilliseconds = 5_000

    private static func fill(_ database: SQLiteDatabase, _ directory: RegionDirectory) throws {
        try database.execute("BEGIN IMMEDIATE")
        try database.execute(IndexSchema.tables)
        try database.execute(IndexSchema.regionTables)
        try database.execute("CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        try setMeta(database, "version", String(IndexSchema.version))
        try setMeta(database, "genesis", directory.genesis.hexadecimal)
        try setMeta(database, "clean", "0")
        try setMeta(database, "boot", bootID(directory.world))
        try database.execute("COMMIT")
    }

    /// Removes the index and what SQLite keeps beside it.
    static func remove(_ directory: RegionDirectory) throws {
        guard let folder = try directory.root?.subdirectoryIfPresent(RegionLayout.private) else { return }
        for name in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm", "index.sqlite-journal"]
        where try folder.status(of: name) != nil {
            try folder.remove(name)
        }
    }

    static func meta(_ database: SQLiteDatabase, _ key: String) throws -> String? {
        let query = try database.prepare("SELECT value FROM meta WHERE key=?")
        try query.bind(1, text: key)
        return try query.step() ? query.text(0) : nil
    }

    static func setMeta(_ database: SQLiteDatabase, _ key: String, _ value: String) throws {
        let query = try database.prepare("INSERT OR REPLACE INTO meta(key, value) VALUES(?,?)")
        try query.bind(1, text: key)
        try query.bind(2, text: value)
        try query.run()
    }

    /// What changes with every start of the machine: after one, files may be ahead of the index, since only they
    /// are made durable one by one. The empty text where the system does not say.
    static func bootID(_ world: World) -> String {
        guard let folder = try? Directory(path: "/proc/sys/kernel/random", fileSystem: world.fileSystem),
            let bytes = try? folder.file("boot_id")
        else { return "" }
        var buffer: [UInt8] = []
        _ = try? bytes.read(at: 0, atMost: 64, into: &buffer)
        return String(decoding: buffer.prefix { $0 > 0x20 }, as: UTF8.self)
    }
}
