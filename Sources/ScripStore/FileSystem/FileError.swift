internal import Glibc

/// A call to the file system that failed.
///
/// A diagnostic shows `path`, then the description, like
/// `scrip: public/heads.note: renameat: No space left on device`.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The C function that failed, like `openat`.
    public let operation: String

    /// The path as the caller knows it: below the directory that the user named, in that directory's words.
    public let path: String

    /// The value of errno(3).
    public let code: Int32

    public init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The system's text for the code, like `No space left on device`.
    public var message: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: text, as: UTF8.self)
    }

    public var description: String { "\(operation): \(message)" }

    /// The same failure, with the path seen from one directory further up.
    func below(_ directory: String) -> FileError {
        FileError(operation: operation, path: Directory.join(directory, path), code: code)
    }

    /// There is no file or directory of this name.
    public var isMissing: Bool { code == ENOENT }

    /// There is a file or directory of this name already.
    public var isAlreadyThere: Bool { code == EEXIST }

    /// The name is a symbolic link, which is never followed.
    public var isSymbolicLink: Bool { code == ELOOP }

    /// A directory was asked for, and the name is something else, perhaps a symbolic link to a directory.
    public var isNotDirectory: Bool { code == ENOTDIR }

    /// The user may not do this.
    public var isForbidden: Bool { code == EACCES || code == EPERM }

    /// The file system, the quota or the size limit of the process has no room for more.
    public var isFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    /// A signal came before anything was done.
    var isInterrupted: Bool { code == EINTR }

    /// The two names are on different file systems.
    var isCrossDevice: Bool { code == EXDEV }

    /// What link(2) answers where there are no hard links.
    var isLinkUnsupported: Bool { code == EPERM || code == EOPNOTSUPP || code == ENOSYS }

    /// What renameat2(2) answers where it cannot refuse to replace.
    var isRenameUnsupported: Bool { code == EINVAL || code == EOPNOTSUPP || code == ENOSYS }
}
