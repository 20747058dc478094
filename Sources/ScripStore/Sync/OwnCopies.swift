internal import ScripCore
internal import ScripCrypto

/// What peers hold of this region's own signed statements, compared with what it holds itself (protocol section 9). Only
/// what its own keys signed counts; what a peer's hint claims is only a reason to look.
struct OwnCopies {
    let directory: RegionDirectory
    let index: LedgerIndex
    let name: RegionName
    /// What was read in vain; nil for who must change nothing, or asks once and wants to know more.
    private let useless: UselessFiles?
    private var charters: CharterHistory { directory.charters }
    private var genesis: Digest { directory.genesis }

    init(
        _ directory: RegionDirectory, _ index: LedgerIndex, _ name: RegionName,
        remembering useless: UselessFiles? = nil
    ) {
        self.directory = directory
        self.index = index
        self.name = name
        self.useless = useless
    }

    init(_ writer: RegionWriter, remembering useless: UselessFiles? = nil) {
        self.init(writer.directory, writer.index, writer.name, remembering: useless)
    }

    /// A statement of this region that a peer has and this directory has not.
    enum Finding {
        /// A block above the own head.
        case block(height: Int)
        /// Another block of a height that is held.
        case otherBlock(height: Int)
        case vote(chain: RegionName, height: Int)
    }

    /// Segment files of one peer that are opened in vain at most, and as many vote files of one chain.
    private static let filesMax = 4
    /// As many where nothing is remembered, so that there is no next run that goes on.
    private static let filesMaxOnce = 64
    /// Files that are looked up at most, whether they were opened in vain before.
    private static let namesMax = 256
    /// What may be inflated of one peer's files: the one block that is asked for, and as much again in vain.
    private static let inflatedBytesMax = 2 * BlockHeader.bytesMax
    /// Vote files are looked at up to this size: a thousand votes of blocks in which little is invalid.
    private static let voteFileBytesMax = 16 << 20

    // MARK: Before each signature

    /// Throws if a peer that `scrip.json` names holds more of this region than this directory. A peer that is away
    /// is no reason to refuse. Of each only the hint and one name are looked at, unless they say that there is more.
    func requireNothingElsewhere() throws {
        for path in directory.configuredPeers where (try? isWorthComparing(path)) ?? false {
            guard
                let peer = try? PeerFolder(
                    path: path, charters: charters, fileSystem: directory.world.fileSystem)
            else { continue }
            try requireNothingMore(in: peer)
        }
    }

    /// Throws if the peer holds more of this region than this directory.
    func requireNothingMore(in peer: PeerFolder) throws {
        guard let finding = try finding(in: peer) else { return }
        throw StoreError(.retry, directory.path, Self.text(finding, peer.path))
    }

    static func text(_ finding: Finding, _ peer: String) -> String {
        switch finding {
        case .block(let height):
            """
            '\(peer)' holds block \(height) of this region, signed by it, and it is not here: this directory was \
            set back, or a copy of it is in use elsewhere; nothing is signed; run 'scrip repair --from \(peer)'
            """
        case .vote(let chain, let height):
            """
            '\(peer)' holds a vote of this region on block \(height) of '\(chain.text)', signed by it, and it is \
            not here: this directory was set back, or a copy of it is in use elsewhere; nothing is signed; run \
            'scrip repair --from \(peer)'
            """
        case .otherBlock(let height):
            """
            '\(peer)' holds another block \(height) of this region, signed by it too: a copy of this directory is \
            or was in use elsewhere and the chain has forked; nothing is signed; stop both, and see FORKS in \
            scrip-protocol(7)
            """
        }
    }

