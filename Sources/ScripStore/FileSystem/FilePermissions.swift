/// The permission bits of a file or directory, as chmod(2) takes them.
public struct FilePermissions: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// 0444: what is published never changes again (format section 5).
    public static let immutable = FilePermissions(rawValue: 0o444)

    /// 0644: `heads.note`, the one published file that is replaced.
    public static let replaceable = FilePermissions(rawValue: 0o644)

    /// 0600: private keys and everything else below `private/`.
    public static let secret = FilePermissions(rawValue: 0o600)

    /// 0755: a directory that peers may read.
    public static let publicDirectory = FilePermissions(rawValue: 0o755)

    /// 0700: `private/` and the directories below it.
    public static let privateDirectory = FilePermissions(rawValue: 0o700)

    /// Whether anybody but the owner may read, write or execute.
    public var isOpenToOthers: Bool { rawValue & 0o077 != 0 }

    /// Whether anybody but the owner may write.
    public var isWritableByOthers: Bool { rawValue & 0o022 != 0 }

    /// Whether anybody may execute.
    public var isExecutable: Bool { rawValue & 0o111 != 0 }
}
