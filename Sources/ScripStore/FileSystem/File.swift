internal import Glibc

/// An open file, closed when the last reference goes.
///
/// This is where the loops stand that turn the single calls of `FileSystem` into whole reads and writes.
/// One thread writes; any number may read.
public final class File: Sendable {
    /// The path as messages show it.
    public let path: String

    let handle: FileHandle
    private let fileSystem: any FileSystem

    /// Takes over an open handle.
    init(_ handle: FileHandle, path: String, fileSystem: any FileSystem) {
        self.handle = handle
        self.path = path
        self.fileSystem = fileSystem
    }

    deinit {
        fileSystem.close(handle)
    }

    public func status() throws(FileError) -> FileStatus {
        try named { () throws(FileError) in try fileSystem.status(of: handle) }
    }

    /// Appends at most `count` bytes from `offset` on to `buffer`; returns how many, 0 only at the end of the
    /// file. It may be fewer than there are.
    public func read(
        at offset: Int64, atMost count: Int, into buffer: inout [UInt8]
    ) throws(FileError) -> Int {
        while true {
            do {
                return try fileSystem.read(handle, at: offset, atMost: count, into: &buffer)
            } catch {
                if !error.isInterrupted { throw error.below(path) }
            }
        }
    }

    /// The whole content; `EFBIG` if it is longer than `limit` bytes.
    public func contents(limit: Int) throws(FileError) -> [UInt8] {
        let size = try status().size
        guard size <= limit else { throw tooLarge }
        var bytes: [UInt8] = []
        // One byte more than the status says, so that the usual file is read, and seen to end, in two calls.
        bytes.reserveCapacity(Int(size) + 1)
        while true {
            let wanted = Int(size) + 1 - bytes.count
            let count = try read(
                at: Int64(bytes.count), atMost: wanted > 0 ? wanted : Self.chunkSize, into: &bytes)
            if bytes.count > limit { throw tooLarge }
            if count == 0 { return bytes }
        }
    }

    /// Whether both files hold the same bytes.
    public func hasSameContent(as other: File) throws(FileError) -> Bool {
        guard try status().size == other.status().size else { return false }
        var ours: [UInt8] = []
        var theirs: [UInt8] = []
        var position: Int64 = 0
        while true {
            let ourCount = try readFully(at: position, count: Self.chunkSize, into: &ours)
            let theirCount = try other.readFully(at: position, count: Self.chunkSize, into: &theirs)
            if ourCount != theirCount || ours != theirs { return false }
            if ourCount < Self.chunkSize { return true }
            position += Int64(ourCount)
        }
    }

    private static let chunkSize = 262_144

    /// Replaces what `buffer` holds by the next `count` bytes; fewer only at the end of the file.
    private func readFully(
        at offset: Int64, count: Int, into buffer: inout [UInt8]
    ) throws(FileError) -> Int {
        buffer.removeAll(keepingCapacity: true)
        while buffer.count < count {
            let read = try read(
                at: offset + Int64(buffer.count), atMost: count - buffer.count, into: &buffer)
            if read == 0 { break }
        }
        return buffer.count
    }

    private var tooLarge: FileError { FileError(operation: "read", path: path, code: EFBIG) }

    /// Writes all of `bytes` at the end: goes on after a signal and after a short write. A write that takes
    /// nothing at all is `EIO`, for it would never end.
    public func append(_ bytes: Span<UInt8>) throws(FileError) {
        var written = 0
        while written < bytes.count {
            do throws(FileError) {
                let count = try fileSystem.write(bytes.extracting(written..<bytes.count), to: handle)
                guard count > 0 else { throw FileError(operation: "write", path: "", code: EIO) }
                written += count
            } catch {
                if !error.isInterrupted { throw error.below(path) }
            }
        }
    }

    /// As `append(_: Span<UInt8>)`.
    public func append(_ bytes: [UInt8]) throws(FileError) {
        try append(bytes.span)
    }

    public func setPermissions(_ permissions: FilePermissions) throws(FileError) {
        try named { () throws(FileError) in try fileSystem.setPermissions(permissions, of: handle) }
    }

    /// Makes the content durable. After an error the file must be given up, never synchronized again.
    public func synchronize() throws(FileError) {
        try named { () throws(FileError) in try fileSystem.synchronize(handle) }
    }

    /// Takes the exclusive lock without waiting; false if another holds it.
    func lock() throws(FileError) -> Bool {
        try named { () throws(FileError) in try fileSystem.lock(handle) }
    }

    private func named<Result>(_ body: () throws(FileError) -> Result) throws(FileError) -> Result {
        do {
            return try body()
        } catch {
            throw error.below(path)
        }
    }
}
