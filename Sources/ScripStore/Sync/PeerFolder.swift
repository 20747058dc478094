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
    /// What it read of them, in bytes.
    private var uselessBytes: [String: Int64] = [:]
    private var uselessBytesTotal: Int64 = 0
    /// Folders in which a file was left for the next run, since enough was read in vain.
    private var exhausted: Set<String> = []
    /// Files that were passed over since they were read in vain by an earlier run, by folder.
    private var passedOver: [String: Set<String>] = [:]
    /// How many names of a folder were passed over when it was listed.
    private var passedNames: [String: Int] = [:]
    /// Folders of which names were left out, since there were too many.
    private var cutFolders: Set<String> = []
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
    /// The same of the folder with evidence, where what is not known yet must not wait for long.
    static let uselessEvidenceMax = 1_024
    /// What is read in vain of one folder in one run, in bytes; a file that was begun is read to its end.
    private static let uselessBytesMax: Int64 = 16 << 20
    /// The same of all its folders together.
    private static let uselessBytesTotalMax: Int64 = 64 << 20
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

    /// Which of a folder's names are kept where there are too many.
    enum KeptNames {
        case first
        /// Half of them from either end, so that whoever fills one end leaves the other.
        case bothEnds
    }

    /// The names in a folder of the peer's that `parse` accepts, the `atMost` smallest by `order`, if one is given;
    /// none if it is not there, or no folder. Those that `isForeign` are counted, but for those of files that are being
    /// written. Names of files that were read in vain are left out, and those of which that was long ago as long as
    /// there are enough others.
    ///
    /// A folder is listed once a run, or once for each `part` of its names, however many somebody put there.
    func names<Name>(
        _ path: String, part: String = "", atMost limit: Int = namesMax, keeping kept: KeptNames = .first,
        by order: ((Name, Name) -> Bool)? = nil, isForeign: (String) -> Bool = { _ in true },
        standing: (String) -> UselessFiles.Standing = { _ in .unread }, _ parse: (String) -> Name?
    ) -> [Name] {
        let key = part.isEmpty ? path : "\(path)/\(part)"
        if let listing = listings[key] as? Listing<Name> { return listing.names }
        let (parent, name) = Self.split(path)
        guard listedFolders[parent, default: 0] < Self.listedFoldersMax else {
            isComplete = false
            return []
        }
        listedFolders[parent, default: 0] += 1
        var fresh = NameSelection(limit: limit, kept, order)
        var stale = NameSelection(limit: limit, kept, order)
        var foreignCount = 0
        try? directory(parent).forEachName(inDirectory: name) { text in
            if let name = parse(text) {
                if !fresh.hasPlace(for: name) { return true }
                switch standing(text) {
                case .unread: fresh.add(name)
                case .stale: stale.add(name)
                case .useless: break
                }
            } else if !StagingName.isOne(text), isForeign(text) {
                foreignCount += 1
            }
            return true
        }
        var names = fresh.finish()
        let old = stale.finish()
        if names.count < Self.uselessFilesMax {
            names += old
        } else if !old.isEmpty {
            isComplete = false
        }
        if fresh.isCut || stale.isCut {
            isComplete = false
            if cutFolders.count < Self.foreignFoldersMax { cutFolders.insert(key) }
        }
        if foreignCount > 0 {
            if foreignNames.count < Self.foreignFoldersMax {
                foreignNames[path] = foreignCount
            } else {
                foreignNames["", default: 0] += foreignCount
            }
        }
        // Of empty folders there may be many, and to list one again costs nothing.
        let cost = names.count + Self.namesPerListing
        if !names.isEmpty, listedNames + cost <= Self.keptNamesMax {
            listedNames += cost
            listings[key] = Listing(names)
        }
        return names
    }

    /// Whether names of a folder that was listed were left out, since there were too many.
    func isCut(_ path: String) -> Bool { cutFolders.contains(path) }

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
        let folder = Self.split(path).folder
        let filesMax = folder == RegionLayout.evidence ? Self.uselessEvidenceMax : Self.uselessFilesMax
        let isExhausted =
            uselessNames[folder]?.count ?? 0 >= filesMax
            || uselessBytes[folder] ?? 0 >= Self.uselessBytesMax
            || uselessBytesTotal >= Self.uselessBytesTotalMax
        if isExhausted, exhausted.count < Self.foreignFoldersMax {
            exhausted.insert(folder)
            isComplete = false
        }
        return isExhausted
    }

    /// How many files of a folder were read in vain.
    func uselessCount(in folder: String) -> Int { uselessNames[folder]?.count ?? 0 }

    /// The folders of which enough files were read in vain.
    var exhaustedFolders: [String] { exhausted.sorted() }

    /// Counts a file that was read in vain, of which so many bytes were read.
    func countUseless(_ path: String, bytes: Int64 = 0) {
        let (folder, name) = Self.split(path)
        uselessNames[folder, default: []].insert(name)
        uselessBytes[folder, default: 0] += bytes
        uselessBytesTotal += bytes
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

    /// Counts a name that was left out when its folder was listed, since its file is not read again.
    func passOverName(in folder: String) {
        isComplete = false
        passedNames[folder, default: 0] += 1
    }

    /// How many files of each folder were not read again.
    var passedOverCounts: [String: Int] {
        passedOver.mapValues(\.count).merging(passedNames) { max($0, $1) }
    }
}

