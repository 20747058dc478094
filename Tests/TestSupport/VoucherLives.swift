public import ScripCore
public import ScripCrypto

/// A small ledger in which a voucher meets everything that can happen to one: what `verify` and `report` count.
///
/// North's shop issues three vouchers of 100.00 of the series `gift` and three of 50.00 of `tea`, which is good for a
/// day, all to alice at north. Of the gifts one is redeemed in part, and a part of that is refunded; one is traded to
/// bob at south, who redeems a part; one is split in two. Of the teas one is voided, one is traded to bob, one stays.
/// Two days later north seals a heartbeat, and if it is asked for, south does, too.
public struct VoucherLives {
    public let federation: SigningFederation
    public private(set) var files: [String: [UInt8]] = [:]
    public let shop: SigningAccount
    public let gifts: [VoucherID]
    public let teas: [VoucherID]
    public let redemption: Digest
    public let split: Digest
    public private(set) var refund = Digest.zero

    /// When the first block was sealed, and the time two days later.
    public static let start = HonestFederation.time
    public static let end = start.adding(seconds: 2 * 86_400)

    public init(southSealsAgain: Bool = false) throws {
        let federation = try SigningFederation(name: "example.org/lives")
        self.federation = federation
        let genesis = federation.genesis
        let maker = RecordMaker(federation)
        let ledger = LedgerMaker(federation)
        let (north, south) = (HonestFederation.north, HonestFederation.south)
        let shop = federation.account("shop", at: north)
        let alice = federation.account("alice", at: north)
        let bob = federation.account("bob", at: south)
        let cafe = federation.account("cafe", at: south)
        self.shop = shop
        func value(_ amount: Int64) -> JSON { .object(["amount": .integer(amount), "currency": "CNY"]) }

        let gift = try maker.issue(by: shop, to: alice, count: 3, ref: "gift", more: ["series": "gift"])
        let tea = try maker.issue(
            by: shop, to: alice, count: 3, ref: "tea",
            more: [
                "series": "tea", "value": value(5_000),
                "expires": .string(Self.start.adding(seconds: 86_400).text),
            ])
        gifts = (0..<3).map { VoucherID(createdBy: gift.id, index: $0) }
        teas = (0..<3).map { VoucherID(createdBy: tea.id, index: $0) }
        let accreditation = try maker.accredit(shop, name: "Corner shop", ref: "shop")

        let redeemed = try maker.redeem(gifts[0], head: gift.id, amount: 4_000, by: alice, at: shop)
        redemption = redeemed.id
        let trade = try maker.attested(
            try maker.trade([(gifts[1], gift.id), (teas[2], tea.id)], from: alice, to: bob), by: [south],
            time: Self.start.adding(seconds: 60))
        let divided = try RecordDraft(
            type: .split,
            members: [
                "holder": .string(alice.address.text), "voucher": .string(gifts[2].description),
                "head": .string(gift.id.hexadecimal), "amounts": .array([3_000, 7_000]),
            ]
        ).signed(with: alice.key, genesis: genesis)
        split = divided.id
        let spent = try maker.redeem(gifts[1], head: trade.id, amount: 2_500, by: bob, at: cafe)
        let given = try RecordDraft(
            type: .refund,
            members: [
                "merchant": .string(shop.address.text), "redemption": .string(redeemed.id.hexadecimal),
                "vouchers": .array([
                    .object(["amount": 1_500, "voucher": .string(gifts[0].description)])
                ]), "deadline": .string(RecordMaker.deadline),
            ]
        ).signed(with: shop.key, genesis: genesis)
        let withdrawn = try RecordDraft(
            type: .void,
            members: [
                "issuer": .string(shop.address.text), "reason": "lost",
                "vouchers": .array([.object(["voucher": .string(teas[1].description)])]),
                "deadline": .string(RecordMaker.deadline),
            ]
        ).signed(with: shop.key, genesis: genesis)
        refund = given.id

        var files: [String: [UInt8]] = ["charter/1.note": federation.signedCharter.bytes]
        func seal(_ chain: RegionName, _ records: [Record], _ time: Timestamp) throws {
            let block = try ledger.seal(chain, records.map(\.line), time: time)
            ledger.certify(block)
            files[HonestFederation.segment(chain, block.height)] = block.member
            files[HonestFederation.certificate(chain, block.height)] =
                try ledger.certificate(on: block).fileBytes
        }
        func minutes(_ count: Int64) -> Timestamp { Self.start.adding(seconds: count * 60) }
        try seal(north, [accreditation, gift, tea], minutes(0))
        try seal(north, [redeemed, trade, divided], minutes(10))
        try seal(south, [spent], minutes(20))
        try seal(north, [given, withdrawn], minutes(30))
        try seal(north, [], Self.end)
        if southSealsAgain { try seal(south, [], Self.end) }
        self.files = files
    }
}
