internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Looks whether a peer has another branch of a chain than this region, and for the two statements that prove it.
    ///
    /// What the peer's hint says of a chain, or a block that does not follow on what is held, is only a lead. The proof
    /// is a checkpoint of the chain's own key: of another tree at a size that is held; or, where the branches have no
    /// size in common, proofs of the first leaf in which they differ. Blocks are the same up to the fork and differ
    /// from there on, so the first that differs is found by halving.
    func searchForks(_ peer: PeerFolder) throws {
        for chain in charters.chains where try !index.frozen().stops(chain) {
            let top = try index.head(of: chain, genesis: genesis).height
            if top == 0 { continue }
            if peer.suspects.remove(chain) != nil {
                try searchFork(peer, chain, from: top)
                try compareWithCertificate(peer, chain, height: top + 1)
            } else if let claim = peer.hint?.chains.first(where: { $0.region == chain }),
                let own = try index.block(chain, height: claim.height), own.root != claim.root
            {
                try searchFork(peer, chain, from: claim.height)
            } else if peer.hint == nil {
                // Nothing says where to look: the last block that is held tells whether those before it are the same.
                try searchFork(peer, chain, from: top)
            }
        }
    }

    private func block(_ peer: PeerFolder, _ chain: RegionName, _ height: Int) throws -> ForeignBlock? {
        // No folder is listed where the block has a file of its own.
        if let single = SegmentName(heights: height...height),
            peer.status(of: SegmentFiles.path(single, of: chain)) != nil,
            let found = try block(peer, chain, height, in: single)
        {
            return found
        }
        // Files that were of no use as segments, too: it is in those that another branch lies.
        let thousand = ThousandName(height: height)
        let names = peer.names(
            SegmentFiles.folder(thousand, of: chain), part: "search", keeping: .bothEnds,
            by: SegmentName.precede
        ) { text in SegmentName(text).flatMap { $0.thousand == thousand ? $0 : nil } }
        for name in names.filter({ $0.heights.contains(height) && $0.heights.count > 1 })
            .prefix(Self.searchedFilesMax)
        {
            if let found = try block(peer, chain, height, in: name) { return found }
        }
        return nil
    }

    /// Files in which one block is looked for.
    private static let searchedFilesMax = 4

    private func block(
        _ peer: PeerFolder, _ chain: RegionName, _ height: Int, in name: SegmentName
    ) throws -> ForeignBlock? {
        let path = SegmentFiles.path(name, of: chain)
        // That a file is of no use here says nothing of what it is as a segment.
        let entry = "\(path) \(height)"
        let file: ForeignFile
        do {
            if let status = peer.status(of: path), try useless.contains(entry, of: peer.path, status) {
                return nil
            }
            file = try peer.open(path, limit: PeerFolder.segmentBytesMax)
        } catch is ForeignFileError {
            return nil
        }
        let budget = inflationBudget(of: peer)
        let isFirst = !budget.isTouched
        do {
            let search = MemberSearch(height, in: name, of: chain, writer.directory, index)
            if let found = try search.run(file, budget) {
                return try ForeignBlock(found, chain: chain, charters: charters)
            }
        } catch let fault as BlockFault {
            // Its charter may be on its way; and others may have used up what this one would have needed.
            if fault.code == .charter || budget.isSpent && !isFirst { return nil }
        } catch is MalformedRecord {
            // Not its lines.
        } catch is ForeignFileError {
            return nil
        }
        try useless.note(entry, of: peer.path, file.status)
        return nil
    }

    /// What may be inflated of the files of a peer, in one run, in search of forks.
    private func inflationBudget(of peer: PeerFolder) -> InflationBudget {
        if let known = inflationBudgets[peer.path] { return known }
        let budget = InflationBudget(bytesMax: 16 * BlockHeader.bytesMax)
        inflationBudgets[peer.path] = budget
        return budget
    }

    private func searchFork(_ peer: PeerFolder, _ chain: RegionName, from top: Int) throws {
        var low = 0
        var high = top
        guard var other = try block(peer, chain, top),
            try other.checkpoint.root != index.block(chain, height: top)?.root
        else { return }
        var differing = [other.note]
        while high - low > 1 {
            let middle = (low + high) / 2
            guard let next = try block(peer, chain, middle) else { return }
            if try next.checkpoint.root == index.block(chain, height: middle)?.root {
                low = middle
            } else {
                (high, other) = (middle, next)
                differing.append(next.note)
            }
        }
        // The first block that differs: a charter that rules there settles all that follows.
        if let kept = try writer.keepFork(other.note, of: chain) { return report(kept) }
        if try proveByLeaves(other, chain) { return }
        for note in differing {
            if let kept = try writer.keepFork(note, of: chain) { return report(kept) }
        }
    }

    /// Two blocks that follow on the same one, of different sizes: each has a proof of its block line.
    /// True if that proves the fork.
    private func proveByLeaves(_ other: ForeignBlock, _ chain: RegionName) throws -> Bool {
        // A checkpoint of the branch that is held, put over other lines, is no lead worth a walk over the chain; nor is
        // one that was followed before, or a second one in one run.
        if try index.block(chain, size: other.checkpoint.size)?.root == other.checkpoint.root { return false }
        let lead = other.key
        if try hasWalkedChain || index.isJudged(lead) { return false }
        try index.setJudged(lead)
        hasWalkedChain = true
        let height = other.header.height
        guard let held = try index.block(chain, height: height), other.first == held.first,
            let (before, own) = try ownBlock(chain, height), before.size == held.first,
            let ownProof = TransparencyProof(
                of: own.headerLine, before: before, leaves: own.leafHashes, checkpoint: own.note),
            let otherProof = TransparencyProof(
                of: other.headerLine, before: before, leaves: other.leafHashes, checkpoint: other.note),
            let evidence = Evidence.fork(ownProof, otherProof)
        else { return false }
        do {
            report(try writer.keep(evidence))
            return true
        } catch is EvidenceError {
            // The lines there are not those that were signed.
            return false
        }
    }

    /// The own copy of a block, and the tree before it, which takes a walk over the chain.
    private func ownBlock(_ chain: RegionName, _ height: Int) throws -> (MerkleFrontier, ForeignBlock)? {
        var frontier = MerkleFrontier()
        var next = 1
        while let found = try SegmentFiles.file(holding: next, of: chain, in: writer.directory.publicFolder) {
            let start = next
            let reader = SegmentReader(found.file)
            while try reader.startMember() {
                guard
                    let block = try ForeignBlock(next: reader, from: next, chain: chain, charters: charters)
                else { continue }
                if next == height { return (frontier, block) }
                for hash in block.leafHashes { frontier.append(hash) }
                next += 1
            }
            if next == start { return nil }
        }
        return nil
    }

    /// A block that the peer has behind the last one here, against a certificate of its height.
    private func compareWithCertificate(_ peer: PeerFolder, _ chain: RegionName, height: Int) throws {
        let roots = try index.certificates(chain, height: height)
        guard !roots.isEmpty, let other = try block(peer, chain, height),
            let entry = roots.first(where: {
                $0.size == other.checkpoint.size && $0.root != other.checkpoint.root
            }),
            let certificate = try writer.heldCertificate(chain, height: height, epoch: entry.epoch),
            let evidence = Evidence.fork(certificate.checkpoint, other.note)
        else { return }
        do {
            report(try writer.keep(evidence))
        } catch is EvidenceError {
            // Whatever it is, it is not signed.
        }
    }

    /// Keeps a block that is invalid by itself as evidence, if it is: the member at which `reader` stands, of which
    /// `copy` holds what was read.
    func keepInvalidBlock(_ copy: StagedFile, _ reader: SegmentReader, of chain: RegionName) throws {
        guard (try? reader.skipMember()) != nil else { return }
        let size = reader.memberEnd - reader.memberStart
        guard size > 0, size < Int64(Evidence.bytesMax) / 4 * 3 else { return }
        var member: [UInt8] = []
        while Int64(member.count) < size {
            let start = reader.memberStart + Int64(member.count)
            let wanted = min(Int(size) - member.count, 1 << 18)
            if try copy.file.read(at: start, atMost: wanted, into: &member) == 0 { return }
        }
        let before = try index.head(of: chain, genesis: genesis).frontier
        guard let evidence = Evidence.block(member, after: before) else { return }
        do {
            report(try writer.keep(evidence))
        } catch is EvidenceError {
            // What shows it to be invalid lies elsewhere; it is kept in quarantine.
        }
    }
}