    /// Whether the hint of a peer, checked by nobody, or the name of the next block says that it has something.
    private func isWorthComparing(_ path: String) throws -> Bool {
        let peer = try Directory(path: path, fileSystem: directory.world.fileSystem)
        let folder = try peer.subdirectoryIfPresent(RegionLayout.public) ?? peer
        let head = try index.head(of: name, genesis: genesis).height
        if let next = SegmentName(heights: (head + 1)...(head + 1)) {
            let (path, file) = try folder.split(PublicFile.segment(chain: name, next).path)
            if try folder.subdirectoryIfPresent(path)?.status(of: file) != nil { return true }
        }
        guard
            let bytes = try? ForeignFile(RegionLayout.heads, in: folder, limit: HeadsFile.bytesMax)
                .contents(),
            let hint = HeadsFile.readUnchecked(bytes)
        else { return false }
        return try claimsMore(hint)
    }

    private func claimsMore(_ hint: HeadsNote) throws -> Bool {
        if let claim = hint.chains.first(where: { $0.region == name }),
            try index.block(name, height: claim.height)?.root != claim.root
        {
            return true
        }
        for claim in hint.votes where claim.voter == name {
            if try claim.height > index.lastVote(claim.chain, by: name),
                try claim.height > markedHeight(claim.chain)
            {
                return true
            }
        }
        return false
    }

    // MARK: Looking

    /// What a peer holds of this region that is not here, if anything.
    func finding(in peer: PeerFolder) throws -> Finding? {
        let head = try index.head(of: name, genesis: genesis)
        let claim = peer.hint?.chains.first { $0.region == name }
        var heights = [head.height + 1]
        if let claim, claim.height > head.height { heights.append(claim.height) }
        let budget = InflationBudget(bytesMax: Self.inflatedBytesMax)
        for height in heights {
            if let found = try blockBeyond(head, peer, around: height, budget),
                try followsRulings(peer)
            {
                return .block(height: found)
            }
        }
        if let other = try otherBlock(head, peer, claim, budget), try followsRulings(peer) {
            return .otherBlock(height: other)
        }
        for chain in charters.chains {
            // Votes beyond the place at which a charter ends a chain, or on a branch that one rules out, are not missed.
            if charters.end(of: chain).map({ index.hasReached($0) }) ?? false { continue }
            if !charters.rulings(on: chain).isEmpty { continue }
            if let height = try vote(on: chain, peer) { return .vote(chain: chain, height: height) }
        }
        return nil
    }

    /// The height of a block above the own head. What it says of its height nobody has signed, so that its size counts;
    /// and beyond the place where a charter replaced the key that signed it, it is nothing that this region made.
    private func blockBeyond(
        _ head: ChainHead, _ peer: PeerFolder, around height: Int, _ budget: InflationBudget
    ) throws -> Int? {
        let names = segments(of: peer, around: height).filter { $0.heights.upperBound > head.height }
        var filesLeft = useless == nil ? Self.filesMaxOnce : Self.filesMax
        for file in names.prefix(Self.namesMax) {
            let wanted = max(head.height + 1, file.heights.lowerBound)
            let member = MemberSearch(wanted, in: file, of: name, directory, index)
            let search = try FruitlessSearch(
                .ownBlockBeyond, member.path, of: peer,
                "block \(wanted) above \(head.size), at \(member.offset ?? -1)", useless)
            if search.isKnown { continue }
            if filesLeft == 0 { break }
            filesLeft -= 1
            switch checkpoint(member, of: peer, budget) {
            case .signed(let found)
            where found.checkpoint.size > head.size
                && (found.isByNewestKey(of: charters) || found.isWithinReplacedKey(of: charters)):
                return wanted
            case .signed, .nothing: try search.note()
            case .cutOff: continue
            }
        }
        return nil
    }

