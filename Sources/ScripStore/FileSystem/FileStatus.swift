/// What statx(2) says about a file.
public struct FileStatus: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case regular = "regular file"
        case directory
        case symbolicLink = "symbolic link"
        case pipe
        case socket
        case device
        case other
    }

    /// A moment of the file system's clock. It only tells copies of a file apart; nothing is ordered by it.
    public struct Time: Hashable, Sendable {
        public let seconds: Int64
        public let nanoseconds: UInt32

        public init(seconds: Int64, nanoseconds: UInt32) {
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }
    }

    public let kind: Kind
    /// In bytes.
    public let size: Int64
    public let permissions: FilePermissions
    /// The user id of the owner.
    public let owner: UInt32
    /// The number of hard links.
    public let links: UInt32
    public let device: UInt64
    public let inode: UInt64
    public let modified: Time
    /// When the inode or its content changed last: unlike `modified`, nobody can set it back.
    public let changed: Time
    /// When the inode was made; nil on a file system that does not keep it.
    public let born: Time?

    public init(
        kind: Kind, size: Int64, permissions: FilePermissions, owner: UInt32, links: UInt32, device: UInt64,
        inode: UInt64, modified: Time, changed: Time, born: Time?
    ) {
        self.kind = kind
        self.size = size
        self.permissions = permissions
        self.owner = owner
        self.links = links
        self.device = device
        self.inode = inode
        self.modified = modified
        self.changed = changed
        self.born = born
    }

    /// Whether both describe one and the same inode.
    public func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }
}
