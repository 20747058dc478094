internal import ScripCore
internal import ScripCrypto

/// Which certificates a block needs, and what those that are held make of it.
extension LedgerIndex {
    /// Whether a block is the first of its chain to name its epoch, and not the chain's first.
    func isTransition(_ block: IndexedBlock) throws -> Bool {
        guard let joined = charters.joined(block.chain), block.charter > joined else { return false }
        return try firstHeight(of: block.chain, naming: block.charter) == block.height
    }

    /// The epochs whose quorums must certify the block: that which it names; where it is the first of its chain to do
    /// so, the one before too.
    func certifyingEpochs(of block: IndexedBlock) throws -> [Int] {
        charters.certifyingEpochs(
            naming: block.charter, isFirst: try isTransition(block), of: block.chain)
    }

    /// The later epochs one of whose certificates will do instead, as a charter ruled that this branch stands.
    func rulingEpochs(of block: IndexedBlock) -> [Int] {
        charters.rulingEpochs(of: block.chain, size: block.size, naming: block.charter)
    }

    /// Whether certificates of all quorums that the block needs are held for its root, whatever their verdicts.
    func isCertified(_ block: IndexedBlock) throws -> Bool {
        let held = try certificates(block.chain, height: block.height).filter { $0.root == block.root }
        return isEnough(held.map(\.epoch), try certifyingEpochs(of: block), rulingEpochs(of: block))
    }

    private func isEnough(_ held: [Int], _ needed: [Int], _ ruling: [Int]) -> Bool {
        if held.isEmpty { return false }
        return needed.allSatisfy(held.contains) || ruling.contains(where: held.contains)
    }

    /// What the certificates that are held say of a block. `isTransition` is known where the block is not here yet.
    func certification(
        of block: IndexedBlock, isTransition: Bool? = nil
    ) throws -> IndexedBlock.Certification {
        // One for another tree is the chain's lie, if it is one, and says nothing of this block.
        let held = try certificates(block.chain, height: block.height).filter { $0.root == block.root }
        if held.isEmpty { return .absent }
        let needed = charters.certifyingEpochs(
            naming: block.charter, isFirst: try isTransition ?? self.isTransition(block), of: block.chain)
        let ruling = rulingEpochs(of: block)
        var agreeing: [Int] = []
        for certificate in held where needed.contains(certificate.epoch) || ruling.contains(certificate.epoch)
        {
            let own = try block.verdict(charters.federation, epoch: certificate.epoch).text
            if certificate.verdict != own { return .differs }
            agreeing.append(certificate.epoch)
        }
        return isEnough(agreeing, needed, ruling) ? .agrees : .absent
    }

    /// The epochs in which the block can still be voted on, and has no certificate.
    func openEpochs(of block: IndexedBlock) throws -> [Int] {
        let held = try certificates(block.chain, height: block.height).map(\.epoch)
        return (try certifyingEpochs(of: block) + rulingEpochs(of: block)).filter { !held.contains($0) }
    }

    /// The last block below `height` that is the first of its chain to name its epoch; nil if there is none.
    func lastTransition(of chain: RegionName, below height: Int) throws -> IndexedBlock? {
        guard let before = try block(chain, height: height - 1) else { return nil }
        guard let joined = charters.joined(chain), before.charter > joined,
            let first = try firstHeight(of: chain, naming: before.charter)
        else { return nil }
        return first == before.height ? before : try block(chain, height: first)
    }

    /// Whether the chain as it is here contradicts what a charter says of places in it.
    func contradictsCharters(_ chain: RegionName) throws -> Bool {
        try isOnOtherBranch(chain) || lastBeforeEnd(chain) != nil
    }

    /// Where a charter says that blocks of earlier epochs count no further, and more of them is here: that place, and the
    /// height to which the chain may be here; nil if nothing of the kind is.
    func lastBeforeEnd(_ chain: RegionName) throws -> (point: ChainPoint, height: Int)? {
        let size = try head(of: chain, genesis: charters.genesis).size
        for anchor in charters.anchors(of: chain) where anchor.endsEarlierEpochs && size > anchor.point.size {
            guard let next = try block(chain, holding: anchor.point.size) else { continue }
            if next.charter < anchor.epoch { return (anchor.point, next.height - 1) }
        }
        return nil
    }

    /// The votes that are held on a block for the quorum of an epoch, counted.
    func tally(_ block: IndexedBlock, epoch: Int) throws -> Tally {
        guard let charter = charters.charter(of: epoch) else { throw IndexError.damaged }
        return Tally(
            try ballots(block.chain, height: block.height, epoch: epoch)
                + contradictions(block.chain, height: block.height, epoch: epoch), charter: charter)
    }

    /// Whether a block can never be certified any more, by the votes that are held.
    func isDisputed(_ block: IndexedBlock) throws -> Bool {
        func isHopeless(_ epoch: Int) throws -> Bool {
            if case .disputed = try tally(block, epoch: epoch).outcome { return true }
            return false
        }
        let held = try certificates(block.chain, height: block.height).map(\.epoch)
        let needed = try certifyingEpochs(of: block).filter { !held.contains($0) }
        guard try needed.contains(where: isHopeless) else { return false }
        return try rulingEpochs(of: block).allSatisfy(isHopeless)
    }

    /// Whether a chain is here up to that place.
    func hasReached(_ point: ChainPoint) -> Bool {
        ((try? head(of: point.region, genesis: charters.genesis).size) ?? 0) >= point.size
    }

    /// Whether a charter has ruled on a fork of a chain further on than the chain is here, so that blocks without a
    /// certificate may be of the branch that lost: the place that the charter names does not show it.
    func mayBeOnLostBranch(_ chain: RegionName) throws -> Bool {
        let size = try head(of: chain, genesis: charters.genesis).size
        return try size > lastCertified(chain)?.size ?? 0
            && charters.hasRuled(on: chain, beyond: size)
    }

    /// Whether what is here of a chain has another block at a place than a charter says.
    func isOnOtherBranch(_ chain: RegionName) throws -> Bool {
        let size = try head(of: chain, genesis: charters.genesis).size
        return try charters.anchors(of: chain).contains { anchor in
            try anchor.point.size > 0 && size >= anchor.point.size
                && block(chain, size: anchor.point.size)?.root != anchor.point.root
        }
    }
}
