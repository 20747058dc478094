internal import Glibc
internal import ScripCore

/// `private/high-water/`: the marks of what the region signed last. Each is a new file, whose name says which file it
/// is (`MarkName`), so that neither a copy nor an older one can pass for it.
struct MarkFolder {
    let folder: Directory
    /// Which folder it is: a copy that shares its files is another one.
    private let inode: MarkName.Inode
    let machine: MachineName
    let randomness: any Randomness

    /// The folder of a region directory; nil if it is not there.
    init?(reading root: Directory, world: World) throws(FileError) {
        guard let present = try root.subdirectoryIfPresent(RegionLayout.highWater) else { return nil }
        folder = present
        inode = try Self.inode(in: root)
        machine = MachineName(world)
        randomness = world.randomness
    }

    /// The folder of a region directory, made if it is not there.
    init(of root: Directory, world: World) throws(FileError) {
        folder =
            if let present = try root.subdirectoryIfPresent(RegionLayout.highWater) {
                present
            } else {
                try root.makeSubdirectory(RegionLayout.highWater, permissions: .privateDirectory)
            }
        inode = try Self.inode(in: root)
        machine = MachineName(world)
        randomness = world.randomness
    }

    private static func inode(in root: Directory) throws(FileError) -> MarkName.Inode {
        let (parent, name) = try root.split(RegionLayout.highWater)
        guard let status = try root.subdirectory(parent).status(of: name) else {
            throw FileError(
                operation: "statx", path: Directory.join(root.path, RegionLayout.highWater), code: ENOENT)
        }
        return MarkName.Inode(status)
    }

    /// The marks that are there, those of blocks by height, with what has no such name left out.
    func names() throws(FileError) -> [MarkName] {
        try folder.names().compactMap { MarkName($0) }.sorted { ($0.height ?? -1) < ($1.height ?? -1) }
    }

    /// Begins a new mark: an empty file under its own name. It is no mark yet before it is whole and durable.
    func begin(_ kind: MarkName.Kind) throws -> StagedFile {
        let staged = try StagedFile(in: folder, randomness: randomness)
        let name = MarkName(kind, try staged.file.status(), in: inode, machine: machine)
        try staged.keep(as: name.text)
        return staged
    }

    /// Whether a mark is the file that its name says, on this machine.
    func isGenuine(_ name: MarkName) throws(FileError) -> Bool {
        guard let status = try folder.status(of: name.text) else { return false }
        return MarkName(name.kind, status, in: inode, machine: machine) == name
    }

    /// Removes marks, and what a killed command left half made.
    func remove(where isObsolete: (MarkName) -> Bool) throws(FileError) {
        for text in try folder.names() {
            if let name = MarkName(text) {
                if isObsolete(name) { try folder.remove(text) }
            } else if StagingName.isOne(text) {
                try folder.remove(text)
            }
        }
    }

    /// Removes what a command left half made that was cut off.
    func removeLitter() throws(FileError) { try remove { _ in false } }

    /// The first marks of a region that has signed nothing: block 0, and no votes.
    func found() throws {
        try removeLitter()
        let names = try names()
        var made: [StagedFile] = []
        if !names.contains(where: { $0.height != nil }) { made.append(try begin(.block(height: 0))) }
        if try !names.contains(where: { try $0.kind == .votes && readVotes($0) != nil }) {
            let staged = try begin(.votes)
            try staged.append(VotesMark().bytes)
            made.append(staged)
        }
        try StagedFile.finish(made, directories: [folder])
    }

    // MARK: Votes

    private static let votesBytesMax = 1 << 20

    /// What one mark of votes says; nil if it was cut off while it was written, so that nothing was signed by it.
    func readVotes(_ name: MarkName) throws -> VotesMark? {
        try VotesMark(parsing: folder.contents(of: name.text, limit: Self.votesBytesMax))
    }

    /// All that the marks of votes say together; nil if none of them is whole.
    func votes() throws -> VotesMark? {
        var union: VotesMark?
        for name in try names() where name.kind == .votes {
            guard let mark = try readVotes(name) else { continue }
            union = union.map { $0.merging(mark) } ?? mark
        }
        return union
    }

    /// Replaces the marks of votes by a new one, which is durable before the old ones go.
    func replaceVotes(by mark: VotesMark) throws {
        let staged = try begin(.votes)
        try staged.append(mark.bytes)
        try StagedFile.finish([staged], directories: [folder])
        try remove { $0.kind == .votes && $0.text != staged.name }
    }
}
