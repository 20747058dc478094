import Testing

@testable import ScripCore

/// Withdrawing what is left (format section 3): a flag, which leaves the head and the amount for the books.
@Suite struct RulesVoidTests {
    /// The vouchers of a scene, voided.
    private func voided() throws -> (RulesScene, MemoryLedger) {
        let scene = try RulesScene(.void)
        let record = try scene.record()
        var ledger = try scene.ledger(for: record)
        let before = RulesScene.ids.compactMap { ledger.vouchers[$0] }
        #expect(ledger.seal(record, at: scene.time).code == nil)
        for (id, state) in zip(RulesScene.ids, before) {
            let after = try #require(ledger.vouchers[id])
            #expect(after.isVoided && after.head == state.head && after.remaining == state.remaining)
            #expect(after.owner == state.owner && after.kind == state.kind && after.id == id)
        }
        return (scene, ledger)
    }

    /// From then on whatever names the head, although it is the head, is `spent`.
    @Test(arguments: [RecordType.trade, .redeem, .split]) func theHeadIsSpent(_ type: RecordType) throws {
        var (scene, ledger) = try voided()
        let record = try RulesScene(type).record()
        let outcome = ledger.seal(record, at: scene.time)
        #expect(outcome == .invalid(RuleFault(.spent, RulesScene.ids[0])))
    }

    @Test func aSecondVoidIsOverspent() throws {
        var (scene, ledger) = try voided()
        let again = try scene.samples.bare(.void) {
            $0 = scene.members
            $0["reason"] = "again"
        }
        #expect(ledger.seal(again, at: scene.time) == .invalid(RuleFault(.overspent, RulesScene.ids[0])))
    }

    /// The same record once more is a duplicate, and needs no voucher for that.
    @Test func theSameVoidIsADuplicate() throws {
        var (scene, ledger) = try voided()
        #expect(ledger.seal(try scene.record(), at: scene.time).code == .duplicate)
    }

    @Test func whatIsLeftIsVoided() throws {
        for (remaining, code) in [(1, nil), (10_000, nil), (0, .overspent)] as [(Int64, RefusalCode?)] {
            for index in 0...1 {
                var scene = try RulesScene(.void)
                scene.vouchers[index].remaining = remaining
                let outcome = try scene.outcome()
                #expect(outcome.code == code)
                if let effects = outcome.effects { #expect(effects.changed[index].remaining == remaining) }
            }
        }
    }

    /// All or nothing: one voucher that may not be voided keeps the others.
    @Test func allOrNothing() throws {
        var scene = try RulesScene(.void)
        scene.vouchers[1].voidable = false
        let record = try scene.record()
        var ledger = try scene.ledger(for: record)
        let before = ledger.vouchers
        #expect(ledger.seal(record, at: scene.time) == .invalid(RuleFault(.notVoidable, RulesScene.ids[1])))
        #expect(ledger.vouchers == before)
    }

    /// Nobody but the issuer, the owner neither.
    @Test func onlyTheIssuer() throws {
        for account in [try Account("alice", at: "north"), try Account("cafe", at: "north")] {
            var scene = try RulesScene(.void)
            scene.members["issuer"] = account.json
            #expect(try scene.outcome().code == .notOwner)
        }
    }

    /// A voided voucher that was redeemed in part can still be refunded: that makes a new one.
    @Test func aRefundOfAVoidedVoucherIsANewOne() throws {
        var (scene, ledger) = try voided()
        let refund = try RulesScene(.refund).record()
        let created = try #require(ledger.seal(refund, at: scene.time).effects?.created)
        #expect(created.map(\.isVoided) == [false, false] && created.map(\.remaining) == [1_000, 1_000])
        #expect(RulesScene.ids.allSatisfy { ledger.vouchers[$0]?.isVoided == true })
    }
}
