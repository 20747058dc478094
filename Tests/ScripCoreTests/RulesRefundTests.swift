import ScripCrypto
import Testing

@testable import ScripCore

/// Refunds: redeemed less refunded, per redemption and voucher, is the limit; the head is left alone.
@Suite struct RulesRefundTests {
    private let samples: SampleRecords
    private let time: Timestamp

    init() throws {
        samples = try SampleRecords()
        time = try #require(Timestamp(SampleRecords.time))
    }

    /// The vouchers of a scene with 3,000 of each redeemed, by a record whose id is returned.
    private func redeemed() throws -> (Digest, MemoryLedger) {
        let scene = try RulesScene(.redeem)
        let record = try scene.record()
        var ledger = try scene.ledger(for: record)
        ledger.redemptions = [:]
        #expect(ledger.seal(record, at: time).code == nil)
        return (record.id, ledger)
    }

    private func refund(_ redemption: Digest, _ parts: [(Int, Int64)], ref: String? = nil) throws -> Record {
        try samples.bare(.refund) { members in
            members["redemption"] = .string(redemption.hexadecimal)
            members["ref"] = ref.map { .string($0) }
            members["vouchers"] = .array(
                parts.map {
                    .object([
                        "amount": .integer($0.1), "voucher": .string(RulesScene.ids[$0.0].description),
                    ])
                })
        }
    }

    @Test func aRefundIsANewVoucherOfTheHolder() throws {
        var (id, ledger) = try redeemed()
        let before = ledger.vouchers
        let record = try refund(id, [(1, 2_000), (0, 3_000)])
        let effects = try #require(ledger.seal(record, at: time).effects)
        #expect(effects.changed.isEmpty && effects.accredited == nil && effects.redeemed == nil)
        #expect(effects.refunded?.redemption == id)
        #expect(effects.refunded?.parts.map(\.amount) == [2_000, 3_000])
        #expect(effects.created.map(\.remaining) == [2_000, 3_000])
        for (index, state) in effects.created.enumerated() {
            #expect(state.id == VoucherID(createdBy: record.id, index: index) && state.head == record.id)
            #expect(state.owner == samples.alice.address && !state.isVoided)
            #expect(state.kind == before[RulesScene.ids[1 - index]]?.kind)
        }
        for (id, state) in before { #expect(ledger.vouchers[id] == state) }
    }

    /// The holder who redeemed gets it, whoever owns the voucher now, and however little it is worth there.
    @Test func aLaterOwnerIsNotEnriched() throws {
        var (id, ledger) = try redeemed()
        let heads = RulesScene.ids.compactMap { ledger.vouchers[$0]?.head.hexadecimal }
        let trade = try samples.bare(.trade) { members in
            members["price"] = nil
            members["vouchers"] = .array(
                zip(RulesScene.ids, heads).map {
                    .object(["head": .string($1), "voucher": .string($0.description)])
                })
        }
        #expect(ledger.seal(trade, at: time).code == nil)
        let effects = try #require(ledger.seal(try refund(id, [(0, 1)]), at: time).effects)
        #expect(effects.created.map(\.owner) == [samples.alice.address])
        #expect(ledger.vouchers[RulesScene.ids[0]]?.owner == samples.bob.address)
    }

    @Test func redeemedLessRefunded() throws {
        var (id, ledger) = try redeemed()
        let steps: [([(Int, Int64)], RefusalCode?)] = [
            ([(0, 3_001)], .overspent), ([(0, 1_000)], nil), ([(0, 2_001)], .overspent),
            ([(1, 3_001), (0, 1)], .overspent), ([(0, 2_000), (1, 1)], nil), ([(0, 1)], .overspent),
            ([(1, 2_999), (0, 1)], .overspent), ([(1, 2_999)], nil), ([(1, 1)], .overspent),
            ([(1, 9_007_199_254_740_991)], .overspent),
        ]
        for (number, (parts, code)) in steps.enumerated() {
            let record = try refund(id, parts, ref: "refund \(number)")
            #expect(ledger.seal(record, at: time).code == code, "step \(number)")
        }
        #expect(ledger.refunds.values.filter { $0 > 0 } == [3_000, 3_000])
    }

    /// Each redemption has its own limit.
    @Test func twoRedemptionsOfOneVoucher() throws {
        var (first, ledger) = try redeemed()
        let head = try #require(ledger.vouchers[RulesScene.ids[0]]?.head)
        let record = try samples.bare(.redeem) { members in
            members["ref"] = nil
            members["vouchers"] = .array([
                .object([
                    "amount": 500, "head": .string(head.hexadecimal),
                    "voucher": .string(RulesScene.ids[0].description),
                ])
            ])
        }
        #expect(ledger.seal(record, at: time).code == nil)
        #expect(ledger.seal(try refund(record.id, [(0, 501)]), at: time).code == .overspent)
        #expect(ledger.seal(try refund(record.id, [(0, 500)]), at: time).code == nil)
        #expect(ledger.seal(try refund(first, [(0, 3_000)]), at: time).code == nil)
        // The second one did not redeem the other voucher.
        #expect(
            ledger.seal(try refund(record.id, [(1, 1)]), at: time)
                == .invalid(RuleFault(.overspent, RulesScene.ids[1])))
        #expect(ledger.seal(try refund(first, [(1, 1)]), at: time).code == nil)
    }

    /// Only a redemption is one: any other id is unknown, that of a trade too, and of an invalid redemption.
    @Test func whatIsNoRedemptionIsUnknown() throws {
        var (_, ledger) = try redeemed()
        let invalid = try RulesScene(.redeem).samples.bare(.redeem) { $0["memo"] = "stale" }
        #expect(ledger.seal(invalid, at: time).code == .duplicate)
        for id in [samples.genesis, invalid.id, try #require(ledger.vouchers[RulesScene.ids[0]]).id.derived] {
            #expect(ledger.seal(try refund(id, [(0, 1)]), at: time).code == .unknownVoucher)
        }
    }

    /// What was given back can be spent again, and given back again.
    @Test func aRefundedVoucherLives() throws {
        var (id, ledger) = try redeemed()
        let record = try refund(id, [(0, 3_000)])
        let state = try #require(ledger.seal(record, at: time).effects?.created.first)
        let redeem = try samples.bare(.redeem) { members in
            members["ref"] = nil
            members["vouchers"] = .array([
                .object([
                    "amount": 3_000, "head": .string(state.head.hexadecimal),
                    "voucher": .string(state.id.description),
                ])
            ])
        }
        #expect(ledger.seal(redeem, at: time).code == nil)
        #expect(ledger.vouchers[state.id]?.remaining == 0)
        #expect(ledger.redemptions[redeem.id]?.parts == [.init(voucher: state.id, amount: 3_000)])
    }
}

extension VoucherID {
    /// Some digest that is no record's id.
    fileprivate var derived: Digest { SHA256.hash(Array(description.utf8)) }
}
