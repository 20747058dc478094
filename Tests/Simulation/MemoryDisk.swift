internal import Glibc
internal import ScripStore
internal import Synchronization

/// A file system over a `DiskImage`. Only the files of the index, which SQLite opens itself, are real ones.
final class MemoryDisk: FileSystem {
    /// Called before each call that changes something, with its number from 0, its name, and the disk as it is then.
    typealias Observer = @Sendable (_ call: Int, _ operation: String, _ image: DiskImage) -> Void

    private struct State {
        var image = DiskImage()
        var open: [Int32: UInt64] = [:]
        var lastToken: Int32 = 2
        /// The handle that holds the lock of an inode.
        var locks: [UInt64: Int32] = [:]
        var calls = 0
        var observer: Observer?
    }

    private let state = Mutex(State())
    private let base = POSIXFileSystem()
    /// The real folder of the files of the index, whatever directory they are looked up in.
    private let indexFolder: String
    /// What it says that it has made durable, and has not.
    private let lie: PowerCutOptions.Lie?

    init(indexFolder: String, lie: PowerCutOptions.Lie? = nil) {
        self.indexFolder = indexFolder
        self.lie = lie
    }

    /// What lies on the disk.
    var image: DiskImage { state.withLock { $0.image } }

    /// Changes what lies on the disk while no process runs.
    func edit(_ body: (inout DiskImage) -> Void) { state.withLock { body(&$0.image) } }

    /// A new process begins, with this on the disk.
    func begin(_ image: DiskImage, observer: Observer?) {
        state.withLock {
            $0.image = image
            $0.open = [:]
            $0.locks = [:]
            $0.calls = 0
            $0.observer = observer
        }
    }

    /// How many calls of this process changed something.
    var calls: Int { state.withLock { $0.calls } }

    // MARK: Common parts

    private func count(_ operation: String) {
        let (observer, number, image) = state.withLock { state -> (Observer?, Int, DiskImage) in
            state.calls += 1
            return (state.observer, state.calls - 1, state.image)
        }
        observer?(number, operation, image)
    }

    private func isIndex(_ name: String) -> Bool { name.utf8.starts(with: "index.sqlite".utf8) }

    /// Does something to a file of the index.
    private func inIndexFolder<Result>(
        _ body: (DirectoryHandle) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        let folder = try base.openDirectory(path: indexFolder)
        defer { base.close(folder) }
        return try body(folder)
    }

    private func checkComponent(_ name: String, _ operation: String) throws(FileError) {
        if !Directory.isComponent(name) { throw FileError(operation: operation, path: name, code: EINVAL) }
    }

    private func inode(_ token: Int32) -> UInt64 { state.withLock { $0.open[token] ?? 0 } }

    private func open(_ inode: UInt64) -> Int32 {
        state.withLock {
            $0.lastToken += 1
            $0.open[$0.lastToken] = inode
            return $0.lastToken
        }
    }

    private func closeToken(_ token: Int32) {
        state.withLock {
            guard let inode = $0.open.removeValue(forKey: token) else { return }
            if $0.locks[inode] == token { $0.locks[inode] = nil }
        }
    }

    private func find(_ operation: String, _ name: String, in directory: DirectoryHandle)
        throws(FileError) -> UInt64
    {
        try checkComponent(name, operation)
        guard let found = image.inode(name, in: inode(directory.token)) else {
            throw FileError(operation: operation, path: name, code: ENOENT)
        }
        return found
    }

    // MARK: Directories

    func openDirectory(path: String) throws(FileError) -> DirectoryHandle {
        let image = image
        guard let inode = image.inode(at: path) else {
            throw FileError(operation: "open", path: path, code: ENOENT)
        }
        guard image.names(in: inode) != nil else {
            throw FileError(operation: "open", path: path, code: ENOTDIR)
        }
        return DirectoryHandle(token: open(inode))
    }

    func openDirectory(_ name: String, in parent: DirectoryHandle) throws(FileError) -> DirectoryHandle {
        let inode = try find("openat", name, in: parent)
        guard image.names(in: inode) != nil else {
            throw FileError(operation: "openat", path: name, code: ENOTDIR)
        }
        return DirectoryHandle(token: open(inode))
    }

    func makeDirectory(
        _ name: String, in parent: DirectoryHandle, permissions: FilePermissions
    ) throws(FileError) {
        try checkComponent(name, "mkdirat")
        count("mkdirat")
        let folder = inode(parent.token)
        if image.inode(name, in: folder) != nil {
            throw FileError(operation: "mkdirat", path: name, code: EEXIST)
        }
        edit { $0.makeDirectory(name, in: folder, permissions: permissions) }
    }

    func names(in directory: DirectoryHandle) throws(FileError) -> [String] {
        (image.names(in: inode(directory.token)) ?? [:]).keys.sorted()
    }

    func synchronize(_ directory: DirectoryHandle) throws(FileError) {
        count("fsync")
        if lie == .names { return }
        let folder = inode(directory.token)
        edit { $0.synchronizeNames(in: folder) }
    }

