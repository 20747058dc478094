public import ScripCrypto

/// The head of a chain (C2SP tlog-checkpoint), exactly three lines: origin, tree size, base64 of the RFC 6962
/// root.
///
///     example.org/vouchers/north
///     31
///     U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=
///
/// C2SP allows further lines; a checkpoint of a federation has none.
public struct Checkpoint: Hashable, Sendable {
    /// The name of the chain: `<federation>/<region>`.
    public let origin: String

    /// The number of leaves.
    public let size: Int

    /// The root of the tree of those leaves.
    public let root: Digest

    /// The head of the chain of `region`; `size` is 0 … 2^53 - 1.
    public init(chain region: RegionName, federation: FederationName, size: Int, root: Digest) {
        self.init(origin: federation.origin(of: region), size: size, root: root)
    }

    private init(origin: String, size: Int, root: Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The checkpoint that the text of a note is.
    public init(parsing text: [UInt8]) throws(CheckpointError) {
        guard var lines = LineCursor(text) else { throw .lines }
        guard let first = lines.next(), let origin = KeyName.parse(first) else { throw .origin }
        guard let second = lines.next(), let size = LineCursor.number(second) else { throw .size }
        guard let third = lines.next(), let root = LineCursor.root(third) else { throw .root }
        guard lines.isAtEnd else { throw .lines }
        self.init(origin: origin, size: size, root: root)
        guard self.text == text else { throw .lines }
    }

    /// The text that is signed.
    public var text: [UInt8] {
        Array("\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n".utf8)
    }

    /// The checkpoint as the chain's region signs it in a seal: the log key's line alone.
    public func signed(by log: LogSigner) -> SignedNote {
        let text = text
        return SignedNote(text: text, signatures: [log.signature(on: text)])
    }
}

/// Why a text is no checkpoint of a federation.
public enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not three lines, each with its newline.
    case lines
    case origin
    case size
    case root

    public var description: String {
        switch self {
        case .lines: "a checkpoint has exactly three lines"
        case .origin: "the origin of the checkpoint is malformed"
        case .size: "the tree size of the checkpoint is malformed"
        case .root: "the root of the checkpoint is malformed"
        }
    }
}
