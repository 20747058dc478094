internal import ScripCore
internal import ScripCrypto

/// A peer's public folder: a region directory, its `public/`, or a mirror of it. Hostile by assumption: every name
/// is parsed, every file is bounded and read once, and nothing there is ever linked or renamed.
final class PeerFolder {
    /// As the user or `scrip.json` names it.
    let path: String
    let folder: Directory
    /// The checked `heads.note`; nil if there is none that is good, or it is not to be gone by.
    let hint: HeadsNote?
    /// The same, whether it is gone by or not: it says whose folder this is a copy of.
    let ownHint: HeadsNote?
    /// The digest of its bytes.
    let hintDigest: Digest?
    /// Whether something there could not be taken over yet, so that it has to be looked at again.
    var isComplete = true
    /// The same of its outbox, as of the last time that this was read.
    var isOutboxComplete = true
    /// Folders that were listed, with how many names there are none of the format's.
    private(set) var foreignNames: [String: Int] = [:]

    /// One segment file at most: a thousand blocks.
    static let segmentBytesMax = 16 << 30

    /// Without `usesHint` everything is looked at, whatever the peer says that it has.
    init(
        path: String, charters: CharterHistory, fileSystem: any FileSystem, usesHint: Bool = true
    ) throws(FileError) {
        self.path = path
        let directory = try Directory(path: path, fileSystem: fileSystem)
        folder = try directory.subdirectoryIfPresent(RegionLayout.public) ?? directory
        var bytes: [UInt8]?
        if let file = try? ForeignFile(RegionLayout.heads, in: folder, limit: HeadsFile.bytesMax) {
            bytes = try? file.contents()
        }
        ownHint = bytes.flatMap { HeadsFile.read($0, charters: charters) }
        hint = usesHint ? ownHint : nil
        hintDigest = hint == nil ? nil : bytes.map { SHA256.hash($0) }
    }

    /// The names in a folder of the peer's that `parse` accepts; none if it is not there, or no folder. Others are
    /// counted, but for those of files that are being written.
    func names<Name>(_ path: String, _ parse: (String) -> Name?) -> [Name] {
        var names: [Name] = []
        var foreignCount = 0
        for text in (try? folder.subdirectory(path).names()) ?? [] {
            if let name = parse(text) {
                names.append(name)
            } else if !StagingName.isOne(text) {
                foreignCount += 1
            }
        }
        foreignNames[path] = foreignCount
        return names
    }

    /// The folders of a thousand heights below `path`, ascending, from that of `height` on.
    func thousands(_ path: String, from height: Int) -> [ThousandName] {
        let first = ThousandName(height: height).number
        return names(path) { ThousandName($0) }.filter { $0.number >= first }.sorted { $0.number < $1.number }
    }

    /// Opens a file of the peer's.
    func open(_ path: String, limit: Int) throws(ForeignFileError) -> ForeignFile {
        let parts = path.split(separator: "/")
        let parent = parts.dropLast().joined(separator: "/")
        let directory: Directory
        do {
            directory = try folder.subdirectory(parent)
        } catch {
            throw .file(error)
        }
        return try ForeignFile(String(parts.last ?? ""), in: directory, limit: limit)
    }

    /// The whole of a file of the peer's.
    func contents(_ path: String, limit: Int) throws(ForeignFileError) -> [UInt8] {
        try open(path, limit: limit).contents()
    }
}
