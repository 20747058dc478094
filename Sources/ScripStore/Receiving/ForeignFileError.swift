/// Why a file of a peer was not read. The rest of the peer's files are none the worse for it.
public enum ForeignFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A link, a pipe, a device, a directory: whatever it is, it is not a file.
    case notRegular(path: String, kind: FileStatus.Kind)
    /// Longer than the limit, in bytes, for a file of its kind.
    case tooLarge(path: String, limit: Int)
    case file(FileError)

    public var path: String {
        switch self {
        case .notRegular(let path, _), .tooLarge(let path, _): path
        case .file(let error): error.path
        }
    }

    public var description: String {
        switch self {
        case .notRegular(_, let kind): "is a \(kind.rawValue), not a file"
        case .tooLarge(_, let limit): "is longer than \(limit) bytes"
        case .file(let error): error.description
        }
    }
}
