internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// The honest federation after two more charters, as region north publishes it.
///
/// In epoch 2 west joins and south has another log key. In epoch 3 east is gone: its chain ends, and north, which comes
/// after it, seals a trade of a voucher that is in east's custody. Each chain steps on with one block, which has the
/// certificates of both epochs.
struct RecharteredFederation {
    /// What is other than in the honest one, by its path below `public/`.
    private(set) var files: [String: [UInt8]] = [:]
    /// The leaf index of the trade in north's chain.
    private(set) var tradeIndex = 0
    private let honest: HonestFederation
    private var ledger: LedgerMaker { honest.ledger }

    private static let west = HonestFederation.region("west")

    /// With `isEarly` north seals the trade before its chain has seen that of east to its end.
    init(isEarly: Bool = false) throws {
        // One of its own, since its chains go on.
        honest = try HonestFederation()
        let (east, north, south) = (HonestFederation.east, HonestFederation.north, HonestFederation.south)
        let first = honest.federation
        let second = try first.next(adding: [Self.west], rekeying: [south])
        ledger.enter(second)
        files["charter/2.note"] = second.signedCharter.bytes
        for region in [north, south, east] { try add([], to: region, minute: 40, rosters: [first, second]) }
        try add([], to: Self.west, minute: 40, rosters: [second])

        let end = ledger.head(east)
        let third = try second.next(
            removing: [east],
            changes: CharterChanges(
                retirements: [ChainPoint(region: east, size: end.size, root: end.root)],
                successions: [CharterChanges.Succession(lost: east, heir: north)]))
        ledger.enter(third)
        files["charter/3.note"] = third.signedCharter.bytes
        let alice = first.account("alice", at: east)
        let issue = try honest.records.issue(
            by: first.account("shop", at: east), to: alice, count: 2, ref: "issue 3")
        let trade = try honest.records.trade(
            [(VoucherID(createdBy: issue.id, index: 1), issue.id)], from: alice,
            to: first.account("bob", at: north))
        tradeIndex = ledger.head(north).size + 1
        let invalid = [VerdictText.Invalid(index: tradeIndex, code: .wrongRegion)]
        try add(
            [trade.line], to: north, minute: 50, rosters: [second, third], invalid: isEarly ? invalid : []
        ) { isEarly ? $0.changed(seen: []) : $0 }
        for region in [south, Self.west] { try add([], to: region, minute: 50, rosters: [second, third]) }
        try addHeads(third, chains: [east, north, south, Self.west])
    }

    private mutating func add(
        _ lines: [[UInt8]], to region: RegionName, minute: Int64, rosters: [SigningFederation],
        invalid: [VerdictText.Invalid] = [], alter: (BlockHeader) -> BlockHeader = { $0 }
    ) throws {
        let block = try ledger.seal(
            region, lines, time: HonestFederation.time.adding(seconds: minute * 60), alter: alter)
        ledger.certify(block)
        files[HonestFederation.segment(region, block.height)] = block.member
        let heights = block.height...block.height
        for roster in rosters {
            let epoch = roster.charter.epoch
            let named = epoch == block.header.charter ? nil : epoch
            guard let votes = VoteFileName(heights: heights, epoch: named),
                let certificate = CertificateName(height: block.height, epoch: epoch)
            else { throw SigningFederation.Impossible() }
            for voter in roster.voters {
                let vote = try ledger.vote(voter.name, on: block, invalid: invalid, roster: roster)
                files[PublicFile.votes(voter: voter.name, chain: region, votes).path] =
                    vote.line + [UInt8(ascii: "\n")]
            }
            files[PublicFile.certificate(chain: region, certificate).path] =
                try ledger.certificate(on: block, invalid: invalid, roster: roster).fileBytes
        }
    }

    private mutating func addHeads(_ federation: SigningFederation, chains: [RegionName]) throws {
        let heads = try HeadsNote(
            federation: federation.charter.federation, genesis: federation.genesis,
            region: HonestFederation.north, time: HonestFederation.time.adding(seconds: 3_600),
            charterEpoch: federation.charter.epoch,
            chains: chains.map {
                let head = ledger.head($0)
                return HeadsNote.Chain(region: $0, height: head.height, size: head.size, root: head.root)
            }, votes: [], certificates: [], outbox: HeadsNote.Outbox(highest: 7, count: 1), evidenceCount: 0)
        files["heads.note"] = heads.signed(by: try federation.region(HonestFederation.north).log).bytes
    }
}

extension BrokenFederations {
    /// Federations whose charter has changed, right and wrong.
    mutating func addRechartered() throws {
        let whole = try RecharteredFederation()
        add(
            "rechartered",
            "Nothing is wrong: a region joined, another has a new key, and a third was retired with a successor.",
            whole.files, [])
        let early = try RecharteredFederation(isEarly: true)
        add(
            "rechartered-early", "A successor sealed before it had seen the end of the lost chain.",
            early.files,
            ["invalid wrong-region north \(early.tradeIndex)"])
        var files = whole.files
        files["certificates/north/0000000/0000000005-1.json"] = nil
        add(
            "rechartered-one-quorum",
            "The first block of an epoch lacks the certificate of the voters before.",
            files, pending: 4, [])
        files = whole.files
        guard let note = files["charter/3.note"] else { throw SigningFederation.Impossible() }
        files["charter/3.note"] = Self.cut(to: note.count - 200)(note)
        add(
            "rechartered-cut", "The newest charter is cut off.", files, pending: 30,
            [Self.problem(.charter, "charter/3.note")])
    }
}