    /// The height of a block that differs from the one held: where the hint says so, or, without one, at the end of
    /// what the peer holds.
    private func otherBlock(
        _ head: ChainHead, _ peer: PeerFolder, _ claim: HeadsNote.Chain?, _ budget: InflationBudget
    ) throws -> Int? {
        let head = head.height
        guard head > 0 else { return nil }
        let height: Int
        let file: SegmentName?
        if let claim {
            guard claim.height <= head, try index.block(name, height: claim.height)?.root != claim.root
            else { return nil }
            height = claim.height
            file = segments(of: peer, around: height).first { $0.heights.contains(height) }
        } else {
            file = segments(of: peer, around: head).last { $0.heights.lowerBound <= head }
            height = min(file?.heights.upperBound ?? 0, head)
        }
        // As with forks, a key that was replaced says nothing any more.
        guard let file else { return nil }
        let own = try index.block(name, height: height)?.root.hexadecimal ?? "none"
        let member = MemberSearch(height, in: file, of: name, directory, index)
        let search = try FruitlessSearch(
            .otherOwnBlock, member.path, of: peer,
            "block \(height) other than \(own), at \(member.offset ?? -1)", useless)
        if search.isKnown { return nil }
        switch checkpoint(member, of: peer, budget) {
        case .signed(let theirs):
            if try theirs.isByNewestKey(of: charters) && !isHeld(theirs) { return height }
            try search.note()
        case .nothing: try search.note()
        case .cutOff: break
        }
        return nil
    }

    /// Whether a block of the own chain here has that checkpoint, whatever height is said of it.
    private func isHeld(_ theirs: VerifiedCheckpoint) throws -> Bool {
        try index.block(name, size: theirs.checkpoint.size)?.root == theirs.checkpoint.root
    }

    /// Whether a peer holds the blocks that stand where charters have ruled on a fork of this chain, as far as they are
    /// here: if not, what it has of the chain is of the branch that lost, which is no news, and settled.
    private func followsRulings(_ peer: PeerFolder) throws -> Bool {
        for anchor in charters.rulings(on: name) {
            guard let own = try index.block(name, size: anchor.point.size), own.root == anchor.point.root
            else { continue }
            let files = segments(of: peer, around: own.height).filter { $0.heights.contains(own.height) }
            // A budget of its own: what was searched before must not decide what counts.
            let budget = InflationBudget(bytesMax: Self.inflatedBytesMax)
            let isThere = files.prefix(Self.filesMax).contains { file in
                let member = MemberSearch(own.height, in: file, of: name, directory, index)
                return if case .signed(let found) = checkpoint(member, of: peer, budget) {
                    found.checkpoint.root == own.root
                } else {
                    false
                }
            }
            if !isThere { return false }
        }
        return true
    }

    private func segments(of peer: PeerFolder, around height: Int) -> [SegmentName] {
        let thousand = ThousandName(height: height)
        return peer.names("\(RegionLayout.segments)/\(name.text)/\(thousand.text)") { text in
            SegmentName(text).flatMap { $0.thousand == thousand ? $0 : nil }
        }
        .sorted { $0.heights.lowerBound < $1.heights.lowerBound }
    }

    /// What a file of a peer's holds of a block of this region.
    private enum Copy {
        /// The checkpoint that this region signed for it.
        case signed(VerifiedCheckpoint)
        /// There is no such block, or another signed it.
        case nothing
        /// The file could not be read, or what came before it had used up the budget.
        case cutOff
    }

    private func checkpoint(
        _ search: MemberSearch, of peer: PeerFolder, _ budget: InflationBudget
    ) -> Copy {
        let isFirst = !budget.isTouched
        do {
            let foreign = try peer.open(search.path, limit: PeerFolder.segmentBytesMax)
            guard let found = try search.run(foreign, budget) else { return .nothing }
            try found.reader.skipLines(found.header.count)
            let seal = try SealLine(line: try found.reader.readLines(atMost: 1).line(0))
            try found.reader.finishMember()
            return .signed(
                try VerifiedCheckpoint(
                    try SignedNote(parsing: seal.checkpoint), chain: name, charters: charters))
        } catch ForeignFileError.file {
            return .cutOff
        } catch {
            // Whatever is wrong with it, it is nothing that this region signed.
            return budget.isSpent && !isFirst ? .cutOff : .nothing
        }
    }

    /// How far the marks say that this region has signed on a chain. A vote up to there that is not here was never made
    /// durable, though a peer was fast enough to see it: the marks are newer, and it can only be signed again with the same
    /// text (`VotesMark`).
    private func markedHeight(_ chain: RegionName) throws -> Int {
        guard let root = directory.root,
            let marks = try MarkFolder(reading: root, world: directory.world)
        else { return 0 }
        return try chain == name ? marks.names().last?.height ?? 0 : marks.votes()?.chains[chain]?.height ?? 0
    }

