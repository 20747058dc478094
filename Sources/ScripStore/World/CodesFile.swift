/// A file of bearer codes, one a line: a secret as a key is, and kept like one. A regular file of the user who runs
/// the program, mode 0600 or stricter, and no symbolic link; written whole and durable or not at all, and never over
/// another.
public struct CodesFile {
    /// What is read.
    public let file: File

    private let directory: Directory

    /// Opens the codes at a path that the user gave; nil if there is nothing.
    ///
    /// - Throws: `permission` if others can read them.
    public static func open(path: String, world: World) throws(StoreError) -> CodesFile? {
        do {
            let (directory, name) = try parent(path, world)
            return CodesFile(file: try KeyFile.open(name, in: directory).file, directory: directory)
        } catch {
            switch error {
            case .file(let fault) where fault.isMissing: return nil
            case .file(let fault): throw StoreError(fault)
            case .symbolicLink:
                throw StoreError(.permission, path, "this is a symbolic link; name the file of codes itself")
            case .notRegular(_, let kind):
                throw StoreError(.permission, path, "this is a \(kind.rawValue), not a file of codes")
            case .openToOthers(_, let permissions):
                let mode = String(permissions.rawValue, radix: 8)
                throw StoreError(
                    .permission, path,
                    "others can use these codes (mode 0\(mode)); run chmod 600 on the file")
            case .wrongOwner, .tooLarge: throw StoreError(.permission, path, error.description)
            }
        }
    }

    /// Writes a new file of codes, mode 0600, whose content `body` appends. If that throws, there is no file.
    ///
    /// - Throws: `PublishError.conflict` if the name is taken; what `body` throws.
    public static func create(path: String, world: World, _ body: (StagedFile) throws -> Void) throws {
        let file = try KeyFile.begin(path, world)
        try body(file.staged)
        try KeyFile.finish(file)
    }

    /// Makes a file that is there already, and its name, durable.
    public func synchronize() throws(FileError) {
        try file.synchronize()
        try directory.synchronize()
    }

    private static func parent(
        _ path: String, _ world: World
    ) throws(KeyFileError) -> (directory: Directory, name: String) {
        do {
            return try Directory.parent(ofUserPath: path, fileSystem: world.fileSystem)
        } catch {
            throw .file(error)
        }
    }
}
