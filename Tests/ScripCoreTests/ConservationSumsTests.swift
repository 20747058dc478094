import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct ConservationSumsTests {
    private static func sums() -> ConservationSums {
        var sums = ConservationSums()
        (sums.issued, sums.refunded) = (1_000, 50)
        (sums.redeemed, sums.withdrawn) = (300, 120)
        (sums.outstanding, sums.voided, sums.expired) = (600, 120, 30)
        return sums
    }

    @Test func balances() throws {
        #expect(try Self.sums().imbalance() == nil)
        #expect(ConservationSums(values: Self.sums().values) == Self.sums())
    }

    /// One unit too many or too few in any of the sums is found.
    @Test(arguments: 0..<ConservationSums.count, [-1, 1] as [Int128])
    func anyWrongSumIsFound(number: Int, by amount: Int128) throws {
        var values = Self.sums().values
        values[number] += amount
        #expect(try ConservationSums(values: values)?.imbalance() != nil)
    }

    @Test func sumsAreChecked() throws {
        var sums = ConservationSums()
        try sums.add(\.issued, Int128.max)
        #expect(throws: SumOverflow.self) { try sums.add(\.issued, 1) }
        sums.refunded = 1
        #expect(throws: SumOverflow.self) { try sums.imbalance() }
    }

    /// What each type of record makes flow, and what it leaves of the vouchers.
    @Test(arguments: [RecordType.issue, .trade, .redeem, .refund, .split, .void])
    func flowsOfEveryType(type: RecordType) throws {
        var scene = try RulesScene(type)
        scene.vouchers[0].remaining = 10_000
        let record = try scene.record()
        let ledger = try scene.ledger(for: record)
        let outcome = Rules(sealing: scene.sealing, time: scene.time).evaluate(record, in: ledger)
        let effects = try #require(outcome.effects, "\(outcome)")
        var flows = ConservationSums()
        try ConservationSums.flows(of: record.body, effects) { _, sum, amount in try flows.add(sum, amount) }
        // The stock before and after, of all vouchers that the record touches.
        var before: Int128 = 0
        var after = ConservationSums()
        for state in effects.changed { before += Int128(ledger.voucher(state.id)?.remaining ?? 0) }
        for state in effects.changed + effects.created {
            try after.addStock(Int128(state.remaining), isVoided: state.isVoided, isExpired: false)
        }
        #expect(after.voided == flows.withdrawn)
        #expect(after.outstanding + after.voided - before == flows.issued + flows.refunded - flows.redeemed)
        switch type {
        case .trade, .split: #expect(flows == ConservationSums())
        case .issue: #expect(flows.issued > 0)
        case .redeem: #expect(flows.redeemed > 0)
        case .refund: #expect(flows.refunded > 0)
        case .void: #expect(flows.withdrawn > 0)
        case .accredit: break
        }
    }

    @Test func keysAreToldApart() throws {
        let samples = try SampleRecords()
        let currency = try #require(Currency("CNY"))
        let keys = [nil, "", "caf\u{e9}", "cafe\u{301}", "tea"].map {
            BookKey(issuer: samples.shop.address, series: $0, currency: currency)
        }
        #expect(Set(keys).count == 5)
        #expect(Set(keys.map(\.bytes)).count == 5)
        for key in keys { #expect(BookKey(bytes: key.bytes) == key) }
        #expect(BookKey(bytes: []) == nil)
        #expect(BookKey(bytes: Array(keys[4].bytes.dropFirst())) == nil)
    }
}
