internal import ScripCore
internal import ScripCrypto

/// What the index keeps of evidence: what each file shows, and what it freezes.
struct IndexedEvidence: Sendable, Equatable {
    /// The hash of the file, which names it.
    let name: Digest
    let kind: Evidence.Kind
    /// What `verify` calls it.
    let code: String
    let chain: RegionName?
    let height: Int?
    let first: Int
    let signers: [RegionName]
    /// For a person.
    let reason: String

    /// Below `public/`.
    var path: String { PublicFile.evidence(EvidenceFileName(digest: name)).path }
}

extension LedgerIndex {
    /// Notes evidence that was proven; its file lies in `public/evidence`. Of the two verdicts of a voter neither counts
    /// from now on.
    func addEvidence(_ proven: ProvenEvidence, name: Digest) throws {
        let add = try database.cached(
            """
            INSERT OR IGNORE INTO evidence(name, subject, kind, code, chain, height, first, signers, reason)
            VALUES(?,?,?,?,?,?,?,?,?)
            """)
        try add.bind(1, name)
        try add.bind(2, text: proven.subject)
        try add.bind(3, text: proven.kind.rawValue)
        try add.bind(4, text: proven.code.rawValue)
        if let chain = proven.chain { try add.bind(5, text: chain.text) } else { try add.bindNull(5) }
        if let height = proven.height { try add.bind(6, Int64(height)) } else { try add.bindNull(6) }
        try add.bind(7, Int64(proven.first))
        try add.bind(8, text: proven.signers.map(\.text).joined(separator: " "))
        try add.bind(9, text: proven.reason)
        try add.run()
        knownFrozen = nil
        if proven.kind == .vote, let chain = proven.chain, let voter = proven.signers.first,
            let height = proven.height, let epoch = proven.epoch
        {
            for verdict in proven.verdicts {
                try addContradiction(chain, height: height, epoch: epoch, voter: voter, verdict: verdict)
            }
        }
    }

    /// All the evidence that is held, by name.
    func evidence() throws -> [IndexedEvidence] {
        let query = try database.prepare(
            "SELECT name, kind, code, chain, height, first, signers, reason FROM evidence ORDER BY name")
        var entries: [IndexedEvidence] = []
        while try query.step() {
            guard let name = query.bytes32(0), let kind = Evidence.Kind(rawValue: query.text(1)) else {
                throw IndexError.damaged
            }
            entries.append(
                IndexedEvidence(
                    name: name, kind: kind, code: query.text(2),
                    chain: query.isNull(3) ? nil : RegionName(query.text(3)),
                    height: query.isNull(4) ? nil : Int(query.integer(4)), first: Int(query.integer(5)),
                    signers: query.text(6).split(separator: " ").compactMap { RegionName(String($0)) },
                    reason: query.text(7)))
        }
        return entries
    }

    /// Whether evidence of the same subject is held, so that further evidence is no news. What a charter has ruled on
    /// says nothing of what the region has signed beyond that place.
    func covers(_ proven: ProvenEvidence) throws -> Bool {
        let isSettled = isRuled(proven.kind, chain: proven.chain, first: proven.first)
        let query = try database.prepare("SELECT first FROM evidence WHERE subject=?")
        try query.bind(1, text: proven.subject)
        while try query.step() {
            let first = Int(query.integer(0))
            if isSettled || !isRuled(proven.kind, chain: proven.chain, first: first) { return true }
        }
        return false
    }

    /// Forgets what was judged by the keys of the newest charter, since there is a newer one. The files stay.
    func forgetEvidenceByKeys() throws {
        try database.execute("DELETE FROM evidence WHERE kind IN ('fork', 'block', 'vote')")
        knownFrozen = nil
        // A second verdict by a key that was replaced takes nothing from the first one.
        for epoch in charters.epochs {
            let charter = epoch.charter
            for voter in charter.voters where !charters.isKeyInForce(of: voter.name, since: charter.epoch) {
                let forget = try database.cached("DELETE FROM contradiction WHERE voter=? AND epoch=?")
                try forget.bind(1, try id(of: voter.name))
                try forget.bind(2, Int64(charter.epoch))
                try forget.run()
            }
        }
    }

