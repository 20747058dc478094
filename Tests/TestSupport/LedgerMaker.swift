public import ScripCore
public import ScripCrypto

/// Makes the chains of a federation block by block, and the votes and certificates on them, with whatever is
/// wrong in them that a test wants to be wrong.
public final class LedgerMaker {
    /// A block as it was sealed.
    public struct Block: Sendable {
        public let header: BlockHeader
        /// The size of the chain before it: the leaf index of its first line.
        public let first: Int
        /// The size of the chain with it.
        public let size: Int
        public let root: Digest
        public let checkpoint: SignedNote
        /// The gzip member: what a segment file with this block alone holds.
        public let member: [UInt8]
        /// Where the chain stood before it.
        public let before: ChainHead

        public var chain: RegionName { header.region }
        public var height: Int { header.height }
    }

    /// In the epoch that blocks name from now on.
    public private(set) var federation: SigningFederation
    /// Where each chain stands.
    public private(set) var heads: [RegionName: ChainHead] = [:]
    /// The last block of each chain that others may say they have seen.
    public private(set) var certified: [RegionName: Block] = [:]
    private let deflater = GzipDeflater()

    public init(_ federation: SigningFederation) {
        self.federation = federation
        for voter in federation.voters {
            heads[voter.name] = ChainHead(region: voter.name, genesis: federation.genesis)
        }
    }

    /// Goes on in the next epoch.
    public func enter(_ next: SigningFederation) { federation = next }

    /// Where a chain stands.
    public func head(_ chain: RegionName) -> ChainHead {
        heads[chain] ?? ChainHead(region: chain, genesis: federation.genesis)
    }

    /// Seals `lines`, whatever they are, as the next block of `chain`, which has seen all that is certified of the
    /// others. `alter` may change the block line, `alterSeal` the size and the root that are signed.
    public func seal(
        _ chain: RegionName, _ lines: [[UInt8]], time: Timestamp,
        alter: (BlockHeader) -> BlockHeader = { $0 },
        alterSeal: (Int, Digest) -> (Int, Digest) = { ($0, $1) }
    ) throws -> Block {
        let head = head(chain)
        var seen: [BlockHeader.Seen] = []
        for other in certified.keys.sorted() where other != chain {
            guard let block = certified[other], block.size > head.seen[other] ?? 0 else { continue }
            seen.append(BlockHeader.Seen(region: other, root: block.root, size: block.size))
        }
        let header = alter(
            BlockHeader(
                charter: federation.charter.epoch, count: lines.count, height: head.height + 1,
                previous: head.root, region: chain, seen: seen, time: time))
        var frontier = head.frontier
        frontier.append(MerkleTree.leafHash(header.line.span))
        for line in lines { frontier.append(MerkleTree.leafHash(line.span)) }
        let (size, root) = alterSeal(frontier.size, frontier.root)
        let checkpoint = Checkpoint(
            chain: chain, federation: federation.charter.federation, size: size, root: root
        ).signed(by: try federation.region(chain).log)
        let member = Self.member(
            [header.line] + lines + [SealLine(checkpoint: checkpoint.bytes).line], with: deflater)
        heads[chain] = ChainHead(
            region: chain, height: header.height, epoch: header.charter, time: header.time,
            frontier: frontier, root: frontier.root,
            seen: head.seen.merging(header.seen.map { ($0.region, $0.size) }) { $1 })
        return Block(
            header: header, first: head.size, size: size, root: root, checkpoint: checkpoint, member: member,
            before: head)
    }

    /// Seals in `body` from where the chain stood at `head`, and forgets it then.
    public func aside<Result>(from head: ChainHead, _ body: () throws -> Result) rethrows -> Result {
        let kept = heads
        defer { heads = kept }
        heads[head.region] = head
        return try body()
    }

    /// Lets the other chains see `block` from now on.
    public func certify(_ block: Block) { certified[block.chain] = block }

    /// The gzip member that holds `lines`.
    public static func member(_ lines: [[UInt8]], with deflater: GzipDeflater = GzipDeflater()) -> [UInt8] {
        var output: [UInt8] = []
        for line in lines {
            deflater.write(line.span, into: &output)
            deflater.write([UInt8(ascii: "\n")].span, into: &output)
        }
        deflater.finish(into: &output)
        return output
    }

    /// The gzip member that holds `text`, whatever it is.
    public static func member(text: [UInt8]) -> [UInt8] {
        let deflater = GzipDeflater()
        var output: [UInt8] = []
        deflater.write(text.span, into: &output)
        deflater.finish(into: &output)
        return output
    }

    // MARK: Votes and certificates

    /// What `voter` says of a block, signed with the keys of `signers`, if those are others than the federation's, for
    /// the quorum of `roster`, if that is of another epoch.
    public func vote(
        _ voter: RegionName, on block: Block, invalid: [VerdictText.Invalid] = [],
        signers: SigningFederation? = nil, roster: SigningFederation? = nil
    ) throws -> Vote {
        let charter = federation.charter
        let checkpoint = Checkpoint(
            chain: block.chain, federation: charter.federation, size: block.size, root: block.root)
        let keys = try (signers ?? roster ?? federation).region(voter)
        return Vote(
            casting: try VerdictText(
                checkpoint: checkpoint, charterEpoch: (roster ?? federation).charter.epoch,
                height: block.height, from: block.first,
                invalid: invalid),
            on: try VerifiedCheckpoint(sealing: block.checkpoint, chain: block.chain, charter: charter),
            voter: voter, log: keys.log, witness: keys.witness, timeSeconds: block.header.time.seconds)
    }

    /// The certificate that the first voters of the charter give a block.
    public func certificate(
        on block: Block, invalid: [VerdictText.Invalid] = [], roster: SigningFederation? = nil
    ) throws -> Certificate {
        let charter = (roster ?? federation).charter
        let votes = try charter.voters.prefix(charter.quorumSize).map {
            try vote($0.name, on: block, invalid: invalid, roster: roster).check(
                charters: federation.charters)
        }
        guard let certificate = Certificate(assembling: votes, charter: charter) else {
            throw SigningFederation.Impossible()
        }
        return certificate
    }
}
