import ScripCrypto
import Testing

@testable import ScripCore

/// A record of one type and the ledger that it meets; valid until something is changed. Two vouchers of
/// 100.00 CNY at alice's account in north, issued by the shop there, with terms that allow everything.
struct RulesScene {
    /// A voucher as the ledger knows it.
    struct Voucher {
        var isKnown = true
        var issuer: Address
        var owner: Address
        var remaining: Int64 = 10_000
        var head: Digest
        var isVoided = false
        var partial = true
        var transferable = true
        var voidable = true
        var starts: Timestamp?
        var expires: Timestamp?
        var redeemIn: [RegionName]?
    }

    let samples: SampleRecords
    let type: RecordType
    /// The time of the sealing block, which is also every deadline.
    var time: Timestamp
    var sealing: RegionName
    var members: [String: JSON]
    var vouchers: [Voucher]
    var accreditation: AccreditationState? = AccreditationState(isActive: true, until: nil)
    /// The redemption that a refund names.
    var redemption: SealedRedemption?
    var refunded: [Int64] = [0, 0]
    /// Whether the chain holds the record, or its reference, already.
    var isRepeated = false
    var hasReference = false

    static let ids = SampleRecords.vouchers.compactMap { VoucherID($0) }

    init(_ type: RecordType) throws {
        samples = try SampleRecords()
        self.type = type
        time = try #require(Timestamp(SampleRecords.time))
        sealing = try region("north")
        members = samples.members(type)
        members["price"] = nil
        members["expires"] = nil
        members["starts"] = nil
        let voucher = Voucher(
            issuer: samples.shop.address, owner: samples.alice.address,
            head: try #require(Digest(hexadecimal: Array(SampleRecords.head.utf8))))
        vouchers = [voucher, voucher]
        redemption = SealedRedemption(
            chain: sealing, holder: samples.alice.address, merchant: samples.cafe.address,
            parts: Self.ids.map { .init(voucher: $0, amount: 3_000) })
    }

    /// The block's time moved by seconds.
    func time(_ seconds: Int64) -> Timestamp { time.adding(seconds: seconds) }

    func record() throws -> Record { try samples.bare(type) { $0 = members } }

    func ledger(for record: Record) throws -> MemoryLedger {
        var ledger = MemoryLedger(chain: sealing)
        let value = try Money(parsing: "100.00CNY")
        for (id, voucher) in zip(Self.ids, vouchers) where voucher.isKnown {
            let terms = Terms(
                value: value, partial: voucher.partial, transferable: voucher.transferable,
                voidable: voucher.voidable, series: nil, starts: voucher.starts, expires: voucher.expires,
                redeemIn: voucher.redeemIn, text: nil)
            ledger.vouchers[id] = VoucherState(
                id: id, kind: VoucherKind(issuer: voucher.issuer, terms: terms), owner: voucher.owner,
                remaining: voucher.remaining, head: voucher.head, isVoided: voucher.isVoided)
        }
        ledger.accreditations[samples.shop.address] = accreditation
        let redemptionID = try #require(Digest(hexadecimal: Array(SampleRecords.redemption.utf8)))
        ledger.redemptions[redemptionID] = redemption
        for (id, amount) in zip(Self.ids, refunded) {
            ledger.refunds[.init(redemption: redemptionID, voucher: id)] = amount
        }
        if isRepeated { ledger.records[sealing] = [record.id] }
        if hasReference, let reference = record.body.reference { ledger.references[sealing] = [reference] }
        return ledger
    }

    func outcome() throws -> Outcome {
        let record = try record()
        return Rules(sealing: sealing, time: time).evaluate(record, in: try ledger(for: record))
    }
}