/// The names of a folder that are kept: all, or so many of them.
struct NameSelection<Name> {
    private var names: [Name] = []
    private let limit: Int
    private let kept: PeerFolder.KeptNames
    private let order: ((Name, Name) -> Bool)?
    /// Whether names were left out.
    private(set) var isCut = false
    /// The names between which there is no place any more; without an upper one, behind the lower one.
    private var lower: Name?
    private var upper: Name?

    init(limit: Int, _ kept: PeerFolder.KeptNames, _ order: ((Name, Name) -> Bool)?) {
        self.limit = limit
        self.kept = kept
        self.order = order
    }

    mutating func hasPlace(for name: Name) -> Bool {
        guard let order, let lower, order(lower, name) else { return true }
        if let upper, !order(name, upper) { return true }
        isCut = true
        return false
    }

    mutating func add(_ name: Name) {
        names.append(name)
        if names.count >= 2 * limit { cut() }
    }

    mutating func finish() -> [Name] {
        cut()
        return names
    }

    private mutating func cut() {
        if let order { names.sort(by: order) }
        if names.count <= limit { return }
        isCut = true
        switch kept {
        case .first:
            names.removeLast(names.count - limit)
            lower = names.last
        case .bothEnds:
            let half = limit / 2
            names.removeSubrange(half..<(names.count - (limit - half)))
            lower = names[half - 1]
            upper = names[half]
        }
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
    /// The shortest first: of those there are least, and the longest stand at the other end.
    static func precede(_ left: SegmentName, _ right: SegmentName) -> Bool {
        (left.heights.count, left.heights.lowerBound) < (right.heights.count, right.heights.lowerBound)
    }
}

extension VoteFileName {
    /// The shortest first, as of segments.
    static func precede(_ left: VoteFileName, _ right: VoteFileName) -> Bool {
        (left.heights.count, left.heights.lowerBound, left.epoch ?? 0) < (
            right.heights.count, right.heights.lowerBound, right.epoch ?? 0
        )
    }
}

/// Files in the order in which they are tried: one from either end in turn, the longest first. A pack saves many small
/// files, and whoever fills one end leaves the other.
func alternating<Name>(_ ascending: [Name]) -> [Name] {
    var rest = ascending[...]
    var names: [Name] = []
    names.reserveCapacity(rest.count)
    while let last = rest.popLast() {
        names.append(last)
        if let first = rest.popFirst() { names.append(first) }
    }
    return names
}