    /// Whether the file of that name is held.
    func hasEvidence(named name: Digest) throws -> Bool {
        let query = try database.cached("SELECT 1 FROM evidence WHERE name=?")
        defer { query.reset() }
        try query.bind(1, name)
        return try query.step()
    }

    func evidenceCount() throws -> Int {
        let query = try database.cached("SELECT COUNT(*) FROM evidence")
        defer { query.reset() }
        return try query.step() ? Int(query.integer(0)) : 0
    }

    /// What the evidence that is held freezes.
    func frozen() throws -> FrozenChains {
        if let knownFrozen { return knownFrozen }
        var frozen = FrozenChains()
        for entry in try evidence()
        where !isRuled(entry.kind, chain: entry.chain, first: entry.first) {
            frozen.add(entry.kind, chain: entry.chain, first: entry.first)
        }
        knownFrozen = frozen
        return frozen
    }

    /// Whether a charter has ruled which branch stands where the evidence shows two.
    func isRuled(_ kind: Evidence.Kind, chain: RegionName?, first: Int) -> Bool {
        guard kind == .fork || kind == .block, let chain else { return false }
        return charters.hasRuled(on: chain, beyond: first)
    }

    /// Whether a block is frozen by the evidence that is held.
    func isFrozen(_ block: IndexedBlock) throws -> Bool {
        try frozen().isFrozen(
            chain: block.chain, first: block.first, seen: block.seen,
            isCertified: block.certification == .agrees)
    }

    // MARK: Voters who contradict themselves

    /// Notes a verdict of a voter who has signed more than one on a block.
    func addContradiction(
        _ chain: RegionName, height: Int, epoch: Int, voter: RegionName, verdict: Digest
    ) throws {
        let add = try database.cached(
            "INSERT OR IGNORE INTO contradiction(chain, height, epoch, voter, verdict) VALUES(?,?,?,?,?)")
        try add.bind(1, try id(of: chain))
        try add.bind(2, Int64(height))
        try add.bind(3, Int64(epoch))
        try add.bind(4, try id(of: voter))
        try add.bind(5, verdict)
        try add.run()
    }

    /// The verdicts of voters who have signed more than one on a block for the quorum of an epoch, each as a ballot.
    func contradictions(_ chain: RegionName, height: Int, epoch: Int) throws -> [Ballot] {
        let query = try database.cached(
            "SELECT voter, verdict FROM contradiction WHERE chain=? AND height=? AND epoch=?")
        defer { query.reset() }
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        try query.bind(3, Int64(epoch))
        var ballots: [Ballot] = []
        while try query.step() {
            guard let verdict = query.bytes32(1) else { throw IndexError.damaged }
            ballots.append(Ballot(voter: try region(query.integer(0)), verdict: verdict))
        }
        return ballots
    }

    // MARK: What was judged

    /// Files of evidence that are remembered as judged at most: the ones that came first are forgotten first.
    private static let judgedMax: Int64 = 1 << 18

    /// Whether a file of evidence was read before and is of no use here.
    func isJudged(_ key: Digest) throws -> Bool {
        let query = try database.cached("SELECT 1 FROM judged_evidence WHERE key=?")
        defer { query.reset() }
        try query.bind(1, key)
        return try query.step()
    }

    /// Remembers that a file of evidence was read and is of no use here.
    func setJudged(_ key: Digest) throws {
        let last = try database.cached("SELECT COALESCE(MAX(number), 0) FROM judged_evidence")
        defer { last.reset() }
        let number = try last.step() ? last.integer(0) + 1 : 1
        let add = try database.cached("INSERT OR IGNORE INTO judged_evidence(key, number) VALUES(?,?)")
        try add.bind(1, key)
        try add.bind(2, number)
        try add.run()
        let forget = try database.cached("DELETE FROM judged_evidence WHERE number<=?")
        try forget.bind(1, number - Self.judgedMax)
        try forget.run()
    }
}