    /// Whether this region's key in the newest charter made a vote that was checked: a second verdict by one that was
    /// replaced is held against nobody.
    private func isByNewestKey(_ vote: Vote) -> Bool {
        guard let key = charters.newest.voter(named: name)?.log else { return false }
        return vote.verdict.signatures.allSatisfy { key.isSigner(of: $0) }
    }

    /// The lowest height at which a peer holds a vote of this region on another block than the one here, which is not
    /// certified, and which it has not voted on here: who has voted on both has no branch of its own.
    func firstVoteElsewhere(on chain: RegionName, _ peer: PeerFolder) throws -> Int? {
        let head = try index.head(of: chain, genesis: genesis).height
        let first = try max(index.lastCertified(chain)?.height ?? 0, index.lastVote(chain, by: name))
        guard head > first, charters.rulings(on: chain).isEmpty else { return nil }
        let path = "\(RegionLayout.votes)/\(name.text)/\(chain.text)"
        var lowest: Int?
        for thousand in peer.thousands(path, from: first + 1) {
            let folder = "\(path)/\(thousand.text)"
            let files = peer.names(folder, { VoteFileName($0) }).filter { $0.heights.upperBound > first }
                .sorted { $0.heights.lowerBound < $1.heights.lowerBound }
            for file in files.prefix(Self.filesMaxOnce) {
                guard let bytes = try? peer.contents("\(folder)/\(file.text)", limit: Self.voteFileBytesMax)
                else { continue }
                for line in VoteFile.read(bytes) {
                    guard let vote = try? Vote(parsing: line), vote.voter == name, vote.chain == chain,
                        vote.height > first, vote.height < lowest ?? .max,
                        let block = try index.block(chain, height: vote.height),
                        let checked = try? vote.check(charters: charters), isByNewestKey(vote),
                        checked.verdict.root != block.root,
                        !charters.hasSettled(
                            verdictOn: chain, size: checked.verdict.size, epoch: checked.verdict.charterEpoch)
                    else { continue }
                    lowest = vote.height
                }
            }
            if lowest != nil { break }
        }
        return lowest
    }

    private func vote(on chain: RegionName, _ peer: PeerFolder) throws -> Int? {
        var last = try index.lastVote(chain, by: name)
        if let hint = peer.hint,
            hint.votes.first(where: { $0.voter == name && $0.chain == chain })?.height ?? 0 <= last
        {
            return nil
        }
        last = try max(last, markedHeight(chain))
        let path = "\(RegionLayout.votes)/\(name.text)/\(chain.text)"
        var filesLeft = Self.filesMax
        for thousand in peer.thousands(path, from: last + 1) {
            let folder = "\(path)/\(thousand.text)"
            // The newest first: those by the key in force are there.
            let files = peer.names(folder, { VoteFileName($0) }).filter { $0.heights.upperBound > last }
                .sorted { $0.heights.upperBound > $1.heights.upperBound }
            for file in files.prefix(Self.namesMax) {
                let path = "\(folder)/\(file.text)"
                let search = try FruitlessSearch(.ownVotes, path, of: peer, "votes above \(last)", useless)
                if search.isKnown { continue }
                if filesLeft == 0 { return nil }
                filesLeft -= 1
                guard let bytes = try? peer.contents(path, limit: Self.voteFileBytesMax) else { continue }
                for line in VoteFile.read(bytes).reversed() {
                    guard let vote = try? Vote(parsing: line), vote.voter == name, vote.chain == chain
                    else { break }
                    guard vote.height > last else { break }
                    // What a vote on a block by an old key said counts for nothing.
                    if let checked = try? vote.check(charters: charters), isByNewestKey(vote),
                        !charters.hasSettled(
                            verdictOn: chain, size: checked.verdict.size, epoch: checked.verdict.charterEpoch)
                    {
                        return vote.height
                    }
                }
                try search.note()
            }
        }
        return nil
    }
}
