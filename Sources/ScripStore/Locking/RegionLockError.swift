/// Why the lock of a region was not taken.
public enum RegionLockError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another command works in this region. Exit status 75.
    case busy(path: String)
    /// The lock file cannot be opened or locked. Exit status 74, or 77 where permission is what lacks.
    case file(FileError)

    public var path: String {
        switch self {
        case .busy(let path): path
        case .file(let error): error.path
        }
    }

    public var description: String {
        switch self {
        case .busy: "another command is at work in this region; try again, or wait longer with --lock-timeout"
        case .file(let error): error.description
        }
    }
}
