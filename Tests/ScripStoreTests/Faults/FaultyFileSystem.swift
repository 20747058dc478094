import Glibc
import ScripStore
import Synchronization

/// The real file system, but that some calls fail as a test tells them to.
final class FaultyFileSystem: FileSystem {
    /// One call, as the test sees it before it is made.
    struct Call: Sendable {
        /// The name of the C function.
        let operation: String
        /// The name that it is about, empty where only a handle is given.
        let name: String
        /// The position among all calls, from 0.
        let number: Int
        /// The position among the calls that change something, from 0; nil for the others.
        let change: Int?
    }

    enum Fault: Sendable {
        /// Nothing is done, and errno is this.
        case error(Int32)
        /// Everything is done, and errno is this all the same.
        case errorAfterwards(Int32)
        /// Only so many bytes are written, or are free; or so many files.
        case short(Int)
        /// The bytes are written with the first bit turned over, and nobody is told.
        case lie
        /// The process dies here: neither this call nor any later one does anything.
        case death
    }

    private struct State {
        var calls: [String] = []
        var changes = 0
        var isDead = false
    }

    private let base = POSIXFileSystem()
    private let state = Mutex(State())
    private let fault: @Sendable (Call) -> Fault?

    init(_ fault: @escaping @Sendable (Call) -> Fault?) {
        self.fault = fault
    }

    /// The calls so far, as `operation name`.
    var calls: [String] { state.withLock { $0.calls } }

    /// How many calls changed something.
    var changes: Int { state.withLock { $0.changes } }

    private func decide(_ operation: String, _ name: String, isChange: Bool) throws(FileError) -> Fault? {
        let (call, isDead) = state.withLock { state in
            let call = Call(
                operation: operation, name: name, number: state.calls.count,
                change: isChange ? state.changes : nil)
            state.calls.append(name.isEmpty ? operation : "\(operation) \(name)")
            if isChange { state.changes += 1 }
            return (call, state.isDead)
        }
        if isDead { throw FileError(operation: operation, path: name, code: EIO) }
        let fault = fault(call)
        switch fault {
        case .error(let code):
            throw FileError(operation: operation, path: name, code: code)
        case .death:
            state.withLock { $0.isDead = true }
            throw FileError(operation: operation, path: name, code: EIO)
        default:
            return fault
        }
    }

    private func run<Result>(
        _ operation: String, _ name: String, isChange: Bool = false, _ body: () throws(FileError) -> Result
    ) throws(FileError) -> Result {
        let fault = try decide(operation, name, isChange: isChange)
        let result = try body()
        if case .errorAfterwards(let code) = fault {
            throw FileError(operation: operation, path: name, code: code)
        }
        return result
    }

    func openDirectory(path: String) throws(FileError) -> DirectoryHandle {
        try run("open", path) { () throws(FileError) in try base.openDirectory(path: path) }
    }

    func openDirectory(_ name: String, in parent: DirectoryHandle) throws(FileError) -> DirectoryHandle {
        try run("openat", name) { () throws(FileError) in try base.openDirectory(name, in: parent) }
    }

    func makeDirectory(
        _ name: String, in parent: DirectoryHandle, permissions: FilePermissions
    ) throws(FileError) {
        try run("mkdirat", name, isChange: true) { () throws(FileError) in
            try base.makeDirectory(name, in: parent, permissions: permissions)
        }
    }

    func names(in directory: DirectoryHandle) throws(FileError) -> [String] {
        try run("readdir", "") { () throws(FileError) in try base.names(in: directory) }
    }

    func synchronize(_ directory: DirectoryHandle) throws(FileError) {
        try run("fsync", "directory", isChange: true) { () throws(FileError) in
            try base.synchronize(directory)
        }
    }

    func freeSpace(in directory: DirectoryHandle) throws(FileError) -> Int64 {
        if case .short(let count) = try decide("fstatvfs", "bytes", isChange: false) { return Int64(count) }
        return try base.freeSpace(in: directory)
    }

    func freeFiles(in directory: DirectoryHandle) throws(FileError) -> Int64? {
        if case .short(let count) = try decide("fstatvfs", "files", isChange: false) { return Int64(count) }
        return try base.freeFiles(in: directory)
    }

    func close(_ directory: DirectoryHandle) { base.close(directory) }

    func openFile(
        _ name: String, in directory: DirectoryHandle, for access: FileAccess
    ) throws(FileError) -> FileHandle {
        try run("openat", name, isChange: access != .read) { () throws(FileError) in
            try base.openFile(name, in: directory, for: access)
        }
    }

    func read(
        _ file: FileHandle, at offset: Int64, atMost count: Int, into buffer: inout [UInt8]
    ) throws(FileError) -> Int {
        var count = count
        if case .short(let length) = try decide("pread", "", isChange: false) { count = min(count, length) }
        return try base.read(file, at: offset, atMost: count, into: &buffer)
    }

    func write(_ bytes: Span<UInt8>, to file: FileHandle) throws(FileError) -> Int {
        switch try decide("write", "", isChange: true) {
        case .short(let length):
            if length == 0 { return 0 }
            return try base.write(bytes.extracting(0..<min(length, bytes.count)), to: file)
        case .lie:
            var changed = [UInt8]()
            for index in bytes.indices { changed.append(bytes[index]) }
            changed[0] ^= 1
            return try base.write(changed.span, to: file)
        default:
            return try base.write(bytes, to: file)
        }
    }

    func setPermissions(_ permissions: FilePermissions, of file: FileHandle) throws(FileError) {
        try run("fchmod", "", isChange: true) { () throws(FileError) in
            try base.setPermissions(permissions, of: file)
        }
    }

    func synchronize(_ file: FileHandle) throws(FileError) {
        try run("fsync", "", isChange: true) { () throws(FileError) in try base.synchronize(file) }
    }

    func synchronizeEverything(around directory: DirectoryHandle) throws(FileError) {
        try run("syncfs", "", isChange: true) { () throws(FileError) in
            try base.synchronizeEverything(around: directory)
        }
    }

    func status(of file: FileHandle) throws(FileError) -> FileStatus {
        try run("statx", "") { () throws(FileError) in try base.status(of: file) }
    }

    func status(of name: String, in directory: DirectoryHandle) throws(FileError) -> FileStatus {
        try run("statx", name) { () throws(FileError) in try base.status(of: name, in: directory) }
    }

    func lock(_ file: FileHandle) throws(FileError) -> Bool {
        try run("flock", "", isChange: true) { () throws(FileError) in try base.lock(file) }
    }

    func close(_ file: FileHandle) { base.close(file) }

    func link(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle
    ) throws(FileError) {
        try run("linkat", newName, isChange: true) { () throws(FileError) in
            try base.link(name, in: directory, to: newName, in: newDirectory)
        }
    }

    func rename(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle,
        replacing: Bool
    ) throws(FileError) {
        try run(replacing ? "renameat" : "renameat2", newName, isChange: true) { () throws(FileError) in
            try base.rename(name, in: directory, to: newName, in: newDirectory, replacing: replacing)
        }
    }

    func remove(_ name: String, in directory: DirectoryHandle) throws(FileError) {
        try run("unlinkat", name, isChange: true) { () throws(FileError) in
            try base.remove(name, in: directory)
        }
    }

    var userID: UInt32 { base.userID }
}
