public import ScripCore
public import ScripCrypto

/// The votes on one block, counted from the vote files and the certificate that lie in the directory, each checked
/// again (protocol section 8). The line of type `tally`:
///
/// `{"certificate":false,"chain":"north","classes":[{"invalid":[],"root":"…","voters":["north","south"]}],"height":1,"outcome":"pending",…}`
public struct BlockTally: Sendable {
    /// The voters with one verdict.
    public struct Class: Sendable {
        /// In the order of the charter.
        public let voters: [RegionName]
        public let verdict: VerdictText
    }

    private let block: IndexedBlock
    private let tally: Tally
    private let voterCount: Int
    private let quorumSize: Int
    /// For whose quorum the votes are.
    private let epoch: Int
    /// What this region's own recomputation says of the block.
    private let own: VerdictText
    /// The largest first.
    public let classes: [Class]
    /// Whether a certificate of the block's epoch lies there, and is good.
    public let hasCertificate: Bool
    /// Whether evidence freezes the block.
    public let isFrozen: Bool
    /// What the block has come to: `sealed` as long as the votes do not decide.
    public let status: RecordStatus

    init(
        _ block: IndexedBlock, charter: Charter, ballots: [Ballot], verdicts: [Digest: VerdictText],
        certified: Digest?, isFrozen: Bool
    ) throws {
        self.isFrozen = isFrozen
        self.block = block
        tally = Tally(ballots, charter: charter)
        voterCount = charter.voterCount
        quorumSize = charter.quorumSize
        epoch = charter.epoch
        own = try block.verdict(charter.federation, epoch: charter.epoch)
        classes = tally.classes.compactMap { group in
            verdicts[group.verdict].map { Class(voters: group.voters, verdict: $0) }
        }
        hasCertificate = certified != nil
        let ownDigest = own.digest
        if isFrozen {
            status = .disputed
        } else if let certified {
            status = certified == ownDigest ? .confirmed : .disputed
        } else {
            status =
                switch tally.outcome {
                case .confirmed(let group): group.verdict == ownDigest ? .confirmed : .disputed
                case .pending: .sealed
                case .disputed: .disputed
                }
        }
    }

    /// The voters by what they say of the record at a leaf index: `valid`, or a code.
    func votes(at index: Int) -> [String: [RegionName]] {
        var votes: [String: [RegionName]] = [:]
        for group in classes {
            votes[group.verdict.code(at: index)?.rawValue ?? "valid", default: []] += group.voters
        }
        return votes.mapValues { $0.sorted() }
    }

    /// The line that is printed.
    public var json: JSON {
        var members = counts
        members["type"] = "tally"
        members["chain"] = .string(block.chain.text)
        members["height"] = .integer(Int64(block.height))
        members["size"] = .integer(Int64(block.size))
        members["outcome"] = status == .sealed ? "pending" : .string(status.rawValue)
        // Votes for the quorum of another epoch than the block names are what a change of the charter asks for.
        if epoch != block.charter { members["epoch"] = .integer(Int64(epoch)) }
        members["classes"] = .array(
            classes.map { group in
                .object([
                    "voters": Self.names(group.voters), "root": .string(group.verdict.root.hexadecimal),
                    "invalid": .array(group.verdict.invalid.map(\.json)),
                ])
            })
        members["certificate"] = .boolean(hasCertificate)
        if isFrozen { members["reason"] = "it is frozen by evidence; see 'scrip status'" }
        return .object(members)
    }

    /// What a block and each of its records have in common.
    private var counts: [String: JSON] {
        var members: [String: JSON] = [
            "voters": .integer(Int64(voterCount)), "quorum_size": .integer(Int64(quorumSize)),
            "silent": Self.names(tally.silent),
        ]
        if !tally.contradictory.isEmpty { members["contradictory"] = Self.names(tally.contradictory) }
        return members
    }

    /// The line of type `result` of a record in this block, with the votes on it.
    func json(of result: RecordResult) -> JSON {
        guard case .object(let members) = result.json else { return result.json }
        return .object(members.merging(counts) { own, _ in own })
    }

    private static func names(_ regions: [RegionName]) -> JSON { .array(regions.map { .string($0.text) }) }
}

/// What `tally` says of one record.
public struct RecordTally: Sendable {
    public let result: RecordResult
    private let block: BlockTally?

    init(_ result: RecordResult, in block: BlockTally?) {
        self.result = result
        self.block = block
    }

    /// The line that is printed.
    public var json: JSON { block?.json(of: result) ?? result.json }
}

