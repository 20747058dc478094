public import ScripCrypto

/// A place in a chain that a charter names: the end of a block, by its size and the root of the tree.
///
///     south 871 c4YxBIkcocQ8TtzqQ9S93M+jLvIddnktQRRsPpc2esU=
public struct ChainPoint: Hashable, Sendable {
    /// The region whose chain it is.
    public let region: RegionName
    /// Leaves of the chain up to there; 0 before its first block.
    public let size: Int
    /// The root of the tree of that size.
    public let root: Digest

    /// The place in the chain of `region` at which it has `size` leaves.
    public init(region: RegionName, size: Int, root: Digest) {
        self.region = region
        self.size = size
        self.root = root
    }

    init?(parsing words: [ArraySlice<UInt8>]) {
        guard words.count == 3, let region = LineCursor.region(words[0]),
            let size = LineCursor.number(words[1]), let root = LineCursor.root(words[2])
        else { return nil }
        self.init(region: region, size: size, root: root)
    }

    /// As it stands in a charter.
    public var text: String { "\(region) \(size) \(Base64.encode(root.bytes))" }
}
