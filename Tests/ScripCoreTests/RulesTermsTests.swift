import Testing

@testable import ScripCore

/// Step 11 of protocol section 5: transferable and where it may be redeemed. What may be voided is with the
/// voids.
@Suite struct RulesTermsTests {
    /// A trade to one's own key, in another region or the same, is a relocation and always allowed.
    @Test(arguments: [
        ("alice", "south", true), ("alice", "north", true), ("alice", "east", true), ("bob", "south", false),
        ("bob", "north", false),
    ])
    func relocation(name: String, regionName: String, isRelocation: Bool) throws {
        for isTransferable in [true, false] {
            var scene = try RulesScene(.trade)
            let buyer = try Account(name, at: regionName)
            scene.members["to"] = buyer.json
            scene.vouchers[1].transferable = isTransferable
            let outcome = try scene.outcome()
            #expect(outcome.code == (isTransferable || isRelocation ? nil : .notTransferable))
            if let effects = outcome.effects {
                #expect(effects.changed.map(\.owner) == [buyer.address, buyer.address])
            }
        }
    }

    /// A relocation is a trade in every other way.
    @Test func relocationObeysTheOtherRules() throws {
        var scene = try RulesScene(.trade)
        scene.members["to"] = try Account("alice", at: "south").json
        scene.vouchers[0].transferable = false
        scene.vouchers[1].expires = scene.time(-1)
        #expect(try scene.outcome().code == .expired)
    }

    /// `redeem_in` is about the merchant's region, wherever the holder is; without it every region is good.
    @Test(arguments: [
        ("north", ["north"], true), ("south", ["north"], false), ("south", ["south"], true),
        ("south", ["north", "south"], true), ("east", ["north", "south"], false), ("north", ["south"], false),
    ])
    func redeemIn(merchantRegion: String, regions: [String], isGood: Bool) throws {
        var scene = try RulesScene(.redeem)
        scene.members["merchant"] = try Account("cafe", at: merchantRegion).json
        #expect(try scene.outcome().code == nil)
        scene.vouchers[1].redeemIn = try regions.map { try region($0) }
        #expect(try scene.outcome().code == (isGood ? nil : .notRedeemableHere))
    }

    /// It bounds no trade, split, void or refund.
    @Test(arguments: [RecordType.trade, .split, .void, .refund]) func redeemInIsForRedemptions(
        _ type: RecordType
    ) throws {
        var scene = try RulesScene(type)
        for index in 0...1 { scene.vouchers[index].redeemIn = [try region("nowhere")] }
        #expect(try scene.outcome().code == nil)
    }

    @Test(arguments: [RecordType.redeem, .split, .void, .refund]) func transferableIsForTrades(
        _ type: RecordType
    ) throws {
        var scene = try RulesScene(type)
        for index in 0...1 { scene.vouchers[index].transferable = false }
        #expect(try scene.outcome().code == nil)
    }
}
