/// An open file of one `FileSystem`. Only the file system that gave it out can say what the token means;
/// `POSIXFileSystem` uses the descriptor.
public struct FileHandle: Hashable, Sendable {
    public let token: Int32

    public init(token: Int32) {
        self.token = token
    }
}

/// An open directory of one `FileSystem`, with a token as in `FileHandle`.
public struct DirectoryHandle: Hashable, Sendable {
    public let token: Int32

    public init(token: Int32) {
        self.token = token
    }
}
