public import ScripCrypto

/// Proofs about Merkle trees (RFC 9162 section 2.1, which says of RFC 6962 trees how proofs are verified): that
/// a leaf is in a tree, and that a tree only grew.
///
/// Both work for a subtree as well: the leaves of a range that starts at a multiple of a power of two and is no
/// longer than that power. A whole tree of n leaves is the subtree `0..<n`.
public enum MerkleProof {
    /// Whether a range of leaves is a subtree: one that every larger tree computes the hash of on its way.
    public static func isSubtree(_ leaves: Range<Int>) -> Bool {
        guard leaves.lowerBound >= 0 else { return false }
        guard leaves.lowerBound > 0, leaves.count > 1 else { return true }
        let levels = Int.bitWidth - (leaves.count - 1).leadingZeroBitCount
        return leaves.lowerBound.trailingZeroBitCount >= levels
    }

    /// Whether `proof` shows that the leaf at `index` of a tree of `size` leaves has the hash `leafHash`.
    public static func verifyInclusion(
        leafHash: Digest, index: Int, size: Int, proof: [Digest], root: Digest
    ) -> Bool {
        guard size > 0 else { return false }
        return verifyInclusion(
            leafHash: leafHash, index: index, subtree: 0..<size, proof: proof, root: root)
    }

    /// Whether `proof` shows that the leaf at `index` has the hash `leafHash`, where `root` is the root of the
    /// subtree of the leaves `subtree`.
    public static func verifyInclusion(
        leafHash: Digest, index: Int, subtree: Range<Int>, proof: [Digest], root: Digest
    ) -> Bool {
        guard isSubtree(subtree), subtree.contains(index) else { return false }
        // RFC 9162 section 2.1.3.2: `position` and `last` are those of the node and of the last node on its
        // level.
        var position = index - subtree.lowerBound
        var last = subtree.count - 1
        var hash = leafHash
        for sibling in proof {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = MerkleTree.nodeHash(sibling, hash)
                // A node without a right neighbour rises until it has a left one.
                while position & 1 == 0, position > 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether `proof` shows that the tree of `newSize` leaves begins with the tree of `oldSize` leaves.
    ///
    /// Every tree begins with the empty one, and there is nothing to prove about it: `oldSize` 0 is refused.
    public static func verifyConsistency(
        from oldSize: Int, to newSize: Int, proof: [Digest], oldRoot: Digest, newRoot: Digest
    ) -> Bool {
        guard oldSize > 0 else { return false }
        return verifyConsistency(
            subtree: 0..<oldSize, size: newSize, proof: proof, subtreeRoot: oldRoot, root: newRoot)
    }

    /// Whether `proof` shows that the tree of `size` leaves with `root` has at `subtree` the leaves of which
    /// `subtreeRoot` is the root. An empty subtree has the empty root and needs no proof.
    public static func verifyConsistency(
        subtree: Range<Int>, size: Int, proof: [Digest], subtreeRoot: Digest, root: Digest
    ) -> Bool {
        guard isSubtree(subtree), subtree.upperBound <= size else { return false }
        guard !subtree.isEmpty else { return proof.isEmpty && subtreeRoot == MerkleTree.emptyRoot }
        // RFC 9162 section 2.1.4.2, with a start: positions on one level of the first node of the subtree, of
        // its last one, and of the last one of the tree.
        var first = subtree.lowerBound
        var last = subtree.upperBound - 1
        var end = size - 1
        func rise() {
            first >>= 1
            last >>= 1
            end >>= 1
        }
        // The proof begins at the largest perfect subtree that ends where the subtree ends.
        while first != last, last == end || last & 1 == 1 { rise() }
        var rest = proof[...]
        var subtreeHash = subtreeRoot
        if first != last {
            guard let start = rest.popFirst() else { return false }
            subtreeHash = start
        }
        var hash = subtreeHash
        for sibling in rest {
            guard end > 0 else { return false }
            if last & 1 == 1 || last == end {
                if first < last { subtreeHash = MerkleTree.nodeHash(sibling, subtreeHash) }
                hash = MerkleTree.nodeHash(sibling, hash)
                while last & 1 == 0, last > 0 { rise() }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            rise()
        }
        return end == 0 && subtreeHash == subtreeRoot && hash == root
    }

    /// The proof that the leaf at `index` is in the tree of `size` leaves, leaf to root; empty if it is not.
    ///
    /// - Parameter node: the root of the perfect subtree of 2^level leaves that starts at leaf
    ///   index · 2^level; asked for such subtrees alone that the tree holds whole.
    public static func inclusion<Failure: Error>(
        index: Int, size: Int, node: (_ level: Int, _ index: Int) throws(Failure) -> Digest
    ) throws(Failure) -> [Digest] {
        guard index >= 0, index < size else { return [] }
        var result: [Digest] = []
        var leaves = 0..<size
        while leaves.count > 1 {
            let middle = split(leaves)
            if index < middle {
                result.append(try root(middle..<leaves.upperBound, node: node))
                leaves = leaves.lowerBound..<middle
            } else {
                result.append(try root(leaves.lowerBound..<middle, node: node))
                leaves = middle..<leaves.upperBound
            }
        }
        return result.reversed()
    }

    /// The proof that the tree of `newSize` leaves begins with that of `oldSize` leaves; empty if either is
    /// empty, the sizes are the same, or the old one is the larger.
    ///
    /// - Parameter node: as for `inclusion`.
    public static func consistency<Failure: Error>(
        from oldSize: Int, to newSize: Int, node: (_ level: Int, _ index: Int) throws(Failure) -> Digest
    ) throws(Failure) -> [Digest] {
        guard oldSize > 0, oldSize < newSize else { return [] }
        var result: [Digest] = []
        var leaves = 0..<newSize
        // RFC 6962 section 2.1.2: down to where the old tree ends; what it holds whole there is the start of
        // the proof, unless that is the whole old tree, whose root the verifier has.
        while leaves.upperBound != oldSize {
            let middle = split(leaves)
            if oldSize <= middle {
                result.append(try root(middle..<leaves.upperBound, node: node))
                leaves = leaves.lowerBound..<middle
            } else {
                result.append(try root(leaves.lowerBound..<middle, node: node))
                leaves = middle..<leaves.upperBound
            }
        }
        if leaves.lowerBound > 0 { result.append(try root(leaves, node: node)) }
        return result.reversed()
    }

    /// The root of the subtree of `leaves`, which are not empty.
    private static func root<Failure: Error>(
        _ leaves: Range<Int>, node: (_ level: Int, _ index: Int) throws(Failure) -> Digest
    ) throws(Failure) -> Digest {
        if leaves.count.nonzeroBitCount == 1 {
            let level = leaves.count.trailingZeroBitCount
            return try node(level, leaves.lowerBound >> level)
        }
        let middle = split(leaves)
        let right = try root(middle..<leaves.upperBound, node: node)
        return MerkleTree.nodeHash(try root(leaves.lowerBound..<middle, node: node), right)
    }

    /// Where the left subtree of two or more leaves ends: it takes the largest power of two that leaves some.
    private static func split(_ leaves: Range<Int>) -> Int {
        let levels = Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount
        return leaves.lowerBound + (1 << levels)
    }
}
