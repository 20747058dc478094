import ScripCrypto
import Testing

@testable import ScripCore

/// How much of what is not final a merchant takes (protocol section 6): a redemption's total, in one currency.
@Suite struct FloorLimitTests {
    private func covers(
        _ limit: String, _ change: (inout RulesScene) throws -> Void = { _ in }
    ) throws -> Bool {
        var scene = try RulesScene(.redeem)
        try change(&scene)
        let record = try scene.record()
        let ledger = try scene.ledger(for: record)
        return FloorLimit(try Money(parsing: limit)).covers(record) { ledger.voucher($0) }
    }

    /// The total of the redemption that the scene holds.
    private func total() throws -> Int64 {
        guard case .redeem(let redemption) = try RulesScene(.redeem).record().body else { return 0 }
        return redemption.vouchers.reduce(0) { $0 + $1.amount }
    }

    @Test func theTotalOfTheRecordCounts() throws {
        let total = try total()
        #expect(total > 1)
        for (amount, isCovered) in [(total - 1, false), (total, true), (total + 1, true)] {
            #expect(try covers(Money.text(amount: Int128(amount), currency: try cny())) == isCovered)
        }
    }

    @Test func anotherCurrencyNeverCounts() throws {
        #expect(try covers("90071992547409.91CNY"))
        for limit in ["90071992547409.91USD", "9007199254740991JPY", "90071992547409.91POINTS"] {
            #expect(try !covers(limit))
        }
    }

    /// What is unknown, another's, changed since, withdrawn or too little is nobody's chosen risk, whichever
    /// voucher it is.
    @Test(arguments: [0, 1]) func onlyWhatCouldBeGood(index: Int) throws {
        let most = "90071992547409.91CNY"
        #expect(try !covers(most) { $0.vouchers[index].isKnown = false })
        #expect(try !covers(most) { $0.vouchers[index].owner = $0.samples.shop.address })
        #expect(try !covers(most) { $0.vouchers[index].head = .zero })
        #expect(try !covers(most) { $0.vouchers[index].isVoided = true })
        #expect(try !covers(most) { $0.vouchers[index].remaining = 0 })
    }

    @Test(arguments: RecordType.allCases.filter { $0 != .redeem })
    func redemptionsOnly(type: RecordType) throws {
        let scene = try RulesScene(type)
        let record = try scene.record()
        let ledger = try scene.ledger(for: record)
        let limit = FloorLimit(try Money(parsing: "90071992547409.91CNY"))
        #expect(!limit.covers(record) { ledger.voucher($0) })
    }

    private func cny() throws -> Currency { try #require(Currency("CNY")) }
}
