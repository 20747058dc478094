internal import Glibc
public import ScripStore
internal import Synchronization

/// A disk that forgets: over the real file system, with a record of what was written and not yet synchronized, so that
/// the power can be cut; calls fail, or the process dies at them, as a test tells them to.
///
/// The names and contents that a running process sees are those of the real files. `cutPower` brings some of the
/// unsynced changes back to what is durable. Inodes keep a second name in the folder `graves` as long as a cut may
/// need them.
public final class SimulatedDisk: FileSystem {
    private struct State {
        var faults: DiskFaults?
        var calls = 0
        var isDead = false
        var injected = HitCounts()
        var unsynced = UnsyncedChanges()
        var fileInodes: [Int32: UInt64] = [:]
        var graves: Set<UInt64> = []
        /// Descriptors of the directories that have unsynced changes.
        var folders: [UInt64: Int32] = [:]
    }

    private let base = POSIXFileSystem()
    private let state = Mutex(State())
    private let graves: Int32
    /// Directories that are looked up by their whole path, and where the machine has them.
    private let places: [String: String]
    /// Called when the process dies, before anything else can happen.
    private let onDeath: @Sendable () -> Void

    /// `graves` is the path of an empty folder on the same file system.
    public init(graves: String, places: [String: String] = [:], onDeath: @escaping @Sendable () -> Void = {})
    {
        self.graves = unsafe open(graves, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        precondition(self.graves >= 0, "the folder of graves is there")
        self.places = places
        self.onDeath = onDeath
    }

    deinit {
        state.withLock { state in for folder in state.folders.values { _ = Glibc.close(folder) } }
        _ = Glibc.close(graves)
    }

    // MARK: Control

    /// A new process begins, whose calls fail like that.
    public func begin(_ faults: DiskFaults?) {
        state.withLock {
            $0.faults = faults
            $0.calls = 0
            $0.isDead = false
            $0.injected = HitCounts()
        }
    }

    /// How many calls of this process changed something, or would have.
    public var calls: Int { state.withLock { $0.calls } }

    /// Whether the process died.
    public var isDead: Bool { state.withLock { $0.isDead } }

    /// How often each kind of fault was injected into this process.
    public var injected: HitCounts { state.withLock { $0.injected } }

    /// How many changes a power cut could take back.
    public var unsyncedCount: Int {
        state.withLock { $0.unsynced.steps.count + $0.unsynced.contents.count }
    }

    /// Forgets what can never be brought back.
    public func tidy() {
        state.withLock { state in
            let needed = state.unsynced.inodes
            for inode in state.graves.subtracting(needed) { unsafe unlinkat(graves, "\(inode)", 0) }
            state.graves.formIntersection(needed)
            if !state.unsynced.steps.isEmpty { return }
            for folder in state.folders.values { _ = Glibc.close(folder) }
            state.folders = [:]
        }
    }

    // MARK: Power

    /// What becomes of the content of a file that was written and not synchronized.
    public enum Content: Sendable {
        case kept, durable
        /// So many bytes of it, and then those of before, or nothing.
        case torn(Int)
        /// As many zeros.
        case zeros
    }

    /// Cuts the power. `isKept` says which of the unsynced steps survive, by their number in the order in which they
    /// were done; `content` what a file has then, by its number.
    public func cutPower(isKept: (Int) -> Bool, content: (_ file: Int, _ size: Int) -> Content) {
        state.withLock { state in
            for (number, (inode, durable)) in state.unsynced.contents.sorted(by: { $0.key < $1.key })
                .enumerated()
            {
                let current = Self.contents("\(inode)", in: graves)
                let result: [UInt8]
                switch content(number, current.count) {
                case .kept where !state.unsynced.lost.contains(inode): continue
                case .kept, .durable: result = durable ?? []
                case .torn(let size): result = Array(current.prefix(size)) + (durable ?? []).dropFirst(size)
                case .zeros: result = [UInt8](repeating: 0, count: current.count)
                }
                Self.write(result, to: "\(inode)", in: graves)
            }
            let outcome = state.unsynced.outcome(keeping: isKept)
            // Files first: a directory that goes takes with it what is below.
            for (place, inode) in outcome.sorted(by: {
                ($0.key.directory, $0.key.name) < ($1.key.directory, $1.key.name)
            }) {
                guard let folder = state.folders[place.directory] else { continue }
                let now = Self.inode(of: place.name, in: folder)
                if now == inode { continue }
                if now != nil { Self.removeTree(place.name, in: folder) }
                if let inode { unsafe linkat(graves, "\(inode)", folder, place.name, 0) }
            }
            state.unsynced = UnsyncedChanges()
        }
        tidy()
    }

    // MARK: Bookkeeping

    private static func inode(of name: String, in folder: Int32) -> UInt64? {
        var status = stat()
        guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return UInt64(status.st_ino)
    }

    private static func inode(of descriptor: Int32) -> UInt64 {
        var status = stat()
        unsafe fstat(descriptor, &status)
        return UInt64(status.st_ino)
    }

    private static func contents(_ name: String, in folder: Int32) -> [UInt8] {
        let file = unsafe openat(folder, name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { Glibc.close(file) }
        return contents(file)
    }

    private static func contents(_ file: Int32) -> [UInt8] {
        var status = stat()
        unsafe fstat(file, &status)
        let size = Int(status.st_size)
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = unsafe max(0, pread(file, buffer.baseAddress, size, 0))
        }
    }

    private static func write(_ bytes: [UInt8], to name: String, in folder: Int32) {
        var status = stat()
        guard unsafe fstatat(folder, name, &status, 0) == 0 else { return }
        unsafe fchmodat(folder, name, 0o600, 0)
        let file = unsafe openat(folder, name, O_WRONLY | O_TRUNC | O_CLOEXEC)
        precondition(file >= 0, "what was kept of a file can be written")
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        precondition(count == bytes.count, "the simulation has room")
        fchmod(file, status.st_mode & 0o7777)
        Glibc.close(file)
    }

    private static func removeTree(_ name: String, in folder: Int32) {
        if unsafe unlinkat(folder, name, 0) == 0 { return }
        let child = unsafe openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard child >= 0, let stream = unsafe fdopendir(child) else { return }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
                unsafe String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        for name in names { removeTree(name, in: child) }
        unsafe closedir(stream)
        unsafe unlinkat(folder, name, AT_REMOVEDIR)
    }

    /// Keeps an inode from going with its last name.
    private func bury(_ name: String, in folder: Int32, _ inode: UInt64, _ state: inout State) {
        guard state.graves.insert(inode).inserted else { return }
        // A directory cannot have two names; what becomes of it is decided by its own name alone.
        if unsafe linkat(folder, name, graves, "\(inode)", 0) != 0 { state.graves.remove(inode) }
    }

    /// The directory's inode, with a descriptor of our own for later.
    private func remember(_ directory: DirectoryHandle, _ state: inout State) -> UInt64 {
        let inode = Self.inode(of: directory.token)
        if state.folders[inode] == nil { state.folders[inode] = fcntl(directory.token, F_DUPFD_CLOEXEC, 3) }
        return inode
    }

    // MARK: Faults

    /// Counts a call that changes something; throws if it fails, or the process dies before it.
    private func count(_ operation: String, _ name: String) throws(FileError) -> DiskFault? {
        let (fault, wasDead) = state.withLock { state -> (DiskFault?, Bool) in
            if state.isDead { return (nil, true) }
            let fault = state.faults?(state.calls, operation)
            state.calls += 1
            if let fault { state.injected.add(Self.kind(fault, operation)) }
            return (fault, false)
        }
        if wasDead { throw FileError(operation: operation, path: name, code: EIO) }
        switch fault {
        case .error(let code): throw FileError(operation: operation, path: name, code: code)
        case .death(isDone: false):
            die()
            throw FileError(operation: operation, path: name, code: EIO)
        default: return fault
        }
    }

    private static func kind(_ fault: DiskFault, _ operation: String) -> String {
        switch fault {
        case .error: "\(operation) fails"
        case .short: "\(operation) is short"
        case .death: "death at \(operation)"
        }
    }

    private func die() {
        state.withLock { $0.isDead = true }
        onDeath()
    }

    /// After the call: the process may die here.
    private func conclude(_ fault: DiskFault?, _ operation: String, _ name: String) throws(FileError) {
        guard case .death = fault else { return }
        die()
        throw FileError(operation: operation, path: name, code: EIO)
    }

    private func requireLife(_ operation: String, _ name: String) throws(FileError) {
        if isDead { throw FileError(operation: operation, path: name, code: EIO) }
    }

    // MARK: Directories

    public func openDirectory(path: String) throws(FileError) -> DirectoryHandle {
        try requireLife("open", path)
        return try base.openDirectory(path: places[path] ?? path)
    }

    public func openDirectory(_ name: String, in parent: DirectoryHandle) throws(FileError) -> DirectoryHandle
    {
        try requireLife("openat", name)
        return try base.openDirectory(name, in: parent)
    }

    public func makeDirectory(
        _ name: String, in parent: DirectoryHandle, permissions: FilePermissions
    ) throws(FileError) {
        let fault = try count("mkdirat", name)
        try base.makeDirectory(name, in: parent, permissions: permissions)
        state.withLock { state in
            let place = UnsyncedChanges.Place(directory: remember(parent, &state), name: name)
            let inode = Self.inode(of: name, in: parent.token)
            state.unsynced.add(UnsyncedChanges.Step(edits: [(place, inode)]), before: [nil])
        }
        try conclude(fault, "mkdirat", name)
    }

    public func names(in directory: DirectoryHandle) throws(FileError) -> [String] {
        try requireLife("readdir", "")
        // In one order, so that a seed replays.
        return try base.names(in: directory).sorted()
    }

    public func forEachName(in directory: DirectoryHandle, _ body: (String) -> Bool) throws(FileError) {
        for name in try names(in: directory) where !body(name) { return }
    }

    public func synchronize(_ directory: DirectoryHandle) throws(FileError) {
        let fault = try count("fsync", "directory")
        state.withLock { $0.unsynced.keepNames(in: Self.inode(of: directory.token)) }
        try conclude(fault, "fsync", "directory")
    }

    public func freeSpace(in directory: DirectoryHandle) throws(FileError) -> Int64 { 1 << 40 }

    public func close(_ directory: DirectoryHandle) { base.close(directory) }

    // MARK: Files

    public func openFile(
        _ name: String, in directory: DirectoryHandle, for access: FileAccess
    ) throws(FileError) -> FileHandle {
        if access == .read {
            try requireLife("openat", name)
            return try base.openFile(name, in: directory, for: access)
        }
        let before = Self.inode(of: name, in: directory.token)
        let fault = try count("openat", name)
        let file = try base.openFile(name, in: directory, for: access)
        let inode = Self.inode(of: file.token)
        state.withLock { state in
            state.fileInodes[file.token] = inode
            if before == inode { return }
            let place = UnsyncedChanges.Place(directory: remember(directory, &state), name: name)
            bury(name, in: directory.token, inode, &state)
            state.unsynced.add(UnsyncedChanges.Step(edits: [(place, inode)]), before: [before])
            state.unsynced.willWrite(inode, content: nil)
        }
        do {
            try conclude(fault, "openat", name)
        } catch {
            close(file)
            throw error
        }
        return file
    }

    public func read(
        _ file: FileHandle, at offset: Int64, atMost count: Int, into buffer: inout [UInt8]
    ) throws(FileError) -> Int {
        try requireLife("pread", "")
        return try base.read(file, at: offset, atMost: count, into: &buffer)
    }

    public func write(_ bytes: Span<UInt8>, to file: FileHandle) throws(FileError) -> Int {
        var fault: DiskFault?
        do {
            fault = try count("write", "")
        } catch {
            // What dies in a write may have done a part of it.
            if isDead, bytes.count > 1 {
                _ = try? base.write(bytes.extracting(0..<bytes.count / 2), to: file)
            }
            throw error
        }
        if case .short(let size) = fault, bytes.count > size {
            return size == 0 ? 0 : try base.write(bytes.extracting(0..<size), to: file)
        }
        let count = try base.write(bytes, to: file)
        try conclude(fault, "write", "")
        return count
    }

    public func setPermissions(_ permissions: FilePermissions, of file: FileHandle) throws(FileError) {
        let fault = try count("fchmod", "")
        try base.setPermissions(permissions, of: file)
        try conclude(fault, "fchmod", "")
    }

    public func synchronize(_ file: FileHandle) throws(FileError) {
        let inode = state.withLock { $0.fileInodes[file.token] } ?? Self.inode(of: file.token)
        let fault: DiskFault?
        do {
            fault = try count("fsync", "")
        } catch {
            // The pages are gone, and the next fsync would not say so.
            if !isDead { state.withLock { $0.unsynced.lose(inode) } }
            throw error
        }
        state.withLock { $0.unsynced.keepContent(of: inode) }
        try conclude(fault, "fsync", "")
    }

    public func synchronizeEverything(around directory: DirectoryHandle) throws(FileError) {
        let fault = try count("syncfs", "")
        state.withLock { $0.unsynced.keepEverything() }
        try conclude(fault, "syncfs", "")
    }

    public func status(of file: FileHandle) throws(FileError) -> FileStatus {
        try requireLife("statx", "")
        return try base.status(of: file)
    }

    public func status(of name: String, in directory: DirectoryHandle) throws(FileError) -> FileStatus {
        try requireLife("statx", name)
        return try base.status(of: name, in: directory)
    }

    public func lock(_ file: FileHandle) throws(FileError) -> Bool {
        try requireLife("flock", "")
        return try base.lock(file)
    }

    public func close(_ file: FileHandle) {
        state.withLock { $0.fileInodes[file.token] = nil }
        base.close(file)
    }

    // MARK: Names

    public func link(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle
    ) throws(FileError) {
        let fault = try count("linkat", newName)
        try base.link(name, in: directory, to: newName, in: newDirectory)
        state.withLock { state in
            let place = UnsyncedChanges.Place(directory: remember(newDirectory, &state), name: newName)
            let inode = Self.inode(of: newName, in: newDirectory.token)
            if let inode { bury(newName, in: newDirectory.token, inode, &state) }
            state.unsynced.add(UnsyncedChanges.Step(edits: [(place, inode)]), before: [nil])
        }
        try conclude(fault, "linkat", newName)
    }

    public func rename(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle,
        replacing: Bool
    ) throws(FileError) {
        let operation = replacing ? "renameat" : "renameat2"
        let fault = try count(operation, newName)
        let moved = Self.inode(of: name, in: directory.token)
        let replaced = Self.inode(of: newName, in: newDirectory.token)
        state.withLock { state in
            if let replaced { bury(newName, in: newDirectory.token, replaced, &state) }
            if let moved { bury(name, in: directory.token, moved, &state) }
        }
        try base.rename(name, in: directory, to: newName, in: newDirectory, replacing: replacing)
        state.withLock { state in
            let from = UnsyncedChanges.Place(directory: remember(directory, &state), name: name)
            let to = UnsyncedChanges.Place(directory: remember(newDirectory, &state), name: newName)
            state.unsynced.add(
                UnsyncedChanges.Step(edits: [(from, nil), (to, moved)]), before: [moved, replaced])
        }
        try conclude(fault, operation, newName)
    }

    public func remove(_ name: String, in directory: DirectoryHandle) throws(FileError) {
        let fault = try count("unlinkat", name)
        let inode = Self.inode(of: name, in: directory.token)
        state.withLock { state in
            if let inode { bury(name, in: directory.token, inode, &state) }
        }
        try base.remove(name, in: directory)
        state.withLock { state in
            let place = UnsyncedChanges.Place(directory: remember(directory, &state), name: name)
            state.unsynced.add(UnsyncedChanges.Step(edits: [(place, nil)]), before: [inode])
        }
        try conclude(fault, "unlinkat", name)
    }

    public var userID: UInt32 { base.userID }
}
