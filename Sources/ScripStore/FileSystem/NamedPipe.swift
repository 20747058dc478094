internal import Glibc

/// A pipe with a name, mkfifo(3), that a user names as a file.
public enum NamedPipe {
    /// Everything that is written to it, waiting for somebody who does; `EFBIG` if it is longer than `limit` bytes.
    public static func contents(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        var descriptor: Int32 = -1
        repeat { descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw FileError(operation: "open", path: path, code: errno) }
        defer { _ = close(descriptor) }
        return try InheritedDescriptor(number: descriptor).contents(limit: limit)
    }
}
