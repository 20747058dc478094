internal import ScripCrypto

/// A file being written under a `.tmp-` name, which `Publisher` then gives its final name.
///
/// 1. `append` the bytes, in as many parts as they come.
/// 2. `finish`: mode, fsync, and everything is read back and compared by its digest.
/// 3. Read it through `file` and verify it once more, as any reader would.
/// 4. `Publisher.publish`, or `discard`.
///
/// A staged file that goes out of use before it was published is removed, unless `keep` made it durable.
public final class StagedFile {
    private enum State {
        case writing
        case finished
        /// The staging name is no more: the file was published, or discarded.
        case gone
    }

    /// The name in the staging directory.
    public private(set) var name: String

    /// What was written, open for reading back.
    public let file: File

    let directory: Directory

    /// How many bytes were appended.
    public private(set) var size: Int64 = 0

    private let hasher = SHA256Hasher()
    private var state = State.writing
    private var isKept = false

    private static let chunkSize = 262_144

    /// Begins a new file in `directory`.
    init(in directory: Directory, randomness: any Randomness) throws(PublishError) {
        self.directory = directory
        do {
            (name, file) = try Self.create(in: directory, randomness: randomness)
        } catch {
            throw .io(error)
        }
    }

    private static func create(
        in directory: Directory, randomness: any Randomness
    ) throws(FileError) -> (String, File) {
        // A name is taken only if the randomness repeats itself, as a simulated one may.
        for _ in 1..<16 {
            let name = StagingName.make(randomness)
            do {
                return (name, try directory.createFile(name, permissions: .secret))
            } catch {
                if !error.isAlreadyThere { throw error }
            }
        }
        let name = StagingName.make(randomness)
        return (name, try directory.createFile(name, permissions: .secret))
    }

    /// Begins a new file under a name of its own, which it keeps: nothing is published from there but by
    /// links.
    init(keeping name: String, in directory: Directory) throws(PublishError) {
        self.directory = directory
        self.name = name
        isKept = true
        do {
            file = try directory.createFile(name, permissions: .secret)
        } catch {
            throw .io(error)
        }
    }

    /// Gives a file that is being written a name of its own, which it keeps, as `init(keeping:in:)` does. Whatever
    /// has the name is replaced.
    func keep(as newName: String) throws(PublishError) {
        do {
            try directory.rename(name, to: newName, in: directory, replacing: true)
        } catch {
            throw .io(error)
        }
        name = newName
        isKept = true
    }

    /// Takes up a finished file that an earlier process kept.
    init(resuming name: String, in directory: Directory) throws(FileError) {
        self.name = name
        self.directory = directory
        file = try directory.file(name)
        size = try file.status().size
        state = .finished
        isKept = true
    }

    deinit {
        if !isKept { discard() }
    }

    /// Writes `bytes` after all that was written before.
    public func append(_ bytes: Span<UInt8>) throws(PublishError) {
        do {
            try file.append(bytes)
        } catch {
            throw .io(error)
        }
        hasher.update(bytes)
        size += Int64(bytes.count)
    }

    /// As `append(_: Span<UInt8>)`.
    public func append(_ bytes: [UInt8]) throws(PublishError) {
        try append(bytes.span)
    }

    /// Sets the mode, makes the content durable and reads it back. Nothing can be appended from then on; a
    /// second call does nothing.
    ///
    /// After an error the file is gone: an fsync that failed is never tried again.
    public func finish(permissions: FilePermissions = .immutable) throws(PublishError) {
        guard state == .writing else { return }
        try Self.finish([self], permissions: permissions)
    }

    /// Finishes several files that were all written to, and makes the names in `directories` durable, at once.
    static func finish(
        _ files: [StagedFile], permissions: FilePermissions = .immutable, directories: [Directory] = []
    ) throws(PublishError) {
        guard let first = files.first else { return }
        var failure: PublishError?
        do throws(FileError) {
            for staged in files { try staged.file.setPermissions(permissions) }
            do {
                try first.directory.fileSystem.synchronize(
                    files: files.map(\.file.handle), directories: directories.map(\.handle))
            } catch {
                throw error.below(first.file.path)
            }
            for staged in files where try !staged.readsBack() {
                failure = .readBackDiffers(path: staged.file.path)
            }
        } catch {
            failure = .io(error)
        }
        if let failure {
            for staged in files { staged.discard() }
            throw failure
        }
    }

    /// Whether what lies on the disk is what was written.
    private func readsBack() throws(FileError) -> Bool {
        let written = hasher.finish()
        guard try contentDigest() == written else { return false }
        state = .finished
        return true
    }

    /// Makes the staging name durable too, and leaves the file there when this object goes, so that a
    /// restart can resume it by its name. Only for finished files.
    public func keep() throws(PublishError) {
        do {
            try directory.synchronize()
        } catch {
            throw .io(error)
        }
        isKept = true
    }

    /// Removes the file. What cannot be removed is litter that the next run clears.
    public func discard() {
        guard state != .gone else { return }
        try? directory.remove(name)
        state = .gone
    }

    /// Removes the staging name of a file that has its final name by now.
    func removeName() throws(FileError) {
        guard state != .gone else { return }
        state = .gone
        try directory.remove(name)
    }

    /// Renames the file itself to its final name.
    func rename(to newName: String, in target: Directory, replacing: Bool) throws(FileError) {
        try directory.rename(name, to: newName, in: target, replacing: replacing)
        state = .gone
    }

    /// A finished copy of this finished file in another directory.
    func copy(into target: Directory, randomness: any Randomness) throws(PublishError) -> StagedFile {
        let copy = try StagedFile(in: target, randomness: randomness)
        let permissions: FilePermissions
        do {
            permissions = try file.status().permissions
        } catch {
            throw .io(error)
        }
        try copy.append(contentsOf: self)
        try copy.finish(permissions: permissions)
        return copy
    }

    /// Appends all that `other` holds.
    func append(contentsOf other: StagedFile) throws(PublishError) {
        var chunk: [UInt8] = []
        var position: Int64 = 0
        while true {
            chunk.removeAll(keepingCapacity: true)
            do {
                let count = try other.file.read(at: position, atMost: Self.chunkSize, into: &chunk)
                if count == 0 { return }
                position += Int64(count)
            } catch {
                throw .io(error)
            }
            try append(chunk)
        }
    }

    private func contentDigest() throws(FileError) -> Digest {
        let hasher = SHA256Hasher()
        var chunk: [UInt8] = []
        var position: Int64 = 0
        while true {
            chunk.removeAll(keepingCapacity: true)
            let count = try file.read(at: position, atMost: Self.chunkSize, into: &chunk)
            if count == 0 { return hasher.finish() }
            hasher.update(chunk)
            position += Int64(count)
        }
    }
}