extension Ledger {
    /// The votes on a record, nil if it is not known here. A record that is in no block has none.
    public func countVotes(onRecord id: Digest) throws -> RecordTally? {
        guard var result = try result(of: id) else { return nil }
        guard let place = result.place, let tally = try countVotes(on: place.chain, height: place.height)
        else { return RecordTally(result, in: nil) }
        result.votes = tally.votes(at: place.index)
        switch tally.status {
        case .confirmed: result.status = result.code == nil ? .confirmed : .rejected
        case .disputed: result.status = .disputed
        default: break
        }
        return RecordTally(result, in: tally)
    }

    /// The votes on a block, nil if it is not here: those for the quorum that is missing, where it needs two.
    public func countVotes(on chain: RegionName, height: Int) throws -> BlockTally? {
        guard charters.hasChain(chain), let block = try index.block(chain, height: height) else { return nil }
        let open = try index.certifyingEpochs(of: block).filter { epoch in
            try !index.certificates(chain, height: height).contains { $0.epoch == epoch }
        }
        let ruled = try index.certificates(chain, height: height).map(\.epoch)
            .first(where: index.rulingEpochs(of: block).contains)
        guard let charter = charters.charter(of: ruled ?? open.first ?? block.charter) else {
            throw IndexError.damaged
        }
        let seal = try block.seal(charters)
        var ballots: [Ballot] = []
        var verdicts: [Digest: VerdictText] = [:]
        for voter in charter.voters {
            for vote in try votes(of: voter.name, on: block) {
                guard let checked = try? vote.check(charters: charters, seal: seal),
                    checked.verdict.charterEpoch == charter.epoch
                else { continue }
                ballots.append(checked.ballot)
                verdicts[checked.verdictDigest] = checked.verdict
            }
        }
        // What a voter has told others counts as well: then neither verdict does.
        ballots += try index.contradictions(chain, height: height, epoch: charter.epoch)
        let certificate = try certificate(of: block, epoch: charter.epoch, seal: seal)
        if let certificate {
            ballots += certificate.voters.map { Ballot(voter: $0, verdict: certificate.verdictDigest) }
            verdicts[certificate.verdictDigest] = certificate.verdict
        }
        return try BlockTally(
            block, charter: charter, ballots: ballots, verdicts: verdicts,
            certified: certificate?.verdictDigest, isFrozen: try index.isFrozen(block))
    }

    /// The votes of one voter on a block that lie in the directory.
    private func votes(of voter: RegionName, on block: IndexedBlock) throws -> [Vote] {
        let path =
            "\(RegionLayout.votes)/\(voter.text)/\(block.chain.text)/\(ThousandName(height: block.height).text)"
        guard let folder = try directory.publicFolder.subdirectoryIfPresent(path) else { return [] }
        var votes: [Vote] = []
        for name in try folder.names() {
            guard let file = VoteFileName(name), file.heights.contains(block.height) else { continue }
            let lines = VoteFile.read(
                try folder.contents(of: name, limit: PublicFiles.voteFileBytesMax))
            let position = block.height - file.heights.lowerBound
            guard position < lines.count, let vote = try? Vote(parsing: lines[position]),
                vote.voter == voter, vote.chain == block.chain, vote.height == block.height
            else { continue }
            votes.append(vote)
        }
        return votes
    }

    private func certificate(
        of block: IndexedBlock, epoch: Int, seal: VerifiedCheckpoint
    ) throws -> CheckedCertificate? {
        guard let name = CertificateName(height: block.height, epoch: epoch),
            let bytes = try directory.publicFolder.contentsIfPresent(
                of: PublicFile.certificate(chain: block.chain, name).path,
                limit: Certificate.bytesMax),
            let certificate = try? Certificate(parsingFile: bytes), certificate.chain == block.chain,
            certificate.height == block.height
        else { return nil }
        return try? certificate.check(charters: charters, seal: seal)
    }

    /// Calls `body` with the tally of each block that is not confirmed, chain after chain.
    public func forEachUnconfirmedBlock(_ body: (BlockTally) throws -> Void) throws {
        for chain in charters.chains {
            for height in try index.unconfirmedHeights(chain) {
                if let tally = try countVotes(on: chain, height: height) { try body(tally) }
            }
        }
    }
}

extension LedgerIndex {
    /// The heights of the blocks of a chain without a certificate that agrees, ascending.
    func unconfirmedHeights(_ chain: RegionName) throws -> [Int] {
        let query = try database.prepare(
            "SELECT height FROM block WHERE certified<>1 AND chain=? ORDER BY height")
        try query.bind(1, try id(of: chain))
        var heights: [Int] = []
        while try query.step() { heights.append(Int(query.integer(0))) }
        return heights
    }
}
