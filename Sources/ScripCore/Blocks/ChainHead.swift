public import ScripCrypto

/// Where a chain stands after its last block: all that the next block is checked against.
public struct ChainHead: Sendable, Equatable {
    public let region: RegionName
    /// 0 before the first block.
    public let height: Int
    /// The epoch that the last block names; 0 before the first block.
    public let epoch: Int
    /// The time of the last block.
    public let time: Timestamp?
    /// The Merkle tree over all leaves so far.
    public let frontier: MerkleFrontier
    /// What the next block names as `previous`: the root, or the genesis before the first block.
    public let root: Digest
    /// The size that the chain builds on, for every other chain of which it has seen any block.
    public let seen: [RegionName: Int]

    public init(
        region: RegionName, height: Int, epoch: Int = 1, time: Timestamp?, frontier: MerkleFrontier,
        root: Digest, seen: [RegionName: Int]
    ) {
        self.region = region
        self.height = height
        self.epoch = epoch
        self.time = time
        self.frontier = frontier
        self.root = root
        self.seen = seen
    }

    /// The head of a chain that has no block yet.
    public init(region: RegionName, genesis: Digest) {
        self.init(
            region: region, height: 0, epoch: 0, time: nil, frontier: MerkleFrontier(), root: genesis,
            seen: [:])
    }

    /// Leaves in the chain.
    public var size: Int { frontier.size }
}
