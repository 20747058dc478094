/// Why a file was not published, or why nobody knows whether it will still be there after a power cut.
public enum PublishError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Something else has the name, and it stays as it is. Exit status 1.
    case conflict(path: String)

    /// The file is not there under its name. Exit status 74.
    case io(FileError)

    /// What was read back is not what was written: the disk or the memory fails. Nothing was published.
    /// Exit status 74.
    case readBackDiffers(path: String)

    /// The file system knows neither hard links nor renames that refuse to replace, so nothing can be
    /// published there safely. The error is that of the rename. Exit status 74.
    case unsafeFileSystem(FileError)

    /// The file is there under its name, whole, but a power cut may take it away again. Exit status 76.
    case durabilityUnconfirmed(FileError)

    /// The path that the diagnostic begins with.
    public var path: String {
        switch self {
        case .conflict(let path), .readBackDiffers(let path): path
        case .io(let error), .unsafeFileSystem(let error), .durabilityUnconfirmed(let error): error.path
        }
    }

    public var description: String {
        switch self {
        case .conflict:
            "there is already a file of this name with other content"
        case .io(let error):
            error.description
        case .readBackDiffers:
            "what was read back differs from what was written; nothing was published, check disk and memory"
        case .unsafeFileSystem(let error):
            """
            the file system has neither hard links nor renames that refuse to replace (\(error)); \
            nothing was published, use another file system
            """
        case .durabilityUnconfirmed(let error):
            "\(error); published, but a power cut may undo it"
        }
    }
}
