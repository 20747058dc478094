public import ScripCrypto

/// The hashes of a Merkle tree as RFC 6962 section 2.1 defines them: a chain's leaves are its block and record
/// lines.
///
/// Leaf and node are told apart by the byte before what is hashed, so that neither can pass for the other.
public enum MerkleTree {
    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let emptyRoot: Digest = SHA256.hash([])

    /// SHA-256(0x00 ‖ `leaf`).
    public static func leafHash(_ leaf: Span<UInt8>) -> Digest {
        SHA256.hash(prefix: leafPrefix, leaf)
    }

    /// SHA-256(0x01 ‖ `left` ‖ `right`).
    public static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        SHA256.hash(prefix: 0x01, left, right)
    }

    private static let leafPrefix: [UInt8] = [0x00]
}
