internal import CLinux
internal import CSyncFS
internal import Glibc

/// The file system of the machine. The tokens of its handles are descriptors, all of them close-on-exec.
///
/// A call that a signal interrupted before it did anything is made again, but for read(2) and write(2), whose
/// loops stand in `File`, and fsync(2), which is never made twice: after a failure the kernel may have
/// dropped the pages and then reports success.
public struct POSIXFileSystem: FileSystem {
    public init() {}

    // MARK: Directories

    /// open(2)
    public func openDirectory(path: String) throws(FileError) -> DirectoryHandle {
        guard !path.utf8.contains(0) else {
            throw FileError(operation: "open", path: path, code: EINVAL)
        }
        return DirectoryHandle(
            token: try complete("open", path) {
                unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            })
    }

    /// openat(2)
    public func openDirectory(
        _ name: String, in parent: DirectoryHandle
    ) throws(FileError) -> DirectoryHandle {
        try checkComponent(name, for: "openat")
        return DirectoryHandle(
            token: try complete("openat", name) {
                unsafe openat(parent.token, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            })
    }

    /// mkdirat(2)
    public func makeDirectory(
        _ name: String, in parent: DirectoryHandle, permissions: FilePermissions
    ) throws(FileError) {
        try checkComponent(name, for: "mkdirat")
        _ = try complete("mkdirat", name) {
            unsafe mkdirat(parent.token, name, mode_t(permissions.rawValue))
        }
    }

    /// readdir(3)
    public func names(in directory: DirectoryHandle) throws(FileError) -> [String] {
        var names: [String] = []
        try forEachName(in: directory) { name in
            names.append(name)
            return true
        }
        return names
    }

    /// readdir(3), over a descriptor of its own, so that two readers do not share a position
    public func forEachName(in directory: DirectoryHandle, _ body: (String) -> Bool) throws(FileError) {
        try forEachName(below: directory, ".", body)
    }

    /// readdir(3)
    public func forEachName(
        inDirectory name: String, of parent: DirectoryHandle, _ body: (String) -> Bool
    ) throws(FileError) {
        try checkComponent(name, for: "openat")
        try forEachName(below: parent, name, body)
    }

    private func forEachName(
        below parent: DirectoryHandle, _ name: String, _ body: (String) -> Bool
    ) throws(FileError) {
        let descriptor = try complete("openat", name) {
            unsafe openat(parent.token, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard let stream = unsafe fdopendir(descriptor) else {
            let code = errno
            _ = Glibc.close(descriptor)
            throw FileError(operation: "fdopendir", path: name, code: code)
        }
        defer { unsafe closedir(stream) }
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                let code = errno
                if code != 0 { throw FileError(operation: "readdir", path: name, code: code) }
                return
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
                let length = unsafe field.firstIndex(of: 0) ?? field.count
                return unsafe String(decoding: field[..<length], as: UTF8.self)
            }
            if name != "." && name != "..", !body(name) { return }
        }
    }

    /// fsync(2)
    public func synchronize(_ directory: DirectoryHandle) throws(FileError) {
        try synchronize(descriptor: directory.token)
    }

    /// fstatvfs(3)
    public func freeSpace(in directory: DirectoryHandle) throws(FileError) -> Int64 {
        var status = statvfs()
        _ = try complete("fstatvfs", "") { unsafe fstatvfs(directory.token, &status) }
        let (bytes, isTooLarge) = UInt64(status.f_bavail).multipliedReportingOverflow(
            by: UInt64(status.f_frsize))
        return isTooLarge ? Int64.max : Int64(clamping: bytes)
    }

    /// fstatvfs(3)
    public func freeFiles(in directory: DirectoryHandle) throws(FileError) -> Int64? {
        var status = statvfs()
        _ = try complete("fstatvfs", "") { unsafe fstatvfs(directory.token, &status) }
        return status.f_files == 0 ? nil : Int64(clamping: status.f_favail)
    }

    /// close(2); what it says is of no use: everything that must be kept was synchronized before.
    public func close(_ directory: DirectoryHandle) {
        _ = Glibc.close(directory.token)
    }

    // MARK: Files

    /// openat(2). Read access uses `O_NONBLOCK`, so that opening a pipe does not wait for its writer.
    public func openFile(
        _ name: String, in directory: DirectoryHandle, for access: FileAccess
    ) throws(FileError) -> FileHandle {
        try checkComponent(name, for: "openat")
        let common = O_NOFOLLOW | O_CLOEXEC | O_NOCTTY
        let descriptor =
            switch access {
            case .read:
                try complete("openat", name) {
                    unsafe openat(directory.token, name, O_RDONLY | O_NONBLOCK | common)
                }
            case .create(let permissions):
                try complete("openat", name) {
                    unsafe openat(
                        directory.token, name, O_RDWR | O_CREAT | O_EXCL | common,
                        mode_t(permissions.rawValue))
                }
            case .lock:
                try complete("openat", name) {
                    unsafe openat(
                        directory.token, name, O_RDWR | O_CREAT | O_NONBLOCK | common,
                        mode_t(FilePermissions.secret.rawValue))
                }
            }
        return FileHandle(token: descriptor)
    }

    /// pread(2)
    public func read(
        _ file: FileHandle, at offset: Int64, atMost count: Int, into buffer: inout [UInt8]
    ) throws(FileError) -> Int {
        var result = 0
        var code: Int32 = 0
        buffer.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { free, initializedCount in
                result = unsafe pread(file.token, free.baseAddress, count, off_t(offset))
                code = errno
                initializedCount = max(result, 0)
            }
        }
        if result < 0 { throw FileError(operation: "pread", path: "", code: code) }
        return result
    }

