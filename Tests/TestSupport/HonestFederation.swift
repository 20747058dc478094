public import ScripCore
public import ScripCrypto
internal import ScripStore

/// A small federation of three voters and an observer, whole and honest, as region north publishes it: what
/// `fixtures/honest` holds, and what the broken fixtures are made from.
///
/// Three chains of four blocks: accreditations and issues; trades within and across regions, with a price and without;
/// redemptions at home and elsewhere; a heartbeat. Every block has all votes and a certificate. North's first two
/// blocks lie in one file, and of east both blocks two and three lie in two.
public struct HonestFederation {
    public let federation: SigningFederation
    public let ledger: LedgerMaker
    public let records: RecordMaker
    /// By their path below `public/`.
    public private(set) var files: [String: [UInt8]] = [:]
    /// The blocks of each chain, the first at 0.
    public private(set) var blocks: [RegionName: [LedgerMaker.Block]] = [:]
    /// A voucher that is held in north at the end.
    public private(set) var voucher = (voucher: VoucherID(.zero), head: Digest.zero)
    /// Who holds it, and who else has an account there.
    public let holder: SigningAccount
    public let neighbour: SigningAccount

    public static let time = Self.moment("2026-11-20T10:00:00Z")
    public static let east = Self.region("east")
    public static let north = Self.region("north")
    public static let south = Self.region("south")

    static func region(_ text: String) -> RegionName {
        guard let name = RegionName(text) else { preconditionFailure("'\(text)' is no region name") }
        return name
    }

    private static func moment(_ text: String) -> Timestamp {
        guard let time = Timestamp(text) else { preconditionFailure("'\(text)' is no time") }
        return time
    }

    /// Federations of another `salt` have other keys.
    public init(salt: String = "") throws {
        let federation = try SigningFederation(name: "example.org/fixture", salt: salt)
        let records = RecordMaker(federation)
        let regions = [Self.east, Self.north, Self.south]
        self.federation = federation
        self.records = records
        ledger = LedgerMaker(federation)
        let shops = regions.map { federation.account("shop", at: $0) }
        let alices = regions.map { federation.account("alice", at: $0) }
        let bobs = regions.map { federation.account("bob", at: $0) }
        (holder, neighbour) = (alices[1], bobs[1])

        var issues: [[Record]] = []
        for (number, region) in regions.enumerated() {
            let accreditation = try records.accredit(shops[number], ref: "accredit")
            issues.append(
                try (1...3).map {
                    try records.issue(by: shops[number], to: alices[number], count: 2, ref: "issue \($0)")
                })
            try add([accreditation] + issues[number], to: region, minute: 0)
        }
        voucher = (VoucherID(createdBy: issues[1][2].id, index: 0), issues[1][2].id)
        for (number, region) in regions.enumerated() {
            let next = (number + 1) % regions.count
            let first = issues[number][0]
            let vouchers = (0..<2).map {
                (voucher: VoucherID(createdBy: first.id, index: $0), head: first.id)
            }
            let trade = try records.trade([vouchers[0]], from: alices[number], to: bobs[number])
            var sale = try records.trade(
                [vouchers[1]], from: alices[number], to: bobs[next],
                more: ["price": .object(["amount": 9_000, "currency": "CNY"])])
            sale = try sale.accepted(by: bobs[next].key, genesis: federation.genesis)
            sale = try records.attested(sale, by: [regions[next]], time: Self.time.adding(seconds: 30))
            try add([trade, sale], to: region, minute: 10)
        }
        for (number, region) in regions.enumerated() {
            let next = (number + 1) % regions.count
            let second = issues[number][1]
            let home = try records.redeem(
                VoucherID(createdBy: second.id, index: 0), head: second.id, amount: 4_000, by: alices[number],
                at: shops[number], more: ["ref": "till 1"])
            var away = try records.redeem(
                VoucherID(createdBy: second.id, index: 1), head: second.id, amount: 10_000,
                by: alices[number],
                at: shops[next])
            away = try records.attested(away, by: [regions[next]], time: Self.time.adding(seconds: 60))
            try add([home, away], to: region, minute: 20)
        }
        for region in regions { try add([], to: region, minute: 30) }
        try addPacks()
        try addPending(alices, bobs, issues[0][2])
        try addHeads()
    }

