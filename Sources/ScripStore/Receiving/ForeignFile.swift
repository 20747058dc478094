/// A file in a folder that somebody else writes, who may be hostile: opened without following a link or
/// waiting, regular, bounded, and read once, on to its end (quality section 1).
///
/// Whatever becomes of the file while it is read, at most `limit` bytes come out of it. They are verified and
/// published as an own copy; a peer's file is never linked or renamed in.
public final class ForeignFile {
    /// What the file was when it was opened.
    public let status: FileStatus

    private let file: File
    private let limit: Int
    private var position: Int64 = 0
    /// What was read of it, in bytes.
    private(set) var bytesRead: Int64 = 0

    private static let chunkSize = 262_144

    /// Opens the file `name` in `directory`, which may hold at most `limit` bytes.
    public init(_ name: String, in directory: Directory, limit: Int) throws(ForeignFileError) {
        let path = Directory.join(directory.path, name)
        // Opening a device can set something off, so the name is looked at first. What counts is the second
        // look, at what was opened.
        try Self.check(Self.named(name, in: directory), path: path, limit: limit)
        (file, status) = try Self.opened(name, in: directory)
        try Self.check(status, path: path, limit: limit)
        self.limit = limit
    }

    /// Goes on at a byte of the file, counted from 0, instead of the first one.
    func skip(to position: Int64) { self.position = position }

    /// Appends the next bytes to `buffer`, a chunk or `atMost` of them; returns how many, 0 at the end.
    public func read(
        atMost bytesMax: Int = .max, into buffer: inout [UInt8]
    ) throws(ForeignFileError) -> Int {
        let count: Int
        do {
            count = try file.read(at: position, atMost: min(bytesMax, Self.chunkSize), into: &buffer)
        } catch {
            throw .file(error)
        }
        position += Int64(count)
        bytesRead += Int64(count)
        // A file that grew since it was opened.
        if position > limit { throw .tooLarge(path: file.path, limit: limit) }
        return count
    }

    /// All bytes from here to the end.
    public func contents() throws(ForeignFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.size))
        while try read(into: &bytes) > 0 {}
        return bytes
    }

    private static func named(
        _ name: String, in directory: Directory
    ) throws(ForeignFileError) -> FileStatus? {
        do {
            return try directory.status(of: name)
        } catch {
            throw .file(error)
        }
    }

    private static func opened(
        _ name: String, in directory: Directory
    ) throws(ForeignFileError) -> (File, FileStatus) {
        do {
            let file = try directory.file(name)
            return (file, try file.status())
        } catch {
            // The name became a link between the two looks.
            throw error.isSymbolicLink ? .notRegular(path: error.path, kind: .symbolicLink) : .file(error)
        }
    }

    private static func check(
        _ status: FileStatus?, path: String, limit: Int
    ) throws(ForeignFileError) {
        guard let status else { return }
        if status.kind != .regular { throw .notRegular(path: path, kind: status.kind) }
        if status.size > limit { throw .tooLarge(path: path, limit: limit) }
    }
}
