internal import ScripStore

/// All that lies on a disk in memory, and what of it is not durable. A copy costs next to nothing, so that a machine can
/// be brought back to any moment.
///
/// What is not durable is a list of changes, each of which a power cut keeps or loses: the steps that gave or took names,
/// and for each file that was written and not synchronized two, its length and its bytes. With both the file is whole;
/// with the bytes alone it is torn, half of it being there; with the length alone it is so many zeros; with neither it is
/// what it was. Any of them may be there without any other.
struct DiskImage {
    private enum Content {
        case file([UInt8])
        case directory([String: UInt64])
    }

    private struct Inode {
        var content: Content {
            didSet { fingerprint = Self.fingerprint(content) }
        }
        /// Of the bytes of a file.
        private(set) var fingerprint: Int
        var permissions: FilePermissions
        /// Moments of the disk's own clock.
        let born: Int64
        var modified: Int64

        init(_ content: Content, permissions: FilePermissions, time: Int64) {
            self.content = content
            self.permissions = permissions
            fingerprint = Self.fingerprint(content)
            born = time
            modified = time
        }

        private static func fingerprint(_ content: Content) -> Int {
            guard case .file(let bytes) = content else { return 0 }
            var hasher = Hasher()
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
            return hasher.finalize()
        }
    }

    private var inodes: [UInt64: Inode] = [:]
    private var lastInode: UInt64 = 0
    private(set) var unsynced = UnsyncedChanges()

    static let root: UInt64 = 1
    /// More than a machine makes before its power fails.
    private static let inodesMax: UInt64 = 1_000_000

    init() {
        _ = add(.directory([:]), permissions: .publicDirectory)
    }

    private mutating func add(_ content: Content, permissions: FilePermissions) -> UInt64 {
        lastInode += 1
        // Later than every inode before: a name is looked up by its birth, too.
        let time = Int64(lastInode) * 1_000_000
        inodes[lastInode] = Inode(content, permissions: permissions, time: time)
        return lastInode
    }

    // MARK: Looking

    func inode(_ name: String, in directory: UInt64) -> UInt64? { names(in: directory)?[name] }

    /// Nil if it is no directory.
    func names(in directory: UInt64) -> [String: UInt64]? {
        guard case .directory(let names) = inodes[directory]?.content else { return nil }
        return names
    }

    /// Nil if it is no file.
    func bytes(of inode: UInt64) -> [UInt8]? {
        guard case .file(let bytes) = inodes[inode]?.content else { return nil }
        return bytes
    }

    /// The inode at an absolute path.
    func inode(at path: String) -> UInt64? {
        var current = Self.root
        for name in path.split(separator: "/") {
            guard let next = inode(String(name), in: current) else { return nil }
            current = next
        }
        return current
    }

    func bytes(at path: String) -> [UInt8]? { inode(at: path).flatMap { bytes(of: $0) } }

    func status(of inode: UInt64, owner: UInt32) -> FileStatus? {
        guard let found = inodes[inode] else { return nil }
        let size: Int64
        let kind: FileStatus.Kind
        switch found.content {
        case .file(let bytes): (kind, size) = (.regular, Int64(bytes.count))
        case .directory: (kind, size) = (.directory, 0)
        }
        return FileStatus(
            kind: kind, size: size, permissions: found.permissions, owner: owner, links: 1, device: 1,
            inode: inode, modified: Self.time(found.modified), changed: Self.time(found.modified),
            born: Self.time(found.born))
    }

    private static func time(_ nanoseconds: Int64) -> FileStatus.Time {
        FileStatus.Time(
            seconds: nanoseconds / 1_000_000_000, nanoseconds: UInt32(nanoseconds % 1_000_000_000))
    }

    /// Calls `body` with every file below a directory: its path from there, its inode and its content.
    func forEachFile(
        below directory: UInt64, _ prefix: String = "", _ body: (String, UInt64, [UInt8]) throws -> Void
    ) rethrows {
        for (name, inode) in (names(in: directory) ?? [:]).sorted(by: { $0.key < $1.key }) {
            switch inodes[inode]?.content {
            case .file(let bytes): try body(prefix + name, inode, bytes)
            case .directory: try forEachFile(below: inode, "\(prefix)\(name)/", body)
            case nil: break
            }
        }
    }

