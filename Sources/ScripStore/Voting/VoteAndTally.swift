internal import ScripCore
internal import ScripCrypto

/// Voting on what is verified, and counting what is held (protocol section 8).
extension RegionWriter {
    /// Votes per file at most; a file does not cross a multiple of 1,000 either.
    private static let votesPerFileMax = 1_000
    /// What the verdicts that are held before they are written take together, in bytes. One alone may take more.
    private static let heldVerdictBytesMax = 1 << 20

    /// Casts this region's votes on every block that it can judge, then makes every certificate that the votes
    /// held allow. True if there was anything to do.
    func voteAndTally(_ onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        var isProgress = false
        if hasVoted, try standingContradiction() == nil {
            for chain in charters.chains
            where try !index.frozen().stops(chain) && vote(on: chain, onEvent) { isProgress = true }
        }
        for chain in charters.chains where try tally(chain, onEvent) { isProgress = true }
        return isProgress
    }

    /// The epochs for whose quorums this region votes on a block, and has not.
    private func dueEpochs(of block: IndexedBlock) throws -> [Int] {
        var epochs = try index.certifyingEpochs(of: block)
        // Once a charter ruled on a fork, or ended an old key, a vote for the earlier epoch could be the second one.
        if let ruling = index.rulingEpochs(of: block).last {
            epochs = block.certification == .absent ? [ruling] : []
        } else {
            let sure = epochs.filter {
                !charters.hasSettled(verdictOn: block.chain, size: block.size, epoch: $0)
            }
            if try sure.count < epochs.count && !isFirstVote(on: block) { epochs = sure }
        }
        return try epochs.filter { epoch in
            try charters.charter(of: epoch)?.voter(named: name) != nil
                && index.vote(block.chain, height: block.height, epoch: epoch, by: name) == nil
                && canSign(epoch)
        }
    }

    /// Whether this region cannot have voted on another block of that height. Votes on a branch that lost are in no index
    /// any more: their files tell, and the mark does of what was signed and not published.
    private func isFirstVote(on block: IndexedBlock) throws -> Bool {
        guard block.chain != name, let mark = try markFolder.votes() else { return false }
        if let last = mark.chains[block.chain],
            last.height > block.height || (last.height == block.height && last.root != block.root)
        {
            return false
        }
        // What cannot be read may say anything.
        return try PublishedVotes(of: name, in: directory).verdicts(on: block.chain, height: block.height)
            .allSatisfy { $0?.root == block.root }
    }

    /// Whether the keys of this region in an epoch are here. Those of an earlier one may be gone, and then the others
    /// have to make the quorum.
    func canSign(_ epoch: Int) -> Bool {
        epoch == charter.epoch || (try? loadSigners(epoch: epoch)) != nil
    }

    /// Calls `body` with each block of a chain, in order, on which this region is to vote and has not, with the epochs
    /// for whose quorums, until it returns false.
    private func forEachDueBlock(
        _ chain: RegionName, _ body: (IndexedBlock, [Int]) throws -> Bool
    ) throws {
        let head = try index.head(of: chain, genesis: genesis)
        if head.height == 0 { return }
        guard let joined = charters.joined(name), head.epoch >= joined - 1 else { return }
        var start = try index.lastVote(chain, by: name)
        if charters.epochs.count == 1 && start >= head.height { return }
        // Votes for two quorums may be due on the block that was voted on last; where a charter ruled, on all blocks.
        if charters.epochs.count > 1 { start = max(start - 1, 0) }
        if start == 0, let first = try index.firstHeight(of: chain, naming: joined) { start = first - 1 }
        if !charters.rulings(on: chain).isEmpty, let first = try index.uncertifiedHeights(chain).first {
            start = min(start, first - 1)
        }
        try index.forEachBlock(chain, above: start) { block in
            let epochs = try dueEpochs(of: block)
            return try epochs.isEmpty || body(block, epochs)
        }
    }

