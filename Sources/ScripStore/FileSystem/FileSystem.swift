/// How a file is opened.
public enum FileAccess: Hashable, Sendable {
    /// An existing file, for reading. Opening never waits (a pipe) and never follows a symbolic link.
    case read

    /// A new file, for writing and reading back; `EEXIST` if anything has the name.
    case create(FilePermissions)

    /// A file to lock, made with mode 0600 if it is not there. It is never written.
    case lock
}

/// The one door to files: everything that scrip does to a disk is one of these operations.
///
/// Names are single components; a path exists only for the directories that a user names, which may be
/// reached through symbolic links. Below them no symbolic link is ever followed. An empty name, `.`, `..`,
/// and a name that holds `/` or NUL fail with `EINVAL`.
///
/// `POSIXFileSystem` is the real one. Each operation is one system call as seen from outside: it may fail
/// in every way that the call can, and the loops that complete it stand in `Directory` and `File`.
/// The errors' `path` is the name that was given, or empty where only a handle was.
public protocol FileSystem: Sendable {
    // MARK: Directories

    /// Opens the directory at a path that the user gave.
    func openDirectory(path: String) throws(FileError) -> DirectoryHandle

    /// Opens the directory `name` in `parent`; `ENOTDIR` or `ELOOP` if it is a symbolic link.
    func openDirectory(_ name: String, in parent: DirectoryHandle) throws(FileError) -> DirectoryHandle

    /// Makes a directory.
    func makeDirectory(
        _ name: String, in parent: DirectoryHandle, permissions: FilePermissions
    ) throws(FileError)

    /// All names in a directory but `.` and `..`, in no particular order. Bytes that are not UTF-8 become
    /// U+FFFD: such a name is junk that no parser accepts.
    func names(in directory: DirectoryHandle) throws(FileError) -> [String]

    /// Calls `body` with the names that `names(in:)` gives, one after the other, until it returns false. So a folder
    /// that somebody fills with names takes no memory.
    func forEachName(in directory: DirectoryHandle, _ body: (String) -> Bool) throws(FileError)

    /// The same of the directory `name` in `parent`, which is opened for it as `openDirectory` does.
    func forEachName(
        inDirectory name: String, of parent: DirectoryHandle, _ body: (String) -> Bool
    ) throws(FileError)

    /// Makes the names in a directory durable. A failure is final: it must not be tried again.
    func synchronize(_ directory: DirectoryHandle) throws(FileError)

    /// The bytes that can still be written to the file system that holds the directory.
    func freeSpace(in directory: DirectoryHandle) throws(FileError) -> Int64

    /// The files that can still be made on the file system that holds the directory; nil where there is no limit.
    func freeFiles(in directory: DirectoryHandle) throws(FileError) -> Int64?

    func close(_ directory: DirectoryHandle)

    // MARK: Files

    /// Opens or creates a file.
    func openFile(
        _ name: String, in directory: DirectoryHandle, for access: FileAccess
    ) throws(FileError) -> FileHandle

    /// Appends at most `count` bytes of the file, from `offset` on, to `buffer`. Returns how many there were:
    /// perhaps fewer than asked for, 0 at the end of the file.
    func read(
        _ file: FileHandle, at offset: Int64, atMost count: Int, into buffer: inout [UInt8]
    ) throws(FileError) -> Int

    /// Writes at the end of what was written so far. Returns how many bytes were taken: perhaps fewer
    /// than given.
    func write(_ bytes: Span<UInt8>, to file: FileHandle) throws(FileError) -> Int

    /// Makes a new file `size` bytes long, zeros until they are written. A help, not a promise: it may do nothing.
    func reserve(_ size: Int, for file: FileHandle) throws(FileError)

    func setPermissions(_ permissions: FilePermissions, of file: FileHandle) throws(FileError)

    /// Makes the content of a file durable. A failure is final: it must not be tried again.
    func synchronize(_ file: FileHandle) throws(FileError)

    /// Makes the content of files and the names in directories durable, in any order or at once. After an error
    /// it is not known which of them are; none must be tried again.
    func synchronize(files: [FileHandle], directories: [DirectoryHandle]) throws(FileError)

    /// Makes all durable that anybody has written to the file system that holds the directory: also what a process left
    /// there that was killed, of which nobody else knows.
    func synchronizeEverything(around directory: DirectoryHandle) throws(FileError)

    func status(of file: FileHandle) throws(FileError) -> FileStatus

    /// What a name is, without opening it; of a symbolic link, the link itself.
    func status(of name: String, in directory: DirectoryHandle) throws(FileError) -> FileStatus

    /// Takes the exclusive lock of a file without waiting: false if another holds it. Closing the file, also
    /// by the death of the process, gives it back.
    func lock(_ file: FileHandle) throws(FileError) -> Bool

    func close(_ file: FileHandle)

    // MARK: Names

    /// Gives a file a second name; `EEXIST` if anything has it.
    func link(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle
    ) throws(FileError)

    /// Renames a file; `EEXIST` if anything has the new name, unless `replacing`.
    func rename(
        _ name: String, in directory: DirectoryHandle, to newName: String, in newDirectory: DirectoryHandle,
        replacing: Bool
    ) throws(FileError)

    /// Removes the name of a file.
    func remove(_ name: String, in directory: DirectoryHandle) throws(FileError)

    // MARK: Process

    /// The user that files are opened as.
    var userID: UInt32 { get }
}

extension FileSystem {
    /// No limit.
    public func freeFiles(in directory: DirectoryHandle) throws(FileError) -> Int64? { nil }

    /// All names at once.
    public func forEachName(in directory: DirectoryHandle, _ body: (String) -> Bool) throws(FileError) {
        for name in try names(in: directory) where !body(name) { return }
    }

    /// Opened, gone through and closed.
    public func forEachName(
        inDirectory name: String, of parent: DirectoryHandle, _ body: (String) -> Bool
    ) throws(FileError) {
        let directory = try openDirectory(name, in: parent)
        defer { close(directory) }
        try forEachName(in: directory, body)
    }

    /// Nothing.
    public func reserve(_ size: Int, for file: FileHandle) throws(FileError) {}

    /// One after the other.
    public func synchronize(
        files: [FileHandle], directories: [DirectoryHandle]
    ) throws(FileError) {
        for file in files { try synchronize(file) }
        for directory in directories { try synchronize(directory) }
    }
}