    /// The files below an absolute path, by their path from there.
    func files(below path: String) -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        if let directory = inode(at: path) { forEachFile(below: directory) { result[$0] = $2 } }
        return result
    }

    /// A backup of the files below an absolute path.
    func backup(below path: String) -> [(path: String, bytes: [UInt8], permissions: FilePermissions)] {
        var result: [(path: String, bytes: [UInt8], permissions: FilePermissions)] = []
        if let directory = inode(at: path) {
            forEachFile(below: directory) { path, inode, bytes in
                result.append((path, bytes, inodes[inode]?.permissions ?? .secret))
            }
        }
        return result
    }

    /// What a command could tell apart below a path: names, inodes, contents. Of the folder `counted`, how much is there.
    func fingerprint(below path: String, counting counted: String) -> Int {
        let countedFolder = counted.isEmpty ? nil : inode(at: "\(path)/\(counted)")
        func fingerprint(_ directory: UInt64) -> Int {
            let names = names(in: directory) ?? [:]
            if directory == countedFolder { return names.count }
            // In no order, for sorting would take longer than everything else.
            var sum = 0
            for (name, inode) in names {
                var hasher = Hasher()
                hasher.combine(name)
                hasher.combine(inode)
                if let file = inodes[inode], case .file = file.content {
                    hasher.combine(file.fingerprint)
                } else {
                    hasher.combine(fingerprint(inode))
                }
                sum &+= hasher.finalize()
            }
            return sum
        }
        return inode(at: path).map(fingerprint) ?? 0
    }

    // MARK: Changing, as a process does

    mutating func makeDirectory(
        _ name: String, in directory: UInt64, permissions: FilePermissions
    ) {
        change([(name, directory, add(.directory([:]), permissions: permissions))])
    }

    /// Returns the inode of the new file.
    mutating func makeFile(_ name: String, in directory: UInt64, permissions: FilePermissions) -> UInt64 {
        let inode = add(.file([]), permissions: permissions)
        unsynced.willWrite(inode, content: nil)
        change([(name, directory, inode)])
        return inode
    }

    mutating func append(_ more: [UInt8], to inode: UInt64) {
        guard let found = inodes[inode], case .file(var bytes) = found.content else { return }
        unsynced.willWrite(inode, content: bytes)
        inodes[inode]?.content = .file([])
        bytes += more
        inodes[inode]?.content = .file(bytes)
        inodes[inode]?.modified += 1
    }

    mutating func setPermissions(_ permissions: FilePermissions, of inode: UInt64) {
        inodes[inode]?.permissions = permissions
    }

    /// Names come and go in one step.
    mutating func change(_ edits: [(name: String, directory: UInt64, inode: UInt64?)]) {
        var before: [UInt64?] = []
        for edit in edits { before.append(inode(edit.name, in: edit.directory)) }
        unsynced.add(
            UnsyncedChanges.Step(
                edits: edits.map { (.init(directory: $0.directory, name: $0.name), $0.inode) }),
            before: before)
        for edit in edits { set(edit.name, in: edit.directory, to: edit.inode) }
    }

    private mutating func set(_ name: String, in directory: UInt64, to inode: UInt64?) {
        guard case .directory(var names) = inodes[directory]?.content else { return }
        inodes[directory]?.content = .directory([:])
        names[name] = inode
        inodes[directory]?.content = .directory(names)
    }

    mutating func synchronizeFile(_ inode: UInt64) { unsynced.keepContent(of: inode) }

    mutating func synchronizeNames(in directory: UInt64) { unsynced.keepNames(in: directory) }

    // MARK: Changing, as somebody else does

    /// All that there is becomes durable.
    mutating func settle() { unsynced = UnsyncedChanges() }

    /// Puts a durable file at an absolute path, with the folders that it lies in.
    mutating func put(_ bytes: [UInt8], at path: String, permissions: FilePermissions = .replaceable) {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let folder = makeFolder(String(path.dropLast(name.count)))
        set(name, in: folder, to: add(.file(bytes), permissions: permissions))
    }

    /// The durable folder at an absolute path.
    @discardableResult
    mutating func makeFolder(_ path: String) -> UInt64 {
        var current = Self.root
        for name in path.split(separator: "/").map(String.init) {
            if let next = inode(name, in: current) {
                current = next
            } else {
                let next = add(.directory([:]), permissions: .publicDirectory)
                set(name, in: current, to: next)
                current = next
            }
        }
        return current
    }

    /// Takes away what has an absolute path.
    mutating func remove(_ path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        guard let folder = inode(at: String(path.dropLast(name.count))) else { return }
        set(name, in: folder, to: nil)
    }

    // MARK: Power

    /// How many changes are not durable.
    var changeCount: Int { unsynced.steps.count + 2 * unsynced.contents.count }

    /// What is there when the power comes back and the disk has kept those of the changes, by their number: the steps in
    /// their order, then the files in the order in which they were made, first the length and then the bytes.
    func afterPowerCut(keeping isKept: (Int) -> Bool) -> DiskImage {
        var result = self
        var number = unsynced.steps.count
        for (inode, durable) in unsynced.contents.sorted(by: { $0.key < $1.key }) {
            let current = bytes(of: inode) ?? []
            let before = durable ?? []
            switch (isKept(number), isKept(number + 1)) {
            case (true, true): break
            case (true, false):
                result.inodes[inode]?.content = .file([UInt8](repeating: 0, count: current.count))
            case (false, true):
                let half = max(before.count, current.count / 2)
                result.inodes[inode]?.content = .file(Array(current.prefix(half)))
            case (false, false): result.inodes[inode]?.content = .file(before)
            }
            number += 2
        }
        for (place, inode) in unsynced.outcome(keeping: isKept) {
            result.set(place.name, in: place.directory, to: inode)
        }
        result.unsynced = UnsyncedChanges()
        // What comes then is alike wherever the power failed.
        result.lastInode = Self.inodesMax
        return result
    }
}
