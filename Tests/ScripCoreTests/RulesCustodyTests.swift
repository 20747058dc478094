import Testing

@testable import ScripCore

/// Steps 4, 5 and 7 of protocol section 5: which chain seals, and who may ask.
@Suite struct RulesCustodyTests {
    /// Of the three chains only one can seal each record.
    @Test(arguments: RecordType.allCases) func oneChainSeals(_ type: RecordType) throws {
        for name in ["east", "north", "south"] {
            var scene = try RulesScene(type)
            scene.sealing = try region(name)
            #expect(try scene.outcome().code == (name == "north" ? nil : .wrongRegion), "\(type) \(name)")
        }
    }

    /// A voucher that moved is sealed where its owner is now; its issuer's region has no say.
    @Test(arguments: [RecordType.redeem, .split, .void, .trade]) func custodyMovesWithTheOwner(
        _ type: RecordType
    ) throws {
        let moved = try Account("alice", at: "south")
        for name in ["east", "north", "south"] {
            var scene = try RulesScene(type)
            scene.sealing = try region(name)
            for index in 0...1 { scene.vouchers[index].owner = moved.address }
            switch type {
            case .trade: scene.members["from"] = moved.json
            case .void: break
            default: scene.members["holder"] = moved.json
            }
            #expect(try scene.outcome().code == (name == "south" ? nil : .wrongRegion), "\(type) \(name)")
        }
    }

    /// One's account in another region is another owner.
    @Test func accountsOfOneKeyAreDifferentOwners() throws {
        let moved = try Account("alice", at: "south").address
        // The custodian seals, but the record names the account in north.
        for type in [RecordType.redeem, .split] {
            var scene = try RulesScene(type)
            scene.sealing = moved.region
            for index in 0...1 { scene.vouchers[index].owner = moved }
            #expect(try scene.outcome().code == .notOwner)
        }
        // A trade is sealed by the region of its seller, who does not own it there.
        var trade = try RulesScene(.trade)
        for index in 0...1 { trade.vouchers[index].owner = moved }
        #expect(try trade.outcome().code == .notOwner)
        trade.sealing = moved.region
        #expect(try trade.outcome().code == .wrongRegion)
        // An issuer's account elsewhere has issued nothing, and a merchant's has redeemed nothing.
        var void = try RulesScene(.void)
        void.members["issuer"] = try Account("shop", at: "south").json
        #expect(try void.outcome().code == .notOwner)
        var refund = try RulesScene(.refund)
        refund.members["merchant"] = try Account("cafe", at: "north").json
        #expect(try refund.outcome().code == .notOwner)
        var issue = try RulesScene(.issue)
        issue.sealing = moved.region
        issue.members["issuer"] = try Account("shop", at: "south").json
        #expect(try issue.outcome().code == .unknownIssuer)
    }

    /// Vouchers of several owners or custodians cannot be in one record.
    @Test(arguments: [RecordType.trade, .redeem]) func oneOwnerEach(_ type: RecordType) throws {
        for index in 0...1 {
            var scene = try RulesScene(type)
            scene.vouchers[index].owner = try Account("bob", at: "north").address
            #expect(try scene.outcome().code == .notOwner)
            scene.vouchers[index].owner = try Account("alice", at: "south").address
            #expect(try scene.outcome().code == (type == .trade ? .notOwner : .wrongRegion))
        }
    }

    /// A void may withdraw vouchers of several owners in one region.
    @Test func aVoidIsForManyOwners() throws {
        var scene = try RulesScene(.void)
        scene.vouchers[1].owner = try Account("bob", at: "north").address
        #expect(try scene.outcome().code == nil)
        scene.vouchers[1].owner = try Account("bob", at: "south").address
        #expect(try scene.outcome().code == .wrongRegion)
    }

    /// The double spend: a head is replaced once. The same head serves again only if nothing happened.
    @Test func aHeadIsReplacedOnce() throws {
        let scene = try RulesScene(.trade)
        let first = try scene.record()
        var ledger = try scene.ledger(for: first)
        #expect(ledger.seal(first, at: scene.time).code == nil)
        // To somebody else, with the head that was good: not the owner any more.
        let second = try scene.samples.bare(.trade) {
            $0 = scene.members
            $0["memo"] = "again"
        }
        #expect(ledger.seal(second, at: scene.time).code == .notOwner)
        // Even the new owner cannot use it.
        let bob = scene.samples.bob
        let third = try RecordDraft(
            type: .trade,
            members: scene.members.merging(["from": bob.json, "to": scene.samples.alice.json]) { $1 }
        ).signed(with: bob.key, genesis: scene.samples.genesis)
        ledger.chain = bob.address.region
        #expect(ledger.seal(third, at: scene.time).code == .spent)
        // With the head that is there he can, and then alice's first head is no good again.
        let back = try RecordDraft(
            type: .trade,
            members: scene.members.merging([
                "from": bob.json, "to": scene.samples.alice.json,
                "vouchers": .array(
                    RulesScene.ids.map {
                        .object(["head": .string(first.id.hexadecimal), "voucher": .string($0.description)])
                    }),
            ]) { $1 }
        ).signed(with: bob.key, genesis: scene.samples.genesis)
        #expect(ledger.seal(back, at: scene.time).code == nil)
        ledger.chain = scene.sealing
        let fourth = try scene.samples.bare(.trade) {
            $0 = scene.members
            $0["memo"] = "once more"
        }
        #expect(ledger.seal(fourth, at: scene.time).code == .spent)
    }
}
