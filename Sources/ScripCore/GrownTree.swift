public import ScripCrypto

/// A Merkle tree of which the leaves of the last block are known, and of those before it only the perfect subtrees:
/// enough to prove that one of the last leaves is in it.
///
/// Whatever lies wholly before the block on the way from one of its leaves to the root is one of those subtrees, since
/// the way passes where the tree before the block ended.
public struct GrownTree: Sendable {
    /// The tree before the block.
    private let before: MerkleFrontier
    /// The hashes of the block's leaves.
    private let leafHashes: [Digest]
    /// The subtrees of the tree before, by level and index.
    private let subtrees: [Subtree: Digest]

    private struct Subtree: Hashable {
        let level: Int
        let index: Int
    }

    /// The number of leaves with the block.
    public var size: Int { before.size + leafHashes.count }

    /// The tree `before`, with leaves of these hashes behind it.
    public init(_ before: MerkleFrontier, leafHashes: [Digest]) {
        self.before = before
        self.leafHashes = leafHashes
        var subtrees: [Subtree: Digest] = [:]
        var start = 0
        for hash in before.hashes {
            let level = Int.bitWidth - 1 - (before.size - start).leadingZeroBitCount
            subtrees[Subtree(level: level, index: start >> level)] = hash
            start += 1 << level
        }
        self.subtrees = subtrees
    }

    /// The root of the tree with the block.
    public var root: Digest {
        var tree = before
        for hash in leafHashes { tree.append(hash) }
        return tree.root
    }

    /// The proof that the leaf at `index` is in the tree with the block, leaf to root; nil if it is none of the block.
    public func inclusion(of index: Int) -> [Digest]? {
        guard index >= before.size, index < size else { return nil }
        return try? MerkleProof.inclusion(index: index, size: size, node: node)
    }

    private struct UnknownSubtree: Error {}

    private func node(_ level: Int, _ index: Int) throws(UnknownSubtree) -> Digest {
        if (index + 1) << level <= before.size {
            guard let hash = subtrees[Subtree(level: level, index: index)] else { throw UnknownSubtree() }
            return hash
        }
        if level == 0 { return leafHashes[index - before.size] }
        return MerkleTree.nodeHash(try node(level - 1, 2 * index), try node(level - 1, 2 * index + 1))
    }
}
