internal import Glibc

/// A descriptor that the process was started with, which a user names as `/dev/fd/3`, `/dev/stdin` or by
/// number: a pipe of the shell, or a file that only the caller may open.
public struct InheritedDescriptor: Sendable {
    /// The number.
    public let number: Int32

    public init(number: Int32) {
        self.number = number
    }

    /// The descriptor that a path like `/dev/fd/3` names; nil for any other path.
    public init?(path: String) {
        if path == "/dev/stdin" {
            self.init(number: 0)
            return
        }
        let prefix = "/dev/fd/"
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        let digits = path.utf8.dropFirst(prefix.utf8.count)
        guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        self.init(number: digits.reduce(0) { $0 * 10 + Int32($1 - 0x30) })
    }

    /// Appends at most `count` bytes to `buffer`, waiting until there are some; returns how many, 0 at the
    /// end. read(2)
    public func read(atMost count: Int, into buffer: inout [UInt8]) throws(FileError) -> Int {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: count))
        while true {
            let result = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(number, bytes.baseAddress.map { unsafe $0 + start }, count)
            }
            let code = errno
            if result >= 0 {
                buffer.removeLast(count - result)
                return result
            }
            if code == EINTR { continue }
            buffer.removeLast(count)
            throw FileError(operation: "read", path: "/dev/fd/\(number)", code: code)
        }
    }

    /// Everything up to the end; `EFBIG` if it is longer than `limit` bytes.
    public func contents(limit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while try read(atMost: min(limit + 1 - bytes.count, 65_536), into: &bytes) > 0 {
            if bytes.count > limit {
                throw FileError(operation: "read", path: "/dev/fd/\(number)", code: EFBIG)
            }
        }
        return bytes
    }
}
