internal import Glibc

/// An open directory, closed when the last reference goes. Everything below it is reached from here, one
/// component at a time, never through a symbolic link.
///
/// Relative paths are components joined by `/`, like `public/charter`; the empty path is the directory
/// itself.
public final class Directory: Sendable {
    /// The path as messages show it.
    public let path: String

    public let fileSystem: any FileSystem

    let handle: DirectoryHandle

    /// Opens the directory that a user named. Symbolic links on the way to it are followed.
    public init(path: String, fileSystem: any FileSystem) throws(FileError) {
        self.handle = try fileSystem.openDirectory(path: path)
        self.path = path
        self.fileSystem = fileSystem
    }

    private init(_ handle: DirectoryHandle, path: String, fileSystem: any FileSystem) {
        self.handle = handle
        self.path = path
        self.fileSystem = fileSystem
    }

    deinit {
        fileSystem.close(handle)
    }

    // MARK: Directories below

    /// Opens the directory at a relative path.
    public func subdirectory(_ relativePath: String) throws(FileError) -> Directory {
        var current = self
        for name in try components(of: relativePath) { current = try current.child(name) }
        return current
    }

    /// Opens the directory at a relative path; nil if there is none.
    public func subdirectoryIfPresent(_ relativePath: String) throws(FileError) -> Directory? {
        do {
            return try subdirectory(relativePath)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Opens the directory at a relative path and makes what is missing of it, durably.
    ///
    /// A directory is only filled once its own name is durable. So one that holds something is known to be
    /// durable, and of one that holds nothing, perhaps made by a process that was killed a moment
    /// later, the parent is synchronized again.
    public func makeSubdirectory(
        _ relativePath: String, permissions: FilePermissions = .publicDirectory
    ) throws(FileError) -> Directory {
        var current = self
        for name in try components(of: relativePath) {
            let next: Directory
            if let present = try current.subdirectoryIfPresent(name) {
                next = present
            } else {
                do {
                    try current.fileSystem.makeDirectory(
                        name, in: current.handle, permissions: permissions)
                } catch {
                    // Another process may have been faster; what it made is opened like our own.
                    if !error.isAlreadyThere { throw error.below(current.path) }
                }
                next = try current.child(name)
            }
            if try !next.isFilled() { try current.synchronize() }
            current = next
        }
        return current
    }

    private func child(_ name: String) throws(FileError) -> Directory {
        let opened = try named { () throws(FileError) in try fileSystem.openDirectory(name, in: handle) }
        return Directory(opened, path: Self.join(path, name), fileSystem: fileSystem)
    }

    // MARK: Names in this directory

    /// The names in this directory, sorted; `.` and `..` are left out.
    public func names() throws(FileError) -> [String] {
        let names = try named { () throws(FileError) in try fileSystem.names(in: handle) }
        return names.sorted()
    }

    /// Calls `body` with the names in this directory, in no particular order, until it returns false.
    public func forEachName(_ body: (String) -> Bool) throws(FileError) {
        try named { () throws(FileError) in try fileSystem.forEachName(in: handle, body) }
    }

    /// The same of the directory `name` in this one. It is opened only for that: of thousands, each costs little.
    public func forEachName(inDirectory name: String, _ body: (String) -> Bool) throws(FileError) {
        try named { () throws(FileError) in
            try fileSystem.forEachName(inDirectory: name, of: handle, body)
        }
    }

    /// Whether anything but files that are being written lies in this directory.
    private func isFilled() throws(FileError) -> Bool {
        var isFilled = false
        try forEachName { name in
            isFilled = !StagingName.isOne(name)
            return !isFilled
        }
        return isFilled
    }

    /// What a name is, without opening or following it; nil if nothing has the name.
    public func status(of name: String) throws(FileError) -> FileStatus? {
        do {
            return try fileSystem.status(of: name, in: handle)
        } catch {
            if error.isMissing { return nil }
            throw error.below(path)
        }
    }

    /// Opens the file `name` in this directory for reading.
    public func file(_ name: String) throws(FileError) -> File {
        try open(name, for: .read)
    }

    /// Makes the file `name` in this directory, for writing and reading back; `EEXIST` if the name is taken.
    public func createFile(_ name: String, permissions: FilePermissions) throws(FileError) -> File {
        try open(name, for: .create(permissions))
    }

    func open(_ name: String, for access: FileAccess) throws(FileError) -> File {
        let opened = try named { () throws(FileError) in
            try fileSystem.openFile(name, in: handle, for: access)
        }
        return File(opened, path: Self.join(path, name), fileSystem: fileSystem)
    }

    /// Removes the name of a file in this directory.
    public func remove(_ name: String) throws(FileError) {
        try named { () throws(FileError) in try fileSystem.remove(name, in: handle) }
    }

    /// Makes the names in this directory durable. After an error nothing is known of them.
    public func synchronize() throws(FileError) {
        try named { () throws(FileError) in try fileSystem.synchronize(handle) }
    }

    /// Makes all durable that lies below this directory, whoever wrote it. For what a killed process may have left: that
    /// it can be read does not say that the disk has it.
    func synchronizeEverything() throws(FileError) {
        try named { () throws(FileError) in try fileSystem.synchronizeEverything(around: handle) }
    }

    /// The bytes that can still be written to the file system that holds this directory.
    public func freeSpace() throws(FileError) -> Int64 {
        try named { () throws(FileError) in try fileSystem.freeSpace(in: handle) }
    }

    /// The files that can still be made on that file system; nil where there is no limit.
    func freeFiles() throws(FileError) -> Int64? {
        try named { () throws(FileError) in try fileSystem.freeFiles(in: handle) }
    }

    /// Gives a file in this directory a second name, in `newDirectory`; `EEXIST` if anything has it.
    func link(_ name: String, to newName: String, in newDirectory: Directory) throws(FileError) {
        do {
            try fileSystem.link(name, in: handle, to: newName, in: newDirectory.handle)
        } catch {
            throw error.below(newDirectory.path)
        }
    }

    /// Renames a file in this directory; `EEXIST` if anything has the new name, unless `replacing`.
    func rename(
        _ name: String, to newName: String, in newDirectory: Directory, replacing: Bool
    ) throws(FileError) {
        do {
            try fileSystem.rename(
                name, in: handle, to: newName, in: newDirectory.handle, replacing: replacing)
        } catch {
            throw error.below(newDirectory.path)
        }
    }

    // MARK: Files below

    /// Opens the file at a relative path for reading.
    public func file(at relativePath: String) throws(FileError) -> File {
        let (directoryPath, name) = try split(relativePath)
        return try subdirectory(directoryPath).file(name)
    }

    /// The content of the file at a relative path; `EFBIG` if it is longer than `limit` bytes.
    public func contents(of relativePath: String, limit: Int) throws(FileError) -> [UInt8] {
        try file(at: relativePath).contents(limit: limit)
    }

    /// The content of the file at a relative path; nil if there is none, `EFBIG` if it is too long.
    public func contentsIfPresent(of relativePath: String, limit: Int) throws(FileError) -> [UInt8]? {
        do {
            return try contents(of: relativePath, limit: limit)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Whether anything has this relative path.
    public func contains(_ relativePath: String) throws(FileError) -> Bool {
        let (directoryPath, name) = try split(relativePath)
        guard let directory = try subdirectoryIfPresent(directoryPath) else { return false }
        return try directory.status(of: name) != nil
    }

    // MARK: Paths

    /// Whether `name` is a single component that stays inside the directory it is looked up in.
    public static func isComponent(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(0)
            && !name.utf8.contains(UInt8(ascii: "/"))
    }

    /// The directory that holds the file at a path that a user gave, and the name of the file in it. Links on
    /// the way to the directory are followed.
    public static func parent(
        ofUserPath path: String, fileSystem: any FileSystem
    ) throws(FileError) -> (directory: Directory, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return (try Directory(path: ".", fileSystem: fileSystem), path)
        }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = String(path[path.utf8.index(after: slash)...])
        return (try Directory(path: parent, fileSystem: fileSystem), name)
    }

    /// The directory part of a relative path, and the name in it.
    func split(_ relativePath: String) throws(FileError) -> (directory: String, name: String) {
        var names = try components(of: relativePath)
        guard let name = names.popLast() else { throw invalid(relativePath) }
        return (names.joined(separator: "/"), name)
    }

    static func join(_ path: String, _ name: String) -> String {
        if path.isEmpty { return name }
        if name.isEmpty { return path }
        return path.utf8.last == UInt8(ascii: "/") ? path + name : "\(path)/\(name)"
    }

    private func components(of relativePath: String) throws(FileError) -> [String] {
        if relativePath.isEmpty { return [] }
        let names = relativePath.utf8.split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
        ).map { String(Substring($0)) }
        guard names.allSatisfy(Self.isComponent) else { throw invalid(relativePath) }
        return names
    }

    private func invalid(_ relativePath: String) -> FileError {
        FileError(operation: "openat", path: Self.join(path, relativePath), code: EINVAL)
    }

    private func named<Result>(_ body: () throws(FileError) -> Result) throws(FileError) -> Result {
        do {
            return try body()
        } catch {
            throw error.below(path)
        }
    }
}
