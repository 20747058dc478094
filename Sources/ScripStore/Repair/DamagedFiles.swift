internal import ScripCore
internal import ScripCrypto

/// Own public files that are no good, and give way to good ones of peers. What gives way is moved to
/// `private/quarantine/`, never deleted.
final class DamagedFiles {
    private let root: Directory
    private let randomness: any Randomness
    /// Below `public/`.
    private var paths: Set<String>
    /// What was moved, and to where below the region directory, in that order.
    private(set) var moved: [(path: String, place: String)] = []

    /// What the names of moved files begin with.
    static let prefix = "replaced-"

    init(_ paths: Set<String>, root: Directory, randomness: any Randomness) {
        self.paths = paths
        self.root = root
        self.randomness = randomness
    }

    func contains(_ path: String) -> Bool { paths.contains(path) }

    var all: [String] { paths.sorted() }

    func add(_ path: String) { paths.insert(path) }

    /// As `clear(_:isGood:)`, for a file that is to hold `bytes`.
    func clear(_ path: String, for bytes: [UInt8]) throws {
        try clear(path) { file in (try? file.contents(limit: bytes.count)) == bytes }
    }

    /// Moves the file at `path` away if it is a damaged one and not good after all; a good one for its place is at hand.
    /// If this is cut off then, the file is missing, and the next repair takes it from a peer again.
    func clear(_ path: String, isGood: (File) -> Bool = { _ in false }) throws {
        guard paths.contains(path) else { return }
        let (folderPath, name) = try root.split("\(RegionLayout.public)/\(path)")
        guard let folder = try root.subdirectoryIfPresent(folderPath), try folder.status(of: name) != nil
        else { return }
        if let file = try? folder.file(name), isGood(file) { return }
        let quarantine = try root.makeSubdirectory(
            RegionLayout.quarantine, permissions: .privateDirectory)
        let flatPath = path.split(separator: "/").joined(separator: "+")
        let newName = "\(Self.prefix)\(Hexadecimal.encode(randomness.bytes(4)))-\(flatPath)"
        try folder.rename(name, to: newName, in: quarantine, replacing: false)
        try quarantine.synchronize()
        try folder.synchronize()
        paths.remove(path)
        moved.append((path, "\(RegionLayout.quarantine)/\(newName)"))
    }
}
