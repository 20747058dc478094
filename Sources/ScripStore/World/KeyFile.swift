/// A private key on disk: a regular file of the user who runs the program, mode 0600 or stricter, and no
/// symbolic link (format section 2; quality section 2).
public enum KeyFile {
    /// The longest file that is read, in bytes. An Ed25519 key takes about 120, an encrypted one about 350.
    public static let byteLimit = 65_536

    /// The content of the key file at a path that the user gave. Directories on the way may be links.
    public static func contents(path: String, fileSystem: any FileSystem) throws(KeyFileError) -> [UInt8] {
        let directory: Directory
        let name: String
        do {
            (directory, name) = try Directory.parent(ofUserPath: path, fileSystem: fileSystem)
        } catch {
            throw .file(error)
        }
        return try contents(name, in: directory)
    }

    /// The content of the key file `name` in a directory.
    public static func contents(_ name: String, in directory: Directory) throws(KeyFileError) -> [UInt8] {
        let (file, status) = try open(name, in: directory)
        if status.size > byteLimit { throw .tooLarge(path: file.path) }
        do {
            return try file.contents(limit: byteLimit)
        } catch {
            throw .file(error)
        }
    }

    /// Opens the file `name` of a directory if it is as a secret must be: regular, the user's, closed to others.
    static func open(
        _ name: String, in directory: Directory
    ) throws(KeyFileError) -> (file: File, status: FileStatus) {
        let file: File
        let status: FileStatus
        do {
            file = try directory.file(name)
            // The open file is asked, not the name: what is checked is what is read.
            status = try file.status()
        } catch {
            throw error.isSymbolicLink ? .symbolicLink(path: error.path) : .file(error)
        }
        if status.kind != .regular { throw .notRegular(path: file.path, kind: status.kind) }
        if status.owner != directory.fileSystem.userID {
            throw .wrongOwner(path: file.path, owner: status.owner)
        }
        if status.permissions.isOpenToOthers {
            throw .openToOthers(path: file.path, permissions: status.permissions)
        }
        return (file, status)
    }

    /// Writes a new key file, mode 0600, at a path that the user gave: whole and durable or not at all.
    /// Whatever has the name already is left as it is, and the error is `PublishError.conflict`.
    public static func create(_ bytes: [UInt8], path: String, world: World) throws(PublishError) {
        let file = try begin(path, world)
        try file.staged.append(bytes)
        try finish(file)
    }

    /// Begins a file that is to have mode 0600 and the name `path`.
    static func begin(
        _ path: String, _ world: World
    ) throws(PublishError) -> (staged: StagedFile, target: FinalName) {
        let directory: Directory
        let name: String
        do {
            (directory, name) = try Directory.parent(ofUserPath: path, fileSystem: world.fileSystem)
        } catch {
            throw .io(error)
        }
        return (
            try StagedFile(in: directory, randomness: world.randomness),
            FinalName(directory: directory, name: name, randomness: world.randomness)
        )
    }

    /// Gives its name to a file that was written: whole and durable or not at all.
    static func finish(_ file: (staged: StagedFile, target: FinalName)) throws(PublishError) {
        let target = file.target
        try file.staged.finish(permissions: .secret)
        // A file of the same content may be open to others, so it does not do.
        guard try target.give(to: file.staged, isEquivalent: nil) == .published else {
            throw .conflict(path: Directory.join(target.directory.path, target.name))
        }
        try target.synchronize()
    }
}
