import Testing

@testable import ScripCore

/// Step 9 of protocol section 5 for redemptions, trades and splits: amounts and what remains.
@Suite struct RulesAmountTests {
    private static let most: Int64 = 9_007_199_254_740_991

    /// Everything, unless parts are allowed; never more than remains.
    @Test(arguments: [
        (10_000, 10_000, false, true), (10_000, 10_000, true, true), (10_000, 9_999, false, false),
        (10_000, 9_999, true, true), (10_000, 1, true, true), (10_000, 10_001, true, false),
        (10_000, 10_001, false, false), (0, 1, true, false), (0, 1, false, false), (1, 1, false, true),
        (most, most, false, true), (most, most - 1, false, false), (most - 1, most, true, false),
        (1, most, true, false),
    ])
    func redemptions(remaining: Int64, amount: Int64, partial: Bool, isGood: Bool) throws {
        for index in 0...1 {
            var scene = try RulesScene(.redeem)
            scene.vouchers[index].remaining = remaining
            scene.vouchers[index].partial = partial
            scene.members["vouchers"] =
                JSON.object(scene.members).replacing(
                    [.member("vouchers"), .element(index), .member("amount")], by: .integer(amount))[
                    [.member("vouchers")]]
            let outcome = try scene.outcome()
            #expect(outcome.code == (isGood ? nil : .overspent))
            if let effects = outcome.effects {
                #expect(effects.changed[index].remaining == remaining - amount)
            }
        }
    }

    @Test(arguments: [
        (10_000, [3_000, 7_000], true, true), (10_000, [3_000, 7_000], false, false),
        (10_000, [3_000, 6_999], true, false), (10_000, [3_000, 7_001], true, false),
        (10_000, [10_000, 1], true, false), (10_000, [1, 10_000], true, false), (2, [1, 1], true, true),
        (1, [1, 1], true, false), (0, [1, 1], true, false), (most, [most - 1, 1], true, true),
        (most, [most, most], true, false), (10_000, [most, most], true, false),
        (4_096, Array(repeating: 1, count: 4_096), true, true),
        (4_095, Array(repeating: 1, count: 4_096), true, false),
        // Two to the power of 64 and 10,000 more: a sum that wraps would do.
        (10_000, Array(repeating: 9_007_199_254_740_991, count: 2_048) + [12_048], true, false),
    ])
    func splits(remaining: Int64, amounts: [Int64], partial: Bool, isGood: Bool) throws {
        var scene = try RulesScene(.split)
        scene.vouchers[0].remaining = remaining
        scene.vouchers[0].partial = partial
        scene.members["amounts"] = .array(amounts.map { .integer($0) })
        let outcome = try scene.outcome()
        #expect(outcome.code == (isGood ? nil : .overspent))
        if let effects = outcome.effects { #expect(effects.created.map(\.remaining) == amounts) }
    }

    /// A trade hands over what is left, if anything is.
    @Test(arguments: [(10_000, true), (1, true), (0, false)])
    func trades(remaining: Int64, isGood: Bool) throws {
        for partial in [true, false] {
            var scene = try RulesScene(.trade)
            scene.vouchers[1].remaining = remaining
            scene.vouchers[1].partial = partial
            let outcome = try scene.outcome()
            #expect(outcome.code == (isGood ? nil : .overspent))
            if let effects = outcome.effects {
                #expect(effects.changed.map(\.remaining) == [10_000, remaining])
            }
        }
    }

    /// A voucher that is redeemed in parts, to its end.
    @Test func partAfterPart() throws {
        let scene = try RulesScene(.redeem)
        var record = try scene.record()
        var ledger = try scene.ledger(for: record)
        for (amount, left, code) in [
            (3_000, 7_000, nil), (3_000, 4_000, nil), (4_001, 4_000, .overspent), (4_000, 0, nil),
            (1, 0, .overspent),
        ] as [(Int64, Int64, RefusalCode?)] {
            let heads = RulesScene.ids.compactMap { ledger.vouchers[$0]?.head.hexadecimal }
            record = try scene.samples.bare(.redeem) { members in
                members = scene.members
                members["ref"] = nil
                members["vouchers"] = .array(
                    zip(RulesScene.ids, heads).map {
                        .object([
                            "amount": .integer(amount), "head": .string($1),
                            "voucher": .string($0.description),
                        ])
                    })
            }
            #expect(ledger.seal(record, at: scene.time).code == code)
            #expect(RulesScene.ids.map { ledger.vouchers[$0]?.remaining } == [left, left])
        }
    }
}
