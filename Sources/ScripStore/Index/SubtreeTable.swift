internal import ScripCore
internal import ScripCrypto

/// The perfect subtrees that a chain's tree fell into at the end of each of its blocks. With them the tree before any
/// block is known without reading the chain from its beginning: proofs need it. A block adds one or two rows on
/// average, however long the chain is.
extension LedgerIndex {
    /// Adds the subtrees of `frontier` that end above `size`, that of the block before.
    func addSubtrees(_ frontier: MerkleFrontier, of chain: RegionName, above size: Int) throws {
        let subtrees = Self.subtrees(ofTree: frontier.size)
        for (subtree, hash) in zip(subtrees, frontier.hashes)
        where (subtree.index + 1) << subtree.level > size {
            let query = try query(.addSubtree)
            try query.bind(1, try id(of: chain))
            try query.bind(2, Int64(subtree.level))
            try query.bind(3, Int64(subtree.index))
            try query.bind(4, hash)
            try query.run()
        }
    }

    /// The tree of the first `size` leaves of a chain, where a block ends at that size.
    func frontier(of chain: RegionName, at size: Int) throws -> MerkleFrontier {
        var hashes: [Digest] = []
        for subtree in Self.subtrees(ofTree: size) {
            let query = try query(.subtree)
            try query.bind(1, try id(of: chain))
            try query.bind(2, Int64(subtree.level))
            try query.bind(3, Int64(subtree.index))
            guard try query.step(), let hash = query.bytes32(0) else { throw IndexError.damaged }
            hashes.append(hash)
        }
        guard let frontier = MerkleFrontier(size: size, hashes: hashes) else { throw IndexError.damaged }
        return frontier
    }

    /// The perfect subtrees of a tree of `size` leaves, the largest first: of 2^level leaves from index · 2^level on.
    private static func subtrees(ofTree size: Int) -> [(level: Int, index: Int)] {
        stride(from: Int.bitWidth - 2, through: 0, by: -1).filter { size >> $0 & 1 == 1 }
            .map { ($0, size >> $0 - 1) }
    }
}
