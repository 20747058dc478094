internal import ScripCore

/// Everything that is judged by a charter.
final class LedgerVerification {
    private let context: VerificationContext
    /// The region directory, where it is not only a copy of its public folder.
    private let region: Directory?
    /// The chains that are asked for; empty for all.
    private let selection: [RegionName]

    private var folder: WalkedFolder { context.root }
    private var findings: Findings { context.findings }

    init(_ context: VerificationContext, region: Directory?, selection: [RegionName]) {
        self.context = context
        self.region = region
        self.selection = selection
    }

    func run() throws {
        try context.index.database.begin()
        // First, since a region that is at work signs them before and after what they speak of.
        let mark = OwnChainVerification.readMark(region)
        let heads = try readHeads()
        try checkNames()
        try checkCertificates()
        let highest = try checkSegments()
        if let votes = try folder.folder(RegionLayout.votes) { try VoteVerification(context).run(votes) }
        if let evidence = try folder.folder(RegionLayout.evidence) {
            try EvidenceVerification(context).run(evidence)
        }
        try checkCertification()
        if let outbox = try folder.folder(RegionLayout.outbox) { try OutboxVerification(context).run(outbox) }
        if let settlements = try folder.folder(RegionLayout.settlements) {
            try SettlementVerification(context).run(settlements)
        }
        try checkHeads(heads, highest)
        if let region, let name = try ownName(region), let height = highest[name] {
            try OwnChainVerification(context, chain: name).run(mark, highest: height, heads: heads)
        }
        // Where only some chains are read, their books balance, but say little.
        try context.conservation.run(findings, isReported: selection.isEmpty)
    }

    private func checkNames() throws {
        _ = try folder.names { RegionLayout.publicNames.contains($0) ? $0 : nil }
    }

    private func checkCertificates() throws {
        guard let certificates = try folder.folder(RegionLayout.certificates) else { return }
        for (text, chain) in try certificates.names({ context.chain($0) }) {
            if let inner = try certificates.folder(text, chain: chain) {
                try CertificateVerification(context).run(chain, inner)
            }
        }
    }

    // MARK: Segments

    /// Judges the chains as far as possible. Returns, for each that was read, the greatest height that a segment
    /// file of it names.
    private func checkSegments() throws -> [RegionName: Int] {
        var chains: [ChainVerification] = []
        let segments = try folder.folder(RegionLayout.segments)
        for (text, chain) in try segments?.names({ context.chain($0) }) ?? [] {
            if let inner = try segments?.folder(text, chain: chain) {
                chains.append(try ChainVerification(chain, inner, context))
            }
        }
        // Chains that are not asked for are read if one that is asked for builds on them.
        var needed = Set(selection.isEmpty ? context.charters.chains : selection)
        var isProgress = true
        while isProgress {
            isProgress = false
            for chain in chains where needed.contains(chain.chain) {
                if try chain.advance() { isProgress = true }
                if let other = chain.waitsFor, needed.insert(other).inserted { isProgress = true }
            }
        }
        for chain in chains where needed.contains(chain.chain) { try chain.finish() }
        var highest = Dictionary(uniqueKeysWithValues: needed.map { ($0, 0) })
        for chain in chains where needed.contains(chain.chain) { highest[chain.chain] = chain.covered }
        return highest
    }

    // MARK: Certification

    /// Counts what has no certificate, or a certificate and no block, and finds what can never have one.
    private func checkCertification() throws {
        let index = context.index
        for chain in context.charters.chains {
            try index.forEachBlock(chain, above: 0) { block in
                guard block.certification == .absent else { return true }
                findings.pending(chain)
                if try index.isDisputed(block) {
                    try findings.problem(
                        .disputed, nil, "no class of the votes can reach the quorum any more", chain: chain,
                        height: block.height)
                }
                return true
            }
            let head = try index.head(of: chain, genesis: context.genesis).height
            // Beyond the place at which a charter ends a chain nothing is missing.
            if context.charters.end(of: chain).map({ index.hasReached($0) }) ?? false { continue }
            findings.pending(chain, try index.certificateCount(chain, above: head))
        }
    }

    // MARK: Heads and the own chain

    private func readHeads() throws -> HeadsNote? {
        guard let bytes = try folder.contents(RegionLayout.heads, limit: HeadsFile.bytesMax) else {
            return nil
        }
        let path = folder.path(of: RegionLayout.heads)
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(parsing: bytes)
        } catch {
            try folder.problem(.heads, path, "\(error)")
            return nil
        }
        do throws(HeadsError) {
            return try HeadsNote(note, charters: context.charters)
        } catch {
            try folder.problem(.heads, path, "\(error)")
            return nil
        }
    }

    /// The hint may name what is not here yet; and a region that claims another tree than the one here has lied.
    private func checkHeads(_ heads: HeadsNote?, _ highest: [RegionName: Int]) throws {
        guard let heads else { return }
        for claim in heads.chains {
            guard let held = highest[claim.region] else { continue }
            if claim.height > held {
                findings.pending(claim.region)
            } else if let block = try context.index.block(claim.region, height: claim.height),
                block.size != claim.size || block.root != claim.root
            {
                try folder.problem(
                    .heads, folder.path(of: RegionLayout.heads),
                    "it names another block \(claim.height) of '\(claim.region)' than the one here")
            }
        }
    }

    private func ownName(_ region: Directory) throws -> RegionName? {
        do {
            let bytes = try region.contentsIfPresent(
                of: RegionLayout.settings, limit: RegionDirectory.settingsBytesMax)
            let name = try bytes.map { try RegionSettings(parsing: $0).region }
            return name.flatMap { context.charters.hasChain($0) ? $0 : nil }
        } catch let error as MalformedRecord {
            try findings.problem(.file, RegionLayout.settings, error.reason)
        } catch let error as FileError {
            try findings.problem(.file, RegionLayout.settings, "it cannot be read: \(error)")
        }
        return nil
    }
}

extension RegionLayout {
    /// What may stand at the top of a public folder.
    static let publicNames: Set<String> = [
        charters, segments, votes, certificates, outbox, evidence, settlements, heads,
    ]
}

extension LedgerIndex {
    /// How many certificates of blocks above `height` are held.
    fileprivate func certificateCount(_ chain: RegionName, above height: Int) throws -> Int {
        let query = try database.prepare("SELECT COUNT(*) FROM certificate WHERE chain=? AND height>?")
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        _ = try query.step()
        return Int(query.integer(0))
    }
}
