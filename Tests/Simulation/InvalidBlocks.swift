internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// How a block can be wrong as a block, so that nobody may take it whatever its records are.
public enum BlockFlaw: String, CaseIterable {
    // The lines hash to what is signed; what they say cannot be.
    case time = "a time that goes back"
    case previous = "another root before it"
    case height = "another height"
    case region = "another region"
    case charter = "an epoch that it cannot name"
    case more = "more records than it counts"
    case fewer = "fewer records than it counts"
    case spaced = "a block line that is not canonical"
    case seenNowhere = "what it has seen is nowhere"
    case seenOther = "another root of what it has seen"
    case seenInside = "what it has seen ends within a block"
    case seenLess = "what it has seen is less than before"
    case late = "a time before an attestation"
    // What is signed is not what the lines hash to.
    case size = "another size"
    case root = "another root"
    // The checkpoint is the right one, of the right block, and the lines are others.
    case dropped = "a record is missing under the right seal"
    case added = "a record too many under the right seal"
    case retimed = "another time under the right seal"
    case respaced = "other bytes of the same meaning under the right seal"

    /// Whether a liar has signed something that it did not sign in its own chain.
    var isSigned: Bool {
        switch self {
        case .dropped, .added, .retimed, .respaced: false
        default: true
        }
    }
}

/// A block of a chain, and what was there before it.
struct OpenBlock {
    let header: BlockHeader
    /// Those between the block line and the seal.
    let records: [[UInt8]]
    let seal: [UInt8]
    let before: MerkleFrontier
    /// The time of the block before, if there is one.
    let timeBefore: Timestamp?
    /// What the blocks before it have seen.
    let seenBefore: [RegionName: Int]

    /// The block's lines with this first one and these records, and a seal over them that says what they hash to, or what
    /// `claim` makes of that.
    func lines(
        _ first: [UInt8], _ records: [[UInt8]], _ log: LogSigner, _ federation: FederationName,
        claim: (_ size: Int, _ root: Digest) -> (Int, Digest) = { ($0, $1) }
    ) -> [[UInt8]] {
        var frontier = before
        for line in [first] + records { frontier.append(MerkleTree.leafHash(line.span)) }
        let (size, root) = claim(frontier.size, frontier.root)
        let checkpoint = Checkpoint(chain: header.region, federation: federation, size: size, root: root)
        return [first] + records + [SealLine(checkpoint: checkpoint.signed(by: log).bytes).line]
    }

    func header(
        charter: Int? = nil, count: Int? = nil, height: Int? = nil, previous: Digest? = nil,
        region: RegionName? = nil, seen: [BlockHeader.Seen]? = nil, time: Timestamp? = nil
    ) -> BlockHeader {
        BlockHeader(
            charter: charter ?? header.charter, count: count ?? header.count,
            height: height ?? header.height, previous: previous ?? header.previous,
            region: region ?? header.region, seen: seen ?? header.seen, time: time ?? header.time)
    }

    /// The same, with what is seen of one chain being this.
    func seeing(_ entry: BlockHeader.Seen) -> BlockHeader {
        let others = header.seen.filter { $0.region != entry.region }
        return header(seen: (others + [entry]).sorted { $0.region < $1.region })
    }

    /// The latest time of an attestation in it.
    func latestAttestation(genesis: Digest) -> Timestamp? {
        let prefix = Record.signedPrefix(genesis: genesis)
        return records.compactMap { try? Record(line: $0, signedPrefix: prefix) }
            .flatMap(\.attestations).map(\.time).max()
    }
}

/// A liar whose program makes blocks that are none.
extension Federation {
    private static func spaced(_ line: [UInt8]) -> [UInt8] { [UInt8(ascii: "{"), 0x20] + line.dropFirst() }

    /// A liar seals a block, and what arrives elsewhere in its place, at some or at all of the others, are blocks that are
    /// wrong, one in this way and one in that. Once such a one was signed, its chain goes on nowhere, and more of them come.
    func forgeInvalidBlock() throws {
        guard let liar, twins[liar] == nil else { return }
        let region = try region(liar)
        let others = living.filter { $0 != liar }
        let isSigned = stain != nil || dice.chance(40)
        var isHidden = false
        if stain == nil {
            try admit([try requests.issue(&dice, from: liar)], at: region, "issue")
            guard case .done = try heartbeat(region), let block = try lastBlock(of: region) else { return }
            let log = try RegionDirectory(path: region.path, world: region.world).logSigner()
            try forge(block, log, at: others.filter { _ in dice.chance(60) }, isSigned: isSigned)
            isHidden = dice.chance(50)
        } else if let (block, log) = stain {
            try forge(block, log, at: others.filter { _ in dice.chance(60) }, isSigned: true)
        }
        guard isSigned, isHidden else { return }
        // Nothing tells of the right one.
        for name in others {
            try self.region(name).mailboxes[liar]?.withheld += [
                "heads.note", "votes/\(liar)/\(liar)/", "segments/\(liar)/",
            ]
        }
    }

    private func forge(
        _ block: OpenBlock, _ log: LogSigner, at victims: [RegionName], isSigned: Bool
    ) throws {
        let flaws = BlockFlaw.allCases.filter { $0.isSigned == isSigned }
        let path = try segmentPath(block.header.height)
        for name in victims {
            // Hardly any block can be too old.
            let isLate =
                isSigned && block.latestAttestation(genesis: charter.digest) != nil && dice.chance(30)
            let flaw = isLate ? .late : dice.pick(flaws)
            guard let mailbox = try region(name).mailboxes[block.header.region],
                let lines = try spoil(block, flaw, log)
            else { continue }
            mailbox.forge(path, SegmentText.file(of: lines))
            if isSigned {
                witness.condemn(lines, of: block.header.region)
                stain = (block, log)
            }
            hits.add("invalid block: \(flaw.rawValue)")
            tell(
                "\(block.header.region) shows \(name) block \(block.header.height) with \(flaw.rawValue)")
        }
    }

