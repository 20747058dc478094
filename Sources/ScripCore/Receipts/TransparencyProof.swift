public import ScripCrypto

/// That a leaf is in a chain's tree, for anybody who has the keys (C2SP tlog-proof):
///
///     c2sp.org/tlog-proof@v1
///     extra eyJhY2NlcHQiOnsic2lnIjoiNjRPUDBwOGc1WURQZDVteUJ2dHFKTHNETk…
///     index 12
///     gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
///     B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
///
///     example.org/vouchers/north
///     31
///     U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=
///
///     — example.org/vouchers/north 96cCCGbAl6lpaPojgtuQnyM2bb8rnqtydmhyFvr/1pnVXxIioM2lA3…
///     — example.org/vouchers/south/witness 5uoBEgAAAABq/aoIzW85/8NOfT2FMCE5hFKzEtHtQ3bLG6oW…
///
/// `extra` is base64; here it is always there, and holds the leaf itself. After `index` come the hashes, from the
/// leaf's sibling up, and after an empty line the checkpoint with its signatures.
public struct TransparencyProof: Hashable, Sendable {
    /// What `extra` holds: the bytes of the leaf.
    public let leaf: [UInt8]

    /// The index of the leaf in its chain, from 0.
    public let index: Int

    /// The inclusion proof, leaf to root (RFC 6962 section 2.1.1).
    public let hashes: [Digest]

    /// The signed head of the tree.
    public let checkpoint: SignedNote

    /// The most bytes of a leaf: C2SP log entries are no longer.
    public static let leafByteCountMax = 65_535

    /// The most hashes: a tree of 2^53 leaves is no higher.
    public static let hashCountMax = 53

    private static let title = "c2sp.org/tlog-proof@v1"

    /// The proof with these parts; nil if the leaf is too long.
    public init?(leaf: [UInt8], index: Int, hashes: [Digest], checkpoint: SignedNote) {
        guard leaf.count <= Self.leafByteCountMax, hashes.count <= Self.hashCountMax else { return nil }
        self.leaf = leaf
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// The proof that `bytes` are; it renders to the same bytes.
    public init(parsing bytes: [UInt8]) throws(TransparencyProofError) {
        guard bytes.count <= SignedNote.byteCountMax, var lines = LineCursor(bytes),
            let title = lines.next(), title.elementsEqual(Self.title.utf8)
        else { throw .line(1, expected: Self.title) }
        guard let base64 = lines.value(after: "extra"), let leaf = Base64.decode(base64),
            leaf.count <= Self.leafByteCountMax
        else { throw .line(2, expected: "extra BASE64") }
        guard let digits = lines.value(after: "index"), let index = LineCursor.number(digits) else {
            throw .line(3, expected: "index NUMBER")
        }
        var hashes: [Digest] = []
        var length =
            Self.title.utf8.count + "extra ".utf8.count + base64.count + "index ".utf8.count + digits.count
            + 3
        while let line = lines.next(), !line.isEmpty {
            guard hashes.count < Self.hashCountMax, let hash = LineCursor.root(line) else {
                throw .line(lines.lineNumber, expected: "BASE64 of a hash")
            }
            hashes.append(hash)
            length += line.count + 1
        }
        guard length + 1 < bytes.count else { throw .noCheckpoint }
        do {
            checkpoint = try SignedNote(parsing: Array(bytes[(length + 1)...]))
        } catch {
            throw .checkpoint(error)
        }
        // A note may hold empty lines, but the text of a checkpoint holds none: the first one ends the hashes.
        guard (try? Checkpoint(parsing: checkpoint.text)) != nil else { throw .noCheckpoint }
        self.leaf = leaf
        self.index = index
        self.hashes = hashes
        guard self.bytes == bytes else { throw .notCanonical }
    }

    /// The proof as C2SP clients read it.
    public var bytes: [UInt8] {
        var text = "\(Self.title)\nextra \(Base64.encode(leaf))\nindex \(index)\n"
        for hash in hashes { text += "\(Base64.encode(hash.bytes))\n" }
        return Array(text.utf8) + [UInt8(ascii: "\n")] + checkpoint.bytes
    }

    /// Whether the leaf is in the tree of `size` leaves with that root, at the index that the proof names.
    public func isIncluded(size: Int, root: Digest) -> Bool {
        MerkleProof.verifyInclusion(
            leafHash: MerkleTree.leafHash(leaf.span), index: index, size: size, proof: hashes, root: root)
    }
}

/// Why bytes are no tlog-proof with a leaf in it.
public enum TransparencyProofError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of that number, from 1, does not read as it should.
    case line(Int, expected: String)
    case noCheckpoint
    case checkpoint(NoteError)
    /// Rendered again, the proof gives other bytes.
    case notCanonical

    public var description: String {
        switch self {
        case .line(let number, let expected): "line \(number) of the proof is not '\(expected)'"
        case .noCheckpoint: "the proof has no checkpoint behind its hashes"
        case .checkpoint(let error): "the checkpoint of the proof: \(error)"
        case .notCanonical: "the proof is not written canonically"
        }
    }
}
