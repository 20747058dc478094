public import ScripCrypto

/// A proof that a chain has a certain leaf at a certain index: a C2SP tlog-proof whose `extra` is the leaf itself.
///
///     c2sp.org/tlog-proof@v1
///     extra <base64 of the leaf>
///     index 10353
///     <base64 of a hash, leaf to root>
///
///     <signed checkpoint>
public struct LeafProof: Hashable, Sendable {
    /// The line that is the leaf, without its newline.
    public let leaf: [UInt8]

    /// Where it stands, from 0.
    public let index: Int

    /// The hashes beside its way to the root.
    public let path: [Digest]

    /// The checkpoint whose root the way leads to.
    public let checkpoint: SignedNote

    private static let title = Array("c2sp.org/tlog-proof@v1\n".utf8)

    /// Whether `bytes` claim to be a proof, by their first line.
    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: title) }

    /// The proof of the first of the leaves that follow on `before`, `leaf` itself, in the tree with all of them;
    /// nil if there are none.
    public init?(of leaf: [UInt8], before: MerkleFrontier, leaves: [Digest], checkpoint: SignedNote) {
        guard !leaves.isEmpty else { return nil }
        self.leaf = leaf
        index = before.size
        self.checkpoint = checkpoint
        let start = before.size
        path = MerkleProof.inclusion(index: start, size: start + leaves.count) { level, position in
            let first = position << level
            if first >= start { return Self.root(of: leaves[(first - start)..<(first - start + 1 << level)]) }
            // The subtrees to the left of the next leaf are those of the frontier, one for each bit of its size.
            let rank = (start >> (level + 1)).nonzeroBitCount
            return before.hashes[rank]
        }
    }

    private static func root(of leaves: ArraySlice<Digest>) -> Digest {
        var tree = MerkleFrontier()
        for hash in leaves { tree.append(hash) }
        return tree.root
    }

    /// The proof that `bytes` are; it renders to the same bytes.
    public init(parsing bytes: [UInt8]) throws(LeafProofError) {
        guard Self.isOne(bytes), let end = Self.firstEmptyLine(of: bytes),
            var lines = LineCursor(Array(bytes[..<(end + 1)]))
        else { throw .form }
        _ = lines.next()
        guard let extra = lines.value(after: "extra"), let leaf = Base64.decode(extra) else { throw .leaf }
        guard let digits = lines.value(after: "index"), let index = LineCursor.number(digits) else {
            throw .index
        }
        var path: [Digest] = []
        while let line = lines.next() {
            guard path.count < Self.pathCountMax, let hash = LineCursor.root(line) else { throw .path }
            path.append(hash)
        }
        self.leaf = leaf
        self.index = index
        self.path = path
        do {
            checkpoint = try SignedNote(parsing: Array(bytes[(end + 2)...]))
        } catch {
            throw .checkpoint(error)
        }
        guard self.bytes == bytes else { throw .form }
    }

    /// No tree of less than 2^53 leaves is deeper.
    private static let pathCountMax = 64

    /// Where the newline before the first empty line is.
    private static func firstEmptyLine(of bytes: [UInt8]) -> Int? {
        bytes.indices.dropLast().first { bytes[$0] == 0x0a && bytes[$0 + 1] == 0x0a }
    }

    /// The text.
    public var bytes: [UInt8] {
        var text = "extra \(Base64.encode(leaf))\nindex \(index)\n"
        for hash in path { text += Base64.encode(hash.bytes) + "\n" }
        return Self.title + Array(text.utf8) + [0x0a] + checkpoint.bytes
    }

    /// Whether the way leads to the root of the checkpoint. Whether that is signed well is for the caller.
    public var isGood: Bool {
        guard let tree = try? Checkpoint(parsing: checkpoint.text) else { return false }
        return MerkleProof.verifyInclusion(
            leafHash: MerkleTree.leafHash(leaf.span), index: index, size: tree.size, proof: path,
            root: tree.root)
    }
}

/// Why a text is no proof of a leaf.
public enum LeafProofError: Error, Hashable, Sendable, CustomStringConvertible {
    case form
    case leaf
    case index
    case path
    case checkpoint(NoteError)

    public var description: String {
        switch self {
        case .form: "it is no tlog-proof as scrip writes it"
        case .leaf: "the tlog-proof lacks the leaf, in base64, as 'extra'"
        case .index: "the index of the tlog-proof is malformed"
        case .path: "a hash of the tlog-proof is malformed"
        case .checkpoint(let error): "the checkpoint of the tlog-proof: \(error)"
        }
    }
}