    /// The first block of a chain on which this region is to vote and has not.
    func dueBlock(_ chain: RegionName) throws -> IndexedBlock? {
        var due: IndexedBlock?
        try forEachDueBlock(chain) { block, _ in
            due = block
            return false
        }
        return due
    }

    /// The votes of this region on a block for the quorums of those epochs.
    func votes(on block: IndexedBlock, epochs: [Int]) throws -> [Vote] {
        let seal = try block.seal(charters)
        return try epochs.map { epoch in
            let signers = try loadSigners(epoch: epoch)
            return Vote(
                casting: try block.verdict(charters.federation, epoch: epoch), on: seal, voter: name,
                log: signers.log, witness: signers.witness, timeSeconds: now.seconds)
        }
    }

    /// Why this region must not vote on a block for now, as a phrase; nil if it may.
    private func obstacle(_ block: IndexedBlock) throws -> String? {
        if block.time > now.adding(seconds: Self.futureSecondsMax) {
            return "its time is ahead of this region's clock; it is voted on when that comes"
        }
        if try index.isFrozen(block) {
            return "it builds on a block whose certificates disagree; see 'scrip status'"
        }
        if let reason = try handoverObstacle(block) { return reason }
        if try block.chain != name && !isReadyToVote(on: block) {
            return "what it has seen of other chains is not certified here yet"
        }
        return nil
    }

    /// Nothing is voted on after the first block that names an epoch before both quorums have certified that one, nor
    /// beyond the place at which this region has promised that the chain ends.
    func handoverObstacle(_ block: IndexedBlock) throws -> String? {
        if let end = try promises().end(of: block.chain, naming: block.charter), block.size > end.size {
            return "this region has signed a charter by which the chain ends at \(end.size)"
        }
        guard let first = try index.lastTransition(of: block.chain, below: block.height) else { return nil }
        if try index.isCertified(first) { return nil }
        return """
            block \(first.height), the first of epoch \(first.charter), is not certified by the voters of both \
            epochs yet
            """
    }

    private func vote(on chain: RegionName, _ onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        var isProgress = false
        while try voteOnSome(of: chain, onEvent) { isProgress = true }
        return isProgress
    }

    /// Votes on the next blocks of a chain, as many as fit into memory with what they list. True if there are any.
    private func voteOnSome(
        of chain: RegionName, _ onEvent: (SyncEvent) throws -> Void
    ) throws -> Bool {
        var cast: [CastVote] = []
        var bytes = 0
        try forEachDueBlock(chain) { block, epochs in
            guard try obstacle(block) == nil else { return false }
            let votes = try votes(on: block, epochs: epochs)
            bytes += votes.reduce(0) { $0 + $1.verdict.text.count }
            if bytes > Self.heldVerdictBytesMax, !cast.isEmpty { return false }
            for (vote, epoch) in zip(votes, epochs) {
                cast.append(CastVote(vote: vote, epoch: epoch, blockEpoch: block.charter))
            }
            return true
        }
        if cast.isEmpty { return false }
        try markVotes(cast.map(\.vote), on: chain)
        try publish(cast)
        for entry in cast {
            let vote = entry.vote
            try index.addVote(
                chain, height: vote.height, epoch: entry.epoch, voter: name,
                verdict: SHA256.hash(vote.verdict.text), line: vote.line)
            let invalid = (try? VerdictText(parsing: vote.verdict.text))?.invalid.count ?? 0
            try onEvent(.voted(chain, height: vote.height, invalid: invalid))
        }
        return true
    }

    /// What keeps this region from voting further on a chain: the height of the next block, and why it waits.
    func pendingVote(on chain: RegionName) throws -> (height: Int, reason: String)? {
        guard hasVoted, try standingContradiction() == nil, let block = try dueBlock(chain) else {
            return nil
        }
        if try index.frozen().stops(chain) {
            if block.certification == .agrees { return nil }
            return (block.height, "the chain is frozen by evidence; see 'scrip status'")
        }
        return (block.height, try obstacle(block) ?? "it is voted on at the next sync")
    }