    /// What was shown in the place of good blocks is shown no more, but for what is signed.
    func takeBackForgeries() {
        for region in names.compactMap({ regions[$0] }) {
            for (peer, mailbox) in region.mailboxes where stain == nil || peer != liar { mailbox.unforge() }
        }
    }

    private func segmentPath(_ height: Int) throws -> String {
        guard let liar, let segment = SegmentName(heights: height...height) else {
            throw Violation("there is no block \(height)")
        }
        return PublicFile.segment(chain: liar, segment).path
    }

    /// The last block of a region, if it is of the newest epoch; nil if that is not to be had.
    private func lastBlock(of region: SimulatedRegion) throws -> OpenBlock? {
        let directory = try RegionDirectory(path: region.path, world: region.world)
        var before = MerkleFrontier()
        var timeBefore: Timestamp?
        var seenBefore: [RegionName: Int] = [:]
        var last: [[UInt8]] = []
        var height = 0
        while let bytes = Files.read("\(region.publicFolder)/\(try segmentPath(height + 1))") {
            if height > 0 {
                let header = try BlockHeader(line: last[0])
                timeBefore = header.time
                for entry in header.seen { seenBefore[entry.region] = entry.size }
                for line in last.dropLast() { before.append(MerkleTree.leafHash(line.span)) }
            }
            last = try SegmentText.lines(of: bytes)
            height += 1
        }
        guard height > 1, let seal = last.last else { return nil }
        let header = try BlockHeader(line: last[0])
        guard header.height == height, header.charter == directory.charters.newest.epoch else { return nil }
        return OpenBlock(
            header: header, records: Array(last[1..<last.count - 1]), seal: seal, before: before,
            timeBefore: timeBefore, seenBefore: seenBefore)
    }

    /// The lines of the block with that flaw; nil if it cannot have it.
    private func spoil(_ block: OpenBlock, _ flaw: BlockFlaw, _ log: LogSigner) throws -> [[UInt8]]? {
        let header = block.header
        let federation = charter.federation
        func signed(_ changed: BlockHeader) -> [[UInt8]] {
            block.lines(changed.line, block.records, log, federation)
        }
        func noise() -> Digest { Digest(dice.bytes(32)) ?? .zero }
        let stranger = try requests.accredit(header.region, log: log.privateKey).line
        switch flaw {
        case .time:
            return block.timeBefore.map {
                signed(block.header(time: $0.adding(seconds: -1 - Int64(dice.number(0..<86_400)))))
            }
        case .previous: return signed(block.header(previous: noise()))
        case .height: return signed(block.header(height: header.height + dice.pick([-1, 1, 2])))
        case .region:
            return signed(
                block.header(region: dice.pick(accounts.shops.keys.filter { $0 != header.region }.sorted())))
        case .charter: return signed(block.header(charter: header.charter + 2))
        case .more: return block.lines(header.line, block.records + [stranger], log, federation)
        case .fewer: return signed(block.header(count: header.count + 1))
        case .spaced: return block.lines(Self.spaced(header.line), block.records, log, federation)
        case .seenNowhere, .seenOther, .seenInside, .seenLess:
            return try seen(flaw, block).map { signed(block.seeing($0)) }
        case .late:
            guard let time = block.latestAttestation(genesis: charter.digest), let before = block.timeBefore,
                before < time
            else { return nil }
            return signed(block.header(time: time.adding(seconds: -1)))
        case .size: return block.lines(header.line, block.records, log, federation) { ($0 + 1, $1) }
        case .root:
            return block.lines(header.line, block.records, log, federation) { size, _ in (size, noise()) }
        case .dropped:
            guard !block.records.isEmpty else { return nil }
            return [block.header(count: header.count - 1).line] + Array(block.records.dropLast()) + [
                block.seal
            ]
        case .added:
            return [block.header(count: header.count + 1).line] + block.records + [stranger, block.seal]
        case .retimed:
            return [block.header(time: header.time.adding(seconds: 1)).line] + block.records + [block.seal]
        case .respaced: return [Self.spaced(header.line)] + block.records + [block.seal]
        }
    }

    /// What a block says that it has seen of another chain, and has not.
    private func seen(_ flaw: BlockFlaw, _ block: OpenBlock) throws -> BlockHeader.Seen? {
        let noise = Digest(dice.bytes(32)) ?? .zero
        let others = accounts.shops.keys.filter { $0 != block.header.region }.sorted()
        let chain = dice.pick(others)
        let sizes = witness.certifiedSizes(of: chain)
        switch flaw {
        case .seenNowhere:
            let size = (sizes.last ?? 0) + 1_000 + dice.number(0..<1_000)
            return BlockHeader.Seen(region: chain, root: noise, size: size)
        case .seenOther:
            let before = block.seenBefore[chain] ?? 0
            guard let size = sizes.last, size > before else { return nil }
            return BlockHeader.Seen(region: chain, root: noise, size: size)
        case .seenInside:
            let before = block.seenBefore[chain] ?? 0
            guard let size = sizes.last, size - 1 > before, !sizes.contains(size - 1) else { return nil }
            return BlockHeader.Seen(region: chain, root: noise, size: size - 1)
        default:
            guard let before = block.seenBefore[chain], before > 1 else { return nil }
            return BlockHeader.Seen(region: chain, root: noise, size: dice.number(1..<before + 1))
        }
    }
}
