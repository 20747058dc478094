public import ScripCrypto

/// What must be kept of a Merkle tree to append to it and to know its root: the roots of the perfect subtrees
/// that it falls into, one for each bit that is set in its size, the largest first.
///
///     size 13 = 8 + 4 + 1    hashes: of leaves 0–7, of leaves 8–11, of leaf 12
public struct MerkleFrontier: Hashable, Sendable {
    /// The number of leaves.
    public private(set) var size: Int

    /// The roots of the perfect subtrees, left to right.
    public private(set) var hashes: [Digest]

    /// The tree without leaves.
    public init() {
        size = 0
        hashes = []
        hashes.reserveCapacity(Self.hashCountUsual)
    }

    /// A tree of `size` leaves; nil unless there is a hash for each bit that is set in the size.
    public init?(size: Int, hashes: [Digest]) {
        guard size >= 0, hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// Appends a leaf by its hash. Over many leaves it takes one node hash each.
    public mutating func append(_ leafHash: Digest) {
        var hash = leafHash
        for _ in 0..<size.trailingOneBitCount { hash = MerkleTree.nodeHash(hashes.removeLast(), hash) }
        hashes.append(hash)
        size += 1
    }

    /// The root of the tree: the subtrees hashed together from the right.
    public var root: Digest {
        guard var result = hashes.last else { return MerkleTree.emptyRoot }
        for hash in hashes.dropLast().reversed() { result = MerkleTree.nodeHash(hash, result) }
        return result
    }

    /// Room for every tree of less than 2^24 leaves without a second allocation.
    private static let hashCountUsual = 24
}

extension Int {
    /// How many of the lowest bits are set without a gap.
    fileprivate var trailingOneBitCount: Int { (~self).trailingZeroBitCount }
}