    /// write(2)
    public func write(_ bytes: Span<UInt8>, to file: FileHandle) throws(FileError) -> Int {
        let result = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file.token, $0.baseAddress, $0.count) }
        if result < 0 { throw FileError(operation: "write", path: "", code: errno) }
        return result
    }

    /// fchmod(2)
    public func setPermissions(_ permissions: FilePermissions, of file: FileHandle) throws(FileError) {
        _ = try complete("fchmod", "") { fchmod(file.token, mode_t(permissions.rawValue)) }
    }

    /// fsync(2)
    public func synchronize(_ file: FileHandle) throws(FileError) {
        try synchronize(descriptor: file.token)
    }

    /// posix_fallocate(3).
    public func reserve(_ size: Int, for file: FileHandle) throws(FileError) {
        // What the system cannot do here, the write does.
        _ = posix_fallocate(file.token, 0, off_t(size))
    }

    /// The threads that wait for the disk, started when a command first has something to make durable.
    private static let synchronizers = WorkerPool(workers: 4)

    /// fsync(2) of all at once, from threads: a journal commits what arrives together in one go, which takes a
    /// fraction of the time of one after the other.
    public func synchronize(
        files: [FileHandle], directories: [DirectoryHandle]
    ) throws(FileError) {
        let descriptors = files.map(\.token) + directories.map(\.token)
        let codes = Self.synchronizers.map(descriptors) { descriptor in fsync(descriptor) == 0 ? 0 : errno }
        if let code = codes.first(where: { $0 != 0 }) {
            throw FileError(operation: "fsync", path: "", code: code)
        }
    }

    /// syncfs(2)
    public func synchronizeEverything(around directory: DirectoryHandle) throws(FileError) {
        if syncfs(directory.token) != 0 { throw FileError(operation: "syncfs", path: "", code: errno) }
    }

    /// statx(2)
    public func status(of file: FileHandle) throws(FileError) -> FileStatus {
        var result = statx()
        _ = try complete("statx", "") {
            unsafe statx(file.token, "", emptyPath, statusMask, &result)
        }
        return FileStatus(result)
    }

    /// statx(2)
    public func status(
        of name: String, in directory: DirectoryHandle
    ) throws(FileError) -> FileStatus {
        try checkComponent(name, for: "statx")
        var result = statx()
        _ = try complete("statx", name) {
            unsafe statx(directory.token, name, AT_SYMLINK_NOFOLLOW, statusMask, &result)
        }
        return FileStatus(result)
    }

    /// flock(2)
    public func lock(_ file: FileHandle) throws(FileError) -> Bool {
        do {
            _ = try complete("flock", "") { flock(file.token, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }

    /// close(2); see `close(_:)` of a directory.
    public func close(_ file: FileHandle) {
        _ = Glibc.close(file.token)
    }

    // MARK: Names

    /// linkat(2)
    public func link(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle
    ) throws(FileError) {
        try checkComponent(name, for: "linkat")
        try checkComponent(newName, for: "linkat")
        _ = try complete("linkat", newName) {
            unsafe linkat(directory.token, name, newDirectory.token, newName, 0)
        }
    }

    /// renameat(2), renameat2(2) with `RENAME_NOREPLACE`
    public func rename(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle,
        replacing: Bool
    ) throws(FileError) {
        let operation = replacing ? "renameat" : "renameat2"
        try checkComponent(name, for: operation)
        try checkComponent(newName, for: operation)
        _ = try complete(operation, newName) {
            if replacing {
                unsafe renameat(directory.token, name, newDirectory.token, newName)
            } else {
                unsafe renameat2(directory.token, name, newDirectory.token, newName, renameWithoutReplacing)
            }
        }
    }

    /// unlinkat(2)
    public func remove(_ name: String, in directory: DirectoryHandle) throws(FileError) {
        try checkComponent(name, for: "unlinkat")
        _ = try complete("unlinkat", name) { unsafe unlinkat(directory.token, name, 0) }
    }

    // MARK: Process

    /// geteuid(2)
    public var userID: UInt32 { geteuid() }

    // MARK: Common parts

    private func checkComponent(_ name: String, for operation: String) throws(FileError) {
        guard Directory.isComponent(name) else {
            throw FileError(operation: operation, path: name, code: EINVAL)
        }
    }

    private func synchronize(descriptor: Int32) throws(FileError) {
        if fsync(descriptor) != 0 { throw FileError(operation: "fsync", path: "", code: errno) }
    }

    /// Makes a call until no signal interrupts it.
    private func complete(
        _ operation: String, _ path: String, _ call: () -> Int32
    ) throws(FileError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            if code != EINTR { throw FileError(operation: operation, path: path, code: code) }
        }
    }
}

/// `RENAME_NOREPLACE` of `linux/fs.h`
private let renameWithoutReplacing: UInt32 = 1

/// `AT_EMPTY_PATH` of `fcntl.h`: the status of the descriptor itself
private let emptyPath: Int32 = 0x1000

/// The fields of statx(2) that `FileStatus` is made of
private let statusMask = UInt32(STATX_BASIC_STATS) | UInt32(STATX_BTIME)

extension FileStatus {
    fileprivate init(_ status: statx) {
        let kind: Kind =
            switch UInt32(status.stx_mode) & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            case S_IFCHR, S_IFBLK: .device
            default: .other
            }
        self.init(
            kind: kind, size: Int64(clamping: status.stx_size),
            permissions: FilePermissions(rawValue: UInt32(status.stx_mode) & 0o7777),
            owner: status.stx_uid, links: status.stx_nlink,
            device: UInt64(status.stx_dev_major) << 32 | UInt64(status.stx_dev_minor),
            inode: status.stx_ino, modified: Time(status.stx_mtime), changed: Time(status.stx_ctime),
            born: status.stx_mask & UInt32(STATX_BTIME) != 0 ? Time(status.stx_btime) : nil)
    }
}

extension FileStatus.Time {
    fileprivate init(_ time: statx_timestamp) {
        self.init(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }
}
