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
    /// Whether everything is looked at this time, whatever the hint says.
    var isFullScan = true
    /// When everything there was looked at last, in seconds; nil if that is now.
    var lastScan: Int64?
    /// Whether something there could not be taken over yet, so that it has to be looked at again.
    var isComplete = true
    /// The same of its outbox, as of the last time that this was read.
    var isOutboxComplete = true
    /// Whether its outbox was gone through by this run.
    var isOutboxVisited = false
    /// Chains of which a block there does not follow on what is held here.
    var suspects: Set<RegionName> = []
    /// Folders that were listed, with how many names there are none of the format's.
    private(set) var foreignNames: [String: Int] = [:]
    /// Files that this run read in vain, by folder.
    private var uselessNames: [String: Set<String>] = [:]
    /// Files that were passed over since they were read in vain by an earlier run, by folder.
    private(set) var passedOver: [String: Set<String>] = [:]
    private var listings: [String: AnyObject] = [:]
    private var listedNames = 0
    /// How many folders of each folder were listed: somebody who fills one of them takes nothing from the others.
    private var listedFolders: [String: Int] = [:]
    /// The folder that was used last, and those on the way to it, the outermost first.
    private var openFolders: [(path: String, directory: Directory)] = []

    /// One segment file at most: a thousand blocks.
    static let segmentBytesMax = 16 << 30
    /// What is kept of one folder's names: an honest one has a thousand, or two where it was packed meanwhile.
    static let namesMax = 8_192
    /// Folders of a thousand heights, and files of an outbox.
    static let manyNamesMax = 131_072
    /// Files of one folder that are read in vain in one run.
    static let uselessFilesMax = 64
    private static let keptNamesMax = 262_144
    /// What a listing takes besides its names, in names.
    private static let namesPerListing = 8
    private static let listedFoldersMax = 32_768
    private static let foreignFoldersMax = 1_024

    /// The names of a folder, kept for the run.
    private final class Listing<Name> {
        let names: [Name]

        init(_ names: [Name]) { self.names = names }
    }

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

    /// What the hint says, where it is to be followed.
    var guide: HeadsNote? { isFullScan ? nil : hint }

    /// The names in a folder of the peer's that `parse` accepts, the `atMost` smallest by `order`, if one is given;
    /// none if it is not there, or no folder. Others are counted, but for those of files that are being written.
    ///
    /// A folder is listed once a run, or once for each `part` of its names, however many somebody put there.
    func names<Name>(
        _ path: String, part: Int = 0, atMost limit: Int = namesMax,
        by order: ((Name, Name) -> Bool)? = nil, _ parse: (String) -> Name?
    ) -> [Name] {
        let key = part == 0 ? path : "\(path)/\(part)"
        if let listing = listings[key] as? Listing<Name> { return listing.names }
        let (parent, name) = Self.split(path)
        guard listedFolders[parent, default: 0] < Self.listedFoldersMax else {
            isComplete = false
            return []
        }
        listedFolders[parent, default: 0] += 1
        var names: [Name] = []
        var foreignCount = 0
        var isCut = false
        // The last of the `limit` smallest so far; what comes after it needs no place among them.
        var last: Name?
        try? directory(parent).forEachName(inDirectory: name) { text in
            if let name = parse(text) {
                if let last, let order, !order(name, last) { return true }
                names.append(name)
                if names.count >= 2 * limit {
                    if let order { names.sort(by: order) }
                    names.removeLast(names.count - limit)
                    isCut = true
                    last = names.last
                }
            } else if !StagingName.isOne(text) {
                foreignCount += 1
            }
            return true
        }
        if let order { names.sort(by: order) }
        if names.count > limit {
            names.removeLast(names.count - limit)
            isCut = true
        }
        if isCut { isComplete = false }
        if foreignCount > 0, part == 0 {
            let place = foreignNames.count < Self.foreignFoldersMax ? path : ""
            foreignNames[place, default: 0] += foreignCount
        }
        // Of empty folders there may be many, and to list one again costs nothing.
        let cost = names.count + Self.namesPerListing
        if !names.isEmpty, listedNames + cost <= Self.keptNamesMax {
            listedNames += cost
            listings[key] = Listing(names)
        }
        return names
    }

    /// The folders of a thousand heights below `path`, ascending, from that of `height` on.
    func thousands(_ path: String, from height: Int) -> [ThousandName] {
        let first = ThousandName(height: height).number
        let all = names(path, atMost: Self.manyNamesMax, by: ThousandName.precede) { ThousandName($0) }
        return all.filter { $0.number >= first }
    }

    /// A folder of the peer's. The last one is kept open with those above it, since files come in folders.
    private func directory(_ path: String) throws(FileError) -> Directory {
        if path.isEmpty { return folder }
        while let last = openFolders.last {
            if last.path == path { return last.directory }
            if path.utf8.count > last.path.utf8.count, path.hasPrefix("\(last.path)/") { break }
            openFolders.removeLast()
        }
        let (parent, name) = Self.split(path)
        let directory = try self.directory(parent).subdirectory(name)
        openFolders.append((path, directory))
        return directory
    }

    /// Opens a file of the peer's.
    func open(_ path: String, limit: Int) throws(ForeignFileError) -> ForeignFile {
        let (parent, name) = Self.split(path)
        let directory: Directory
        do {
            directory = try self.directory(parent)
        } catch {
            throw .file(error)
        }
        return try ForeignFile(name, in: directory, limit: limit)
    }

    /// The whole of a file of the peer's.
    func contents(_ path: String, limit: Int) throws(ForeignFileError) -> [UInt8] {
        try open(path, limit: limit).contents()
    }

    /// What has the path; nil if nothing has.
    func status(of path: String) -> FileStatus? {
        let (parent, name) = Self.split(path)
        return (try? directory(parent).status(of: name)) ?? nil
    }

    /// The folder of a path, and the name in it.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
    }

    // MARK: Files of no use

    /// Whether enough files of the folder of `path` were read in vain. Somebody who fills it with them has the run
    /// read no more than that; the next one passes over those, and goes on.
    func isExhausted(_ path: String) -> Bool {
        uselessNames[Self.split(path).folder]?.count ?? 0 >= Self.uselessFilesMax
    }

    /// The folders of which enough files were read in vain.
    var exhaustedFolders: [String] {
        uselessNames.filter { $0.value.count >= Self.uselessFilesMax }.map(\.key).sorted()
    }

    /// Counts a file that was read in vain.
    func countUseless(_ path: String) {
        let (folder, name) = Self.split(path)
        uselessNames[folder, default: []].insert(name)
    }

    /// Whether a file is known to be of no use.
    func isUseless(_ path: String) -> Bool {
        let (folder, name) = Self.split(path)
        return uselessNames[folder]?.contains(name) ?? false || passedOver[folder]?.contains(name) ?? false
    }

    /// Counts a file that is not read again.
    func passOver(_ path: String) {
        isComplete = false
        let (folder, name) = Self.split(path)
        // What this run found is told already.
        if uselessNames[folder]?.contains(name) ?? false { return }
        passedOver[folder, default: []].insert(name)
    }
}

// The orders in which names of a folder are looked at.

extension ThousandName {
    static func precede(_ left: ThousandName, _ right: ThousandName) -> Bool { left.number < right.number }
}

extension CertificateName {
    static func precede(_ left: CertificateName, _ right: CertificateName) -> Bool {
        (left.height, left.epoch) < (right.height, right.epoch)
    }
}

extension SegmentName {
    static func precede(_ left: SegmentName, _ right: SegmentName) -> Bool {
        left.heights.lowerBound < right.heights.lowerBound
    }
}

extension VoteFileName {
    /// By their first heights; of those, the longest first.
    static func precede(_ left: VoteFileName, _ right: VoteFileName) -> Bool {
        (left.heights.lowerBound, right.heights.upperBound) < (
            right.heights.lowerBound, left.heights.upperBound
        )
    }
}
