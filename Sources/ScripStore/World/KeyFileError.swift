/// Why a private key file was not read or not made. All but a missing file, an I/O error and a file that is too long
/// for a key are exit status 77.
public enum KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused.
    case file(FileError)
    /// Keys are read under the name they have, never through a link that somebody may turn elsewhere.
    case symbolicLink(path: String)
    case notRegular(path: String, kind: FileStatus.Kind)
    /// Someone other than the owner has access.
    case openToOthers(path: String, permissions: FilePermissions)
    /// The file belongs to the user `owner`, not to the one who runs the program.
    case wrongOwner(path: String, owner: UInt32)
    /// Longer than any key.
    case tooLarge(path: String)

    public var path: String {
        switch self {
        case .file(let error): error.path
        case .symbolicLink(let path), .notRegular(let path, _), .openToOthers(let path, _),
            .wrongOwner(let path, _), .tooLarge(let path):
            path
        }
    }

    public var description: String {
        switch self {
        case .file(let error):
            error.description
        case .symbolicLink:
            "is a symbolic link; name the key file itself"
        case .notRegular(_, let kind):
            "is a \(kind.rawValue), not a key file"
        case .openToOthers(_, let permissions):
            "others can use this key (mode 0\(String(permissions.rawValue, radix: 8))); run chmod 600 on it"
        case .wrongOwner(_, let owner):
            "belongs to another user (uid \(owner))"
        case .tooLarge:
            "is longer than any key file; a key is made with 'scrip keygen'"
        }
    }
}
