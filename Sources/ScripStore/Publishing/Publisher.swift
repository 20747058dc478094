/// Publishes files in a region directory: each appears under its final name whole, durable, and never in
/// place of another (quality section 1).
///
/// A file is staged in `private/staging/`, made durable and read back, and linked to its final name; only
/// then is the directory made durable and success reported. Missing directories are made on the way. After an
/// error nothing has to be undone: the same call again completes what an interrupted one began.
///
/// Used by one thread, under the lock of the region.
public final class Publisher {
    private let region: Directory
    private let staging: Directory
    private let randomness: any Randomness

    /// With this everything is staged and read back, and then thrown away: nothing is published.
    var isDryRun = false

    /// The directories whose own names this process knows to be durable.
    private var durablePaths: Set<String>

    /// Paths are relative to `region`. Those in `durablePaths` were made durably when the region was, so that their
    /// names need not be made sure of again.
    public init(
        region: Directory, staging: Directory, randomness: any Randomness, durablePaths: Set<String> = []
    ) {
        self.durablePaths = durablePaths
        self.region = region
        self.staging = staging
        self.randomness = randomness
    }

    // MARK: Staging

    /// Begins a file that is published later.
    public func stage() throws(PublishError) -> StagedFile {
        try StagedFile(in: staging, randomness: randomness)
    }

    /// Takes up the finished file that an earlier process kept under a staging name.
    public func resume(_ stagingName: String) throws(FileError) -> StagedFile {
        try StagedFile(resuming: stagingName, in: staging)
    }

    /// Removes what interrupted runs left in the staging directory, but for the names in `kept`. Returns
    /// how many files there were.
    public func clearStaging(keeping kept: Set<String> = []) throws(FileError) -> Int {
        var count = 0
        for name in try staging.names() where StagingName.isOne(name) && !kept.contains(name) {
            try staging.remove(name)
            count += 1
        }
        return count
    }

    // MARK: Publishing

    /// Publishes `bytes` under `path`. Where a file of that name is there already, the outcome is
    /// `alreadyThere` if it has the same bytes or if `isEquivalent` says that it will do (the same blocks,
    /// compressed otherwise), and the error `conflict` if not.
    public func publish(
        _ bytes: [UInt8], to path: String, permissions: FilePermissions = .immutable,
        isEquivalent: ((File) -> Bool)? = nil
    ) throws(PublishError) -> PublishOutcome {
        try publish(try stage(bytes, permissions: permissions), to: path, isEquivalent: isEquivalent)
    }

    /// Publishes a finished staged file under `path`, as `publish(_: [UInt8], …)` does.
    public func publish(
        _ staged: StagedFile, to path: String, isEquivalent: ((File) -> Bool)? = nil
    ) throws(PublishError) -> PublishOutcome {
        try staged.finish()
        if isDryRun {
            staged.discard()
            return .published
        }
        let target = try finalName(path)
        let outcome = try target.give(to: staged, isEquivalent: isEquivalent)
        try target.synchronize()
        return outcome
    }

    /// Publishes several files in one directory, which is synchronized once. The outcomes are in the order of
    /// `contents`.
    ///
    /// Nothing appears before all are staged. An error that comes later leaves those before it published.
    public func publish(
        _ contents: [(name: String, bytes: [UInt8])], in directoryPath: String,
        permissions: FilePermissions = .immutable
    ) throws(PublishError) -> [PublishOutcome] {
        if contents.isEmpty { return [] }
        var staged: [StagedFile] = []
        for content in contents { staged.append(try stage(content.bytes, permissions: permissions)) }
        let directory = try directory(directoryPath)
        var outcomes: [PublishOutcome] = []
        do throws(PublishError) {
            for (file, content) in zip(staged, contents) {
                let target = FinalName(directory: directory, name: content.name, randomness: randomness)
                outcomes.append(try target.give(to: file, isEquivalent: nil))
            }
        } catch {
            // What has its name by now is reported by nobody, but it should stay as firmly as the rest.
            try? directory.synchronize()
            throw error
        }
        do {
            try directory.synchronize()
        } catch {
            throw .durabilityUnconfirmed(error)
        }
        return outcomes
    }

    /// Publishes several finished files, each under its own path, and makes all names durable at once. A file
    /// whose staging name is `kept` has that name still afterwards.
    func publish(_ files: [(staged: StagedFile, path: String, isKept: Bool)]) throws(PublishError) {
        var targets: [FinalName] = []
        for file in files { targets.append(try finalName(file.path)) }
        for (target, file) in zip(targets, files) {
            _ = try target.give(to: file.staged, isEquivalent: nil, keepsName: file.isKept)
        }
        do {
            try region.fileSystem.synchronize(files: [], directories: targets.map(\.directory.handle))
        } catch {
            throw .durabilityUnconfirmed(error.below(region.path))
        }
    }

    /// Replaces a file that is only a hint: whole or not at all, but a power cut may bring the old one back, or an
    /// empty one.
    func replaceHint(_ path: String, with bytes: [UInt8]) throws(PublishError) {
        let staged = try stage()
        do {
            // With its room reserved, ext4 does not stop to find some when the file replaces another.
            try region.fileSystem.reserve(bytes.count, for: staged.file.handle)
        } catch {
            throw .io(error)
        }
        try staged.append(bytes)
        let target = try finalName(path)
        do {
            try staged.file.setPermissions(.replaceable)
        } catch {
            throw .io(error)
        }
        try target.giveReplacing(staged)
    }

    /// Publishes `bytes` under `path` in place of the file that is there: for `heads.note` and the high-water
    /// mark, which are all that is ever replaced. Readers see the old file or the new one.
    public func replace(
        _ path: String, with bytes: [UInt8], permissions: FilePermissions = .replaceable
    ) throws(PublishError) {
        try replace(path, with: try stage(bytes, permissions: permissions))
    }

    /// As `replace(_:with:permissions:)`, with a finished staged file.
    public func replace(_ path: String, with staged: StagedFile) throws(PublishError) {
        try staged.finish()
        if isDryRun { return staged.discard() }
        let target = try finalName(path)
        try target.giveReplacing(staged)
        try target.synchronize()
    }

    private func stage(
        _ bytes: [UInt8], permissions: FilePermissions
    ) throws(PublishError) -> StagedFile {
        let staged = try stage()
        try staged.append(bytes)
        try staged.finish(permissions: permissions)
        return staged
    }

    private func finalName(_ path: String) throws(PublishError) -> FinalName {
        let directoryPath: String
        let name: String
        do {
            (directoryPath, name) = try region.split(path)
        } catch {
            throw .io(error)
        }
        return FinalName(directory: try directory(directoryPath), name: name, randomness: randomness)
    }

    /// The directory at a relative path, made durably where it was missing.
    private func directory(_ path: String) throws(PublishError) -> Directory {
        do {
            if durablePaths.contains(path), let known = try region.subdirectoryIfPresent(path) {
                return known
            }
            let isPrivate = path == "private" || path.utf8.starts(with: "private/".utf8)
            let directory = try region.makeSubdirectory(
                path, permissions: isPrivate ? .privateDirectory : .publicDirectory)
            durablePaths.insert(path)
            return directory
        } catch {
            throw .io(error)
        }
    }
}