    /// The blocks of a chain that can no longer reach the quorum.
    func disputedHeights(_ chain: RegionName) throws -> [Int] {
        try index.uncertifiedHeights(chain).filter { height in
            guard let block = try index.block(chain, height: height) else { return false }
            return try ledger.isDisputed(block)
        }
    }

    /// Whether every size that the block has seen is certified, as a voter must see it.
    private func isReadyToVote(on block: IndexedBlock) throws -> Bool {
        for (chain, size) in block.seen {
            guard let boundary = try index.block(chain, size: size), try index.isCertified(boundary) else {
                return false
            }
        }
        return true
    }

    /// A vote, the epoch for whose quorum it is, and the one that its block names.
    private struct CastVote {
        let vote: Vote
        let epoch: Int
        let blockEpoch: Int

        /// The epoch that the name of its file holds.
        var namedEpoch: Int? { epoch == blockEpoch ? nil : epoch }
    }

    /// The name of the file of this region's vote on one block for the quorum of `epoch`.
    func voteFile(_ block: IndexedBlock, epoch: Int) -> VoteFileName? {
        VoteFileName(heights: block.height...block.height, epoch: epoch == block.charter ? nil : epoch)
    }

    /// Publishes own votes on blocks of one chain, those on consecutive blocks in one file.
    private func publish(_ votes: [CastVote]) throws {
        for epoch in Set(votes.map(\.namedEpoch)) {
            try publishGroups(votes.filter { $0.namedEpoch == epoch }.map(\.vote), epoch: epoch)
        }
    }

    private func publishGroups(_ votes: [Vote], epoch: Int?) throws {
        var rest = votes[...]
        while let first = rest.first {
            let thousand = ThousandName(height: first.height)
            var count = 0
            let group = rest.prefix(Self.votesPerFileMax).prefix {
                count += 1
                return ThousandName(height: $0.height) == thousand && $0.height == first.height + count - 1
            }
            rest = rest.dropFirst(group.count)
            do {
                try publish(group, epoch: epoch)
            } catch PublishError.conflict where epoch == nil && maySettle(group) {
                // The name is that of votes on blocks that are none any more; it stays theirs, here and at peers.
                for vote in group {
                    try publish([vote], epoch: VerdictText(parsing: vote.verdict.text).charterEpoch)
                }
            }
        }
    }

    /// Publishes votes on consecutive blocks as one file.
    private func publish(_ group: ArraySlice<Vote>, epoch: Int?) throws {
        guard let first = group.first, let last = group.last,
            let file = VoteFileName(heights: first.height...last.height, epoch: epoch)
        else { return }
        var bytes: [UInt8] = []
        for vote in group { bytes += vote.line + [UInt8(ascii: "\n")] }
        _ = try publisher.publish(
            bytes, to: PublicFile.votes(voter: name, chain: first.chain, file).regionPath,
            isEquivalent: { self.isSame($0, group) })
    }

    /// Whether a file holds votes of the same verdicts, signed at another time: the block was lost, and came again.
    private func isSame(_ file: File, _ votes: ArraySlice<Vote>) -> Bool {
        guard let bytes = try? file.contents(limit: PublicFiles.voteFileBytesMax) else { return false }
        let lines = VoteFile.read(bytes)
        return lines.count == votes.count
            && zip(lines, votes).allSatisfy { line, vote in
                guard let before = try? Vote(parsing: line), before.verdict.text == vote.verdict.text,
                    before.height == vote.height, before.checkpoint.text == vote.checkpoint.text
                else { return false }
                return (try? before.check(charters: charters)) != nil
            }
    }

