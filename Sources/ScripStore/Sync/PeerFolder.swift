internal import ScripCore
internal import ScripCrypto

/// A peer's public folder: a region directory, its `public/`, or a mirror of it. Hostile by assumption: every name
/// is parsed, every file is bounded and read once, and nothing there is ever linked or renamed.
final class PeerFolder {
    /// As the user or `scrip.json` names it.
    let path: String
    let folder: Directory
    /// The checked `heads.note`; nil if there is none that is good.
    let hint: HeadsNote?
    /// The digest of its bytes.
    let hintDigest: Digest?
    /// Whether something there could not be taken over yet, so that it has to be looked at again.
    var isComplete = true

    /// One segment file at most: a thousand blocks.
    static let segmentBytesMax = 16 << 30

    init(path: String, charter: Charter, fileSystem: any FileSystem) throws(FileError) {
        self.path = path
        let directory = try Directory(path: path, fileSystem: fileSystem)
        folder = try directory.subdirectoryIfPresent(RegionLayout.public) ?? directory
        var bytes: [UInt8]?
        if let file = try? ForeignFile(RegionLayout.heads, in: folder, limit: HeadsFile.bytesMax) {
            bytes = try? file.contents()
        }
        hint = bytes.flatMap { HeadsFile.read($0, charter: charter) }
        hintDigest = hint == nil ? nil : bytes.map { SHA256.hash($0) }
    }

    /// The names in a folder of the peer's; none if it is not there, or no folder.
    func names(_ path: String) -> [String] {
        (try? folder.subdirectory(path).names()) ?? []
    }

    /// Opens a file of the peer's; nil, and the peer is not complete, if that does not work now.
    func open(_ path: String, limit: Int) throws -> ForeignFile {
        let parts = path.split(separator: "/")
        let parent = parts.dropLast().joined(separator: "/")
        return try ForeignFile(
            String(parts.last ?? ""), in: try folder.subdirectory(parent), limit: limit)
    }

    /// The whole of a file of the peer's.
    func contents(_ path: String, limit: Int) throws -> [UInt8] {
        try open(path, limit: limit).contents()
    }
}