    private mutating func add(_ content: [Record], to region: RegionName, minute: Int64) throws {
        let block = try ledger.seal(
            region, content.map(\.line), time: Self.time.adding(seconds: minute * 60))
        blocks[region, default: []].append(block)
        ledger.certify(block)
        files[Self.segment(region, block.height)] = block.member
        for voter in federation.voters {
            files[Self.votes(voter.name, region, block.height)] =
                try ledger.vote(voter.name, on: block).line + [UInt8(ascii: "\n")]
        }
        files[Self.certificate(region, block.height)] = try ledger.certificate(on: block).fileBytes
    }

    private mutating func addPacks() throws {
        let (east, north) = (blocks[Self.east] ?? [], blocks[Self.north] ?? [])
        files[Self.segment(Self.east, 2...3)] = east[1].member + east[2].member
        files[Self.segment(Self.north, 1...2)] = north[0].member + north[1].member
        files[Self.segment(Self.north, 1)] = nil
        files[Self.segment(Self.north, 2)] = nil
    }

    /// A trade that waits for an attestation, and a refusal.
    private mutating func addPending(
        _ alices: [SigningAccount], _ bobs: [SigningAccount], _ issue: Record
    ) throws {
        let trade = try records.trade(
            [(VoucherID(createdBy: issue.id, index: 0), issue.id)], from: alices[0], to: bobs[1])
        let time = Self.time.adding(seconds: 1_800)
        let keys = try federation.region(Self.north)
        let signed = Refusal.signedBytes(
            genesis: federation.genesis, region: Self.north, record: trade.id, time: time, code: .policy)
        let refusal = Refusal(
            code: .policy, id: trade.id, reason: "not today", region: Self.north,
            signature: keys.log.privateKey.signature(for: signed), time: time)
        files["outbox/0000000007.jsonl"] =
            trade.line + [UInt8(ascii: "\n")] + refusal.line + [UInt8(ascii: "\n")]
    }

    private mutating func addHeads() throws {
        files["charter/1.note"] = federation.signedCharter.bytes
        let chains = federation.voters.map { ledger.head($0.name) }
        let heads = try HeadsNote(
            federation: federation.charter.federation, genesis: federation.genesis, region: Self.north,
            time: Self.time.adding(seconds: 1_860), charterEpoch: 1,
            chains: chains.map {
                HeadsNote.Chain(region: $0.region, height: $0.height, size: $0.size, root: $0.root)
            },
            votes: federation.voters.flatMap { voter in
                chains.map { HeadsNote.Votes(voter: voter.name, chain: $0.region, height: $0.height) }
            },
            certificates: chains.map { HeadsNote.Certificates(chain: $0.region, count: $0.height) },
            outbox: HeadsNote.Outbox(highest: 7, count: 1), evidenceCount: 0)
        files["heads.note"] = heads.signed(by: try federation.region(Self.north).log).bytes
    }

    /// A fifth block of north, which nobody has voted on.
    func nextBlock(
        _ lines: [[UInt8]], alter: (BlockHeader) -> BlockHeader = { $0 },
        alterSeal: (Int, Digest) -> (Int, Digest) = { ($0, $1) }
    ) throws -> LedgerMaker.Block {
        try ledger.aside(from: ledger.head(Self.north)) {
            try ledger.seal(
                Self.north, lines, time: Self.time.adding(seconds: 2_400), alter: alter, alterSeal: alterSeal)
        }
    }

    // MARK: Paths

    public static func segment(_ chain: RegionName, _ height: Int) -> String {
        segment(chain, height...height)
    }

    public static func segment(_ chain: RegionName, _ heights: ClosedRange<Int>) -> String {
        SegmentName(heights: heights).map { PublicFile.segment(chain: chain, $0).path } ?? ""
    }

    public static func votes(_ voter: RegionName, _ chain: RegionName, _ height: Int) -> String {
        VoteFileName(heights: height...height).map {
            PublicFile.votes(voter: voter, chain: chain, $0).path
        } ?? ""
    }

    public static func certificate(_ chain: RegionName, _ height: Int) -> String {
        CertificateName(height: height, epoch: 1).map { PublicFile.certificate(chain: chain, $0).path } ?? ""
    }
}
