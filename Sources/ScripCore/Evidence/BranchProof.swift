public import ScripCrypto

/// Proofs of the leaf at which two branches of a chain part.
extension TransparencyProof {
    /// The proof of `leaf`, the first of the leaves that follow on `before`, in the tree with all of them; nil if there
    /// are none, or if the leaf is too long for a proof.
    public init?(of leaf: [UInt8], before: MerkleFrontier, leaves: [Digest], checkpoint: SignedNote) {
        guard !leaves.isEmpty else { return nil }
        let start = before.size
        let hashes = MerkleProof.inclusion(index: start, size: start + leaves.count) { level, position in
            let first = position << level
            if first >= start {
                return Self.root(of: leaves[(first - start)..<(first - start + 1 << level)])
            }
            // The subtrees to the left of the next leaf are those of the frontier, one for each bit of its size.
            return before.hashes[(start >> (level + 1)).nonzeroBitCount]
        }
        self.init(leaf: leaf, index: start, hashes: hashes, checkpoint: checkpoint)
    }

    private static func root(of leaves: ArraySlice<Digest>) -> Digest {
        var tree = MerkleFrontier()
        for hash in leaves { tree.append(hash) }
        return tree.root
    }

    /// Whether `bytes` claim to be a proof, by their first line.
    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "c2sp.org/tlog-proof@v1\n".utf8) }

    /// Whether the hashes lead to the root of the checkpoint. Whether that is signed well is for the caller.
    public var isGood: Bool {
        guard let tree = try? Checkpoint(parsing: checkpoint.text) else { return false }
        return isIncluded(size: tree.size, root: tree.root)
    }
}
