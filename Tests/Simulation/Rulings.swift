internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// A chain has forked, all have heard of it, and the operators talk: the honest regions try to rule which branch stands.
extension Federation {
    /// A branch of the liar's chain: the block at which it parts from the other one, and the honest voters that hold it.
    private struct Branch {
        let teller: SimulatedRegion
        let point: ChainPoint
        let holders: [RegionName]
        /// The size of the chain at its end, as the teller has it.
        let end: Int
    }

    /// Everything arrives everywhere; then one branch is drafted after the other, that which fewer hold first.
    func ruleOnFork() throws {
        guard let liar, let twin = twins[liar], !hasRuled else { return }
        let wasCalm = isCalm
        isCalm = true
        defer { isCalm = wasCalm }
        for name in honest where try region(name).isRestored { try repair(try region(name)) }
        if try honest.contains(where: { try region($0).isRestored }) { return }
        if proposal != nil { try concludeCharters() }
        // Each self goes on with its own story, and those hear of it first that it is for.
        twin.clock.move(seconds: 1)
        for one in [try region(liar), twin] { _ = try heartbeat(one) }
        for name in try honestVoters() {
            let listener = try region(name)
            let story = deceived.contains(name) ? twin.publicFolder : try region(liar).publicFolder
            if let mailbox = listener.mailboxes[liar], mailbox.source == story { mailbox.deliverAll() }
            try synchronizeQuietly(name)
        }
        try rest()
        guard let height = try forkHeight(of: liar) else { return }
        let branches = try branches(of: liar, at: height)
        hasRuled = true
        hits.add("forks that operators look at")
        for branch in branches {
            // What lies beyond a ruling is a fork again once the branch that stands has come to the same size
            // (scrip-protocol(7)): operators do not rule short of what they know.
            if branches.contains(where: { $0.point != branch.point && $0.end > branch.point.size }) {
                hits.add("rulings that would fall short of the other branch")
                continue
            }
            guard try askForRuling(branch, liar, height) else { continue }
            if try adoptRuling(branch, liar, height) { return }
            // Who has signed signs no other charter of the epoch.
            proposal = nil
            isEpochSpent = true
            hits.add("rulings that too few can sign")
            return
        }
    }

    /// The first height at which the two selves of a liar have different blocks; nil if there is none yet.
    private func forkHeight(of liar: RegionName) throws -> Int? {
        guard let twin = twins[liar] else { return nil }
        let region = try region(liar)
        var height = 1
        while let first = try seal(of: region, liar, height), let second = try seal(of: twin, liar, height) {
            if first != second { return height }
            height += 1
        }
        return nil
    }

    private func seal(of region: SimulatedRegion, _ chain: RegionName, _ height: Int) throws -> [UInt8]? {
        guard let segment = SegmentName(heights: height...height),
            let bytes = Files.read(
                "\(region.publicFolder)/\(PublicFile.segment(chain: chain, segment).path)")
        else { return nil }
        return try SegmentText.lines(of: bytes).last
    }

    private func branches(of liar: RegionName, at height: Int) throws -> [Branch] {
        var branches: [Branch] = []
        for one in [try region(liar), twins[liar]].compactMap({ $0 }) {
            guard let seal = try seal(of: one, liar, height) else { continue }
            let checkpoint = try Self.checkpoint(seal)
            var end = checkpoint.size
            var next = height + 1
            while let later = try self.seal(of: one, liar, next) {
                end = try Self.checkpoint(later).size
                next += 1
            }
            let holders = try honestVoters().filter { name in
                try self.seal(of: try region(name), liar, height) == seal
            }
            branches.append(
                Branch(
                    teller: one,
                    point: ChainPoint(region: liar, size: checkpoint.size, root: checkpoint.root),
                    holders: holders, end: end))
        }
        return branches.sorted { $0.holders.count < $1.holders.count }
    }

    private static func checkpoint(_ seal: [UInt8]) throws -> Checkpoint {
        try Checkpoint(parsing: try SignedNote(parsing: try SealLine(line: seal).checkpoint).text)
    }

    /// Drafts that a branch stands, and has everybody sign who does. True if anybody has.
    private func askForRuling(_ branch: Branch, _ liar: RegionName, _ height: Int) throws -> Bool {
        let before = witness.charters.newest
        let draft = try Charter(
            federation: before.federation, epoch: before.epoch + 1, previous: before.digest,
            quorum: before.quorum, regions: before.regions,
            changes: CharterChanges(rulings: [branch.point]))
        try witness.charters.check(next: draft)
        var ruling = CharterProposal(.ruling, draft, after: before)
        let certified = witness.certifiedRoot(of: liar, height)
        for name in try honestVoters() {
            let region = try region(name)
            guard try charters(of: region).newest == before else { continue }
            var copy: SignedCharter?
            let ending = try run(
                region, "charter sign", refusals: [.rejected, .retry], isRare: true
            ) { world in
                copy = try RegionWriter.open(path: region.path, world: world).sign(ruling.signed)
            }
            guard case .done = ending, let copy else {
                hits.add(
                    "ruling refused by \(branch.holders.contains(name) ? "who holds the branch" : "who holds the other branch")"
                )
                continue
            }
            if !branch.holders.contains(name) {
                throw Violation("\(name) rules for a branch of \(liar) that it does not hold")
            }
            if let certified, certified != branch.point.root {
                throw Violation("\(name) rules for a branch of \(liar), and the other one is certified")
            }
            ruling.promised.insert(name)
            try ruling.merge(copy)
        }
        if ruling.promised.isEmpty { return false }
        proposal = ruling
        hits.add("charter drafted: \(CharterProposal.Kind.ruling.rawValue)")
        tell(
            "charter \(draft.epoch) rules on \(liar) from \(height) on, signed by \(ruling.promised.sorted())"
        )
        try askLiar(branch)
        return true
    }

    /// The program of one who has forked signs nothing; who is sorry has the key, and signs without it.
    private func askLiar(_ branch: Branch) throws {
        guard let proposal, !(try proposal.isComplete()) else { return }
        let ending = branch.teller.run { world in
            _ = try RegionWriter.open(path: branch.teller.path, world: world).sign(proposal.signed)
        }
        if case .failed = ending { hits.add("ruling refused by the program of who forked") }
        guard dice.chance(80) else { return }
        let log = try RegionDirectory(path: branch.teller.path, world: branch.teller.world).logSigner()
        self.proposal?.signed = try proposal.signed.signed(by: log, after: proposal.before)
        hits.add("ruling signed by who forked")
    }

    /// One region adopts the ruling, the others hear of it, and the liar has one self again.
    private func adoptRuling(_ branch: Branch, _ liar: RegionName, _ height: Int) throws -> Bool {
        guard let ruling = proposal, try ruling.isComplete() else { return false }
        witness.release(liar, from: height)
        let adopter = try region(dice.pick(ruling.promised.sorted()))
        // With all faults, but in the end.
        isCalm = false
        for attempt in 0..<6 where try charters(of: adopter).newest.epoch < ruling.charter.epoch {
            isCalm = attempt == 5
            _ = try adopt(adopter)
        }
        isCalm = true
        if try charters(of: adopter).newest != ruling.charter {
            throw Violation("\(adopter.name) does not adopt the ruling on \(liar)")
        }
        try replace(liar, by: branch.teller)
        try settleProposal()
        hits.add("forks that a charter has ruled on")
        return true
    }
}
