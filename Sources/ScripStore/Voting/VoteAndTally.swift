internal import ScripCore
internal import ScripCrypto

/// Voting on what is verified, and counting what is held (protocol section 8).
extension RegionWriter {
    /// Votes per file at most; a file does not cross a multiple of 1,000 either.
    private static let votesPerFileMax = 1_000

    /// Casts this region's votes on every block that it can judge, then makes every certificate that the votes
    /// held allow. True if there was anything to do.
    func voteAndTally(_ onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        var isProgress = false
        if isVoter, try standingContradiction() == nil {
            for voter in charter.voters
            where try !index.frozen().stops(voter.name) && vote(on: voter.name, onEvent) { isProgress = true }
        }
        for voter in charter.voters where try tally(voter.name, onEvent) { isProgress = true }
        return isProgress
    }

    private func vote(on chain: RegionName, _ onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        let last = try index.lastVote(chain, by: name)
        let limit = now.adding(seconds: Self.futureSecondsMax)
        var votes: [Vote] = []
        try index.forEachBlock(chain, above: last) { block in
            guard block.time <= limit, try chain == name || isReadyToVote(on: block),
                try !index.isFrozen(block)
            else { return false }
            let signers = try loadSigners()
            votes.append(
                Vote(
                    casting: try block.verdict(charter: charter), on: try block.seal(charter: charter),
                    voter: name, log: signers.log, witness: signers.witness, timeSeconds: now.seconds))
            return true
        }
        try markVotes(votes, on: chain)
        try publish(votes)
        for vote in votes {
            try index.addVote(
                chain, height: vote.height, voter: name, verdict: SHA256.hash(vote.verdict.text),
                line: vote.line)
            let invalid = (try? VerdictText(parsing: vote.verdict.text))?.invalid.count ?? 0
            try onEvent(.voted(chain, height: vote.height, invalid: invalid))
        }
        return !votes.isEmpty
    }

    /// What keeps this region from voting further on a chain: the height of the next block, and why it waits.
    func pendingVote(on chain: RegionName) throws -> (height: Int, reason: String)? {
        guard isVoter, try standingContradiction() == nil,
            let block = try index.block(chain, height: try index.lastVote(chain, by: name) + 1)
        else { return nil }
        if try index.frozen().stops(chain) {
            if block.certification == .agrees { return nil }
            return (block.height, "the chain is frozen by evidence; see 'scrip status'")
        }
        if try index.isFrozen(block) {
            return (block.height, "it builds on a block whose certificates disagree; see 'scrip status'")
        }
        if block.time > now.adding(seconds: Self.futureSecondsMax) {
            return (block.height, "its time is ahead of this region's clock; it is voted on when that comes")
        }
        return (block.height, "what it has seen of other chains is not certified here yet")
    }

    /// The blocks of a chain that can no longer reach the quorum.
    func disputedHeights(_ chain: RegionName) throws -> [Int] {
        try index.uncertifiedHeights(chain).filter { height in
            guard let block = try index.block(chain, height: height) else { return false }
            if case .disputed = try ledger.tally(block).outcome { return true }
            return false
        }
    }

    /// Whether every size that the block has seen is certified, as a voter must see it.
    private func isReadyToVote(on block: IndexedBlock) throws -> Bool {
        for (chain, size) in block.seen {
            guard let boundary = try index.block(chain, size: size),
                try index.certifiedRoots(chain, size: size).contains(boundary.root)
            else { return false }
        }
        return true
    }

    /// Publishes own votes on consecutive blocks of one chain.
    private func publish(_ votes: [Vote]) throws {
        var rest = votes[...]
        while let first = rest.first {
            let thousand = ThousandName(height: first.height)
            let group = rest.prefix(Self.votesPerFileMax).prefix {
                ThousandName(height: $0.height) == thousand
            }
            rest = rest.dropFirst(group.count)
            guard let last = group.last, let file = VoteFileName(heights: first.height...last.height) else {
                return
            }
            var bytes: [UInt8] = []
            for vote in group { bytes += vote.line + [UInt8(ascii: "\n")] }
            _ = try publisher.publish(
                bytes, to: PublicFile.votes(voter: name, chain: first.chain, file).regionPath)
        }
    }

    private func tally(_ chain: RegionName, _ onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        var made: [(Certificate, CheckedCertificate)] = []
        for height in try index.uncertifiedHeights(chain) {
            guard let block = try index.block(chain, height: height) else { continue }
            let contradictory = Set(try index.contradictions(chain, height: height).map(\.voter))
            let votes = try index.votes(chain, height: height).filter { !contradictory.contains($0.voter) }
            guard votes.count >= charter.quorumSize,
                case .confirmed = try ledger.tally(block).outcome
            else { continue }
            let seal = try block.seal(charter: charter)
            let checked = votes.compactMap { entry in
                (try? Vote(parsing: entry.line)).flatMap { try? $0.check(charter: charter, seal: seal) }
            }
            guard let certificate = Certificate(assembling: checked, charter: charter) else { continue }
            made.append((certificate, try certificate.check(charter: charter, seal: seal)))
        }
        for (certificate, checked) in made {
            try take(certificate, checked, isOwn: true, onEvent)
        }
        return !made.isEmpty
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
        guard let block = try index.block(chain, height: certificate.height), block.charter == epoch else {
            return
        }
        try certify(block, checked.verdict.text, onEvent)
    }

    /// Compares a block with the verdict of its certificate.
    func certify(
        _ block: IndexedBlock, _ verdict: [UInt8], _ onEvent: (SyncEvent) throws -> Void
    ) throws {
        let certification = try block.certification(by: verdict, charter: charter)
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