    func freeSpace(in directory: DirectoryHandle) throws(FileError) -> Int64 { 1 << 40 }

    func close(_ directory: DirectoryHandle) { closeToken(directory.token) }

    // MARK: Files

    func openFile(
        _ name: String, in directory: DirectoryHandle, for access: FileAccess
    ) throws(FileError) -> FileHandle {
        try checkComponent(name, "openat")
        let folder = inode(directory.token)
        let present = image.inode(name, in: folder)
        let permissions: FilePermissions
        switch access {
        case .read:
            guard let present else { throw FileError(operation: "openat", path: name, code: ENOENT) }
            return FileHandle(token: open(present))
        case .lock:
            if let present { return FileHandle(token: open(present)) }
            permissions = .secret
        case .create(let asked):
            if present != nil { throw FileError(operation: "openat", path: name, code: EEXIST) }
            permissions = asked
        }
        count("openat")
        var made: UInt64 = 0
        edit { made = $0.makeFile(name, in: folder, permissions: permissions) }
        return FileHandle(token: open(made))
    }

    func read(
        _ file: FileHandle, at offset: Int64, atMost count: Int, into buffer: inout [UInt8]
    ) throws(FileError) -> Int {
        guard let bytes = image.bytes(of: inode(file.token)) else {
            throw FileError(operation: "pread", path: "", code: EISDIR)
        }
        let start = min(Int(offset), bytes.count)
        let end = min(start + count, bytes.count)
        buffer += bytes[start..<end]
        return end - start
    }

    func write(_ bytes: Span<UInt8>, to file: FileHandle) throws(FileError) -> Int {
        count("write")
        let target = inode(file.token)
        let more = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        edit { $0.append(more, to: target) }
        return more.count
    }

    func setPermissions(_ permissions: FilePermissions, of file: FileHandle) throws(FileError) {
        count("fchmod")
        let target = inode(file.token)
        edit { $0.setPermissions(permissions, of: target) }
    }

    func synchronize(_ file: FileHandle) throws(FileError) {
        count("fsync")
        if lie == .contents { return }
        let target = inode(file.token)
        edit { $0.synchronizeFile(target) }
    }

    func synchronizeEverything(around directory: DirectoryHandle) throws(FileError) {
        count("syncfs")
        if lie == .remains { return }
        edit { $0.settle() }
    }

    func status(of file: FileHandle) throws(FileError) -> FileStatus {
        guard let status = image.status(of: inode(file.token), owner: userID) else {
            throw FileError(operation: "statx", path: "", code: EBADF)
        }
        return status
    }

    func status(of name: String, in directory: DirectoryHandle) throws(FileError) -> FileStatus {
        if isIndex(name) {
            return try inIndexFolder { (folder) throws(FileError) in try base.status(of: name, in: folder) }
        }
        let found = try find("statx", name, in: directory)
        guard let status = image.status(of: found, owner: userID) else {
            throw FileError(operation: "statx", path: name, code: ENOENT)
        }
        return status
    }

    func lock(_ file: FileHandle) throws(FileError) -> Bool {
        state.withLock {
            guard let inode = $0.open[file.token] else { return false }
            if let holder = $0.locks[inode], holder != file.token { return false }
            $0.locks[inode] = file.token
            return true
        }
    }

    func close(_ file: FileHandle) { closeToken(file.token) }

    // MARK: Names

    func link(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle
    ) throws(FileError) {
        try checkComponent(newName, "linkat")
        let found = try find("linkat", name, in: directory)
        count("linkat")
        let target = inode(newDirectory.token)
        if image.inode(newName, in: target) != nil {
            throw FileError(operation: "linkat", path: newName, code: EEXIST)
        }
        edit { $0.change([(newName, target, found)]) }
    }

    func rename(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle,
        replacing: Bool
    ) throws(FileError) {
        let operation = replacing ? "renameat" : "renameat2"
        try checkComponent(newName, operation)
        let found = try find(operation, name, in: directory)
        count(operation)
        let (source, target) = (inode(directory.token), inode(newDirectory.token))
        if !replacing, image.inode(newName, in: target) != nil {
            throw FileError(operation: operation, path: newName, code: EEXIST)
        }
        // As rename(2) has it: two names of one file stay.
        if image.inode(newName, in: target) == found { return }
        edit { $0.change([(name, source, nil), (newName, target, found)]) }
    }

    func remove(_ name: String, in directory: DirectoryHandle) throws(FileError) {
        if isIndex(name) {
            count("unlinkat")
            return try inIndexFolder { (folder) throws(FileError) in try base.remove(name, in: folder) }
        }
        let found = try find("unlinkat", name, in: directory)
        if image.names(in: found) != nil { throw FileError(operation: "unlinkat", path: name, code: EISDIR) }
        count("unlinkat")
        let folder = inode(directory.token)
        edit { $0.change([(name, folder, nil)]) }
    }

    var userID: UInt32 { base.userID }
}