    /// Whether charters have settled all that this region voted before, and otherwise, on the blocks of these votes.
    private func maySettle(_ votes: ArraySlice<Vote>) -> Bool {
        let published = PublishedVotes(of: name, in: directory)
        return votes.allSatisfy { vote in
            guard let verdicts = try? published.verdicts(on: vote.chain, height: vote.height) else {
                return false
            }
            return verdicts.allSatisfy { before in
                guard let before else { return false }
                return before.text == vote.verdict.text
                    || charters.hasSettled(
                        verdictOn: vote.chain, size: before.size, epoch: before.charterEpoch)
            }
        }
    }

    private func tally(_ chain: RegionName, _ onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        var isProgress = false
        for height in try index.uncertifiedHeights(chain) {
            guard let block = try index.block(chain, height: height) else { continue }
            // One block at a time: what certificates list may be long.
            var made: [(Certificate, CheckedCertificate)] = []
            for epoch in try index.openEpochs(of: block) {
                guard let charter = charters.charter(of: epoch) else { continue }
                let contradictory = Set(
                    try index.contradictions(chain, height: height, epoch: epoch).map(\.voter))
                let votes = try index.votes(chain, height: height, epoch: epoch)
                    .filter { !contradictory.contains($0.voter) }
                guard votes.count >= charter.quorumSize,
                    case .confirmed = try ledger.tally(block, epoch: epoch).outcome
                else { continue }
                let seal = try block.seal(charters)
                let checked = votes.compactMap { entry in
                    (try? Vote(parsing: entry.line)).flatMap { try? $0.check(charters: charters, seal: seal) }
                }
                guard let certificate = Certificate(assembling: checked, charter: charter) else { continue }
                made.append((certificate, try certificate.check(charters: charters, seal: seal)))
            }
            for (certificate, checked) in made {
                try take(certificate, checked, isOwn: true, onEvent)
                isProgress = true
            }
        }
        return isProgress
    }

    /// Publishes a certificate as the own copy and lets it count.
    func take(
        _ certificate: Certificate, _ checked: CheckedCertificate, isOwn: Bool,
        _ onEvent: (SyncEvent) throws -> Void
    ) throws {
        let chain = certificate.chain
        let epoch = checked.verdict.charterEpoch
        guard let file = CertificateName(height: certificate.height, epoch: epoch) else { return }
        _ = try publisher.publish(
            certificate.fileBytes, to: PublicFile.certificate(chain: chain, file).regionPath,
            isEquivalent: { _ in true })
        if let kept = try keepFork(certificate.checkpoint, of: chain) {
            try onEvent(.evidence(kept, from: nil))
        }
        try index.addCertificate(
            chain, height: certificate.height, epoch: epoch, size: checked.verdict.size,
            root: checked.verdict.root, verdict: checked.verdict.text)
        guard let block = try index.block(chain, height: certificate.height), block.certification == .absent
        else { return }
        try certify(block, try index.certification(of: block), onEvent)
    }

    /// Notes what the certificates of a block make of it.
    func certify(
        _ block: IndexedBlock, _ certification: IndexedBlock.Certification,
        _ onEvent: (SyncEvent) throws -> Void
    ) throws {
        // A certificate for another block of this height is the chain's lie, if it is one, and not this region's error.
        if certification == .absent { return }
        try index.certify(block.chain, height: block.height, certification)
        if certification == .agrees {
            try onEvent(.confirmed(block))
            for invalid in block.invalid {
                try onEvent(.rejected(ledger.recordID(at: invalid.index, in: block), block, invalid))
            }
        } else {
            try onEvent(.contradicted(block.chain, height: block.height))
        }
    }
}

extension LedgerIndex {
    /// The heights of the blocks of a chain without a certificate, ascending.
    func uncertifiedHeights(_ chain: RegionName) throws -> [Int] {
        let query = try database.prepare(
            "SELECT height FROM block WHERE certified<>1 AND certified=0 AND chain=? ORDER BY height")
        try query.bind(1, try id(of: chain))
        var heights: [Int] = []
        while try query.step() { heights.append(Int(query.integer(0))) }
        return heights
    }
}
