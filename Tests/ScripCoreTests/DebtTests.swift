import ScripCrypto
import Testing

@testable import ScripCore

/// What each type of record makes one region owe another (protocol section 11).
@Suite struct DebtTests {
    private func debts(_ scene: RulesScene) throws -> [String] {
        let effects = try #require(try scene.outcome().effects)
        return Debt.of(try scene.record(), effects).map {
            "\($0.pair.debtor) \($0.pair.creditor) \($0.currency) \($0.kind) \($0.amount)"
        }
    }

    /// Alice and the shop are at north, bob and the café at south.
    @Test func theMerchantsRegionIsOwedByTheIssuers() throws {
        var scene = try RulesScene(.redeem)
        #expect(try debts(scene) == ["north south CNY redemption 6000"])
        // A voucher of the merchant's own region makes no debt, whatever region redeems it.
        scene.vouchers[0].issuer = scene.samples.cafe.address
        #expect(try debts(scene) == ["north south CNY redemption 3000"])
        scene.vouchers[1].issuer = scene.samples.cafe.address
        #expect(try debts(scene) == [])
    }

    @Test func aRefundOwesItBack() throws {
        let scene = try RulesScene(.refund)
        let amounts = try #require(try scene.outcome().effects).created.map(\.remaining).reduce(0, +)
        #expect(try debts(scene) == ["south north CNY refund \(amounts)"])
    }

    @Test func aPriceIsOwedByTheBuyersRegion() throws {
        var scene = try RulesScene(.trade)
        #expect(try debts(scene) == [])
        scene.members["price"] = .object(["amount": 8_000, "currency": "EUR"])
        #expect(try debts(scene) == ["south north EUR trade 8000"])
        scene.members["to"] = .string(try Account("neighbour", at: "north").address.text)
        #expect(try debts(scene) == [])
    }

    @Test func nothingElseIsOwed() throws {
        for type in [RecordType.accredit, .issue, .split, .void] {
            let scene = try RulesScene(type)
            let effects = try scene.outcome().effects ?? Effects()
            #expect(Debt.of(try scene.record(), effects).isEmpty, "\(type)")
        }
    }

    @Test func totalsAreChecked() throws {
        var total = DebtTotal(count: 1, amount: .max)
        #expect(throws: SettlementOverflow()) { try total.add(DebtTotal(count: 1, amount: 1)) }
        #expect(total == DebtTotal(count: 1, amount: .max))
        total = DebtTotal(count: .max, amount: 1)
        #expect(throws: SettlementOverflow()) { try total.add(DebtTotal(count: 1, amount: 1)) }
        let pairs = try [("a", "c"), ("b", "c")].map {
            DebtPair(debtor: try region($0.0), creditor: try region($0.1))
        }
        let totals = Dictionary(
            uniqueKeysWithValues: pairs.map { ($0, [DebtKind.trade: DebtTotal(count: 1, amount: .max)]) })
        let currency = try #require(Currency("CNY"))
        #expect(throws: SettlementOverflow()) { try CurrencySettlement(currency, totals) }
    }
}
