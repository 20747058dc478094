import Foundation
import ScripCrypto
import TestSupport
import Testing

@testable import ScripCore
@testable import ScripStore

/// What `report` and `show` tell of a ledger in which everything happens.
@Suite struct SurveyTests {
    private func ledger(_ lives: VoucherLives, at time: Timestamp = VoucherLives.end) throws -> (
        Ledger, ScratchDirectory
    ) {
        let scratch = try ScratchDirectory()
        for (path, bytes) in lives.files {
            try scratch.makeDirectory((path as NSString).deletingLastPathComponent)
            try scratch.write(bytes, to: path)
        }
        let directory = try RegionDirectory(path: scratch.path, world: .system(at: time))
        return (try Ledger.open(directory), scratch)
    }

    @Test func countsWhatHappened() throws {
        let (ledger, scratch) = try ledger(try VoucherLives())
        defer { withExtendedLifetime(scratch) {} }
        let survey = try ledger.survey()
        let currency = try #require(survey.currencies.first)
        #expect(survey.currencies.count == 1)
        // Three and three, two parts, one refund.
        #expect(currency.totals.vouchers == 9)
        #expect(currency.totals.issued == 45_000)
        #expect(currency.totals.refunded == 1_500)
        #expect(currency.totals.redeemed == 6_500)
        #expect(currency.totals.voided == 5_000)
        // By the clock, which is the same everywhere.
        #expect(currency.totals.expired == 10_000)
        #expect(currency.totals.outstanding == 25_000)
        #expect(currency.series.map(\.totals.issued) == [30_000, 15_000])

        let scale = try #require(survey.scale)
        #expect((0..<scale.count).map { scale.label($0) } == ["2026-11-20", "2026-11-21", "2026-11-22"])
        #expect(currency.issuedOverTime == [45_000, 45_000, 45_000])
        #expect(currency.redeemedOverTime == [6_500, 6_500, 6_500])
        #expect(currency.outstandingOverTime == [35_000, 25_000, 25_000])
        let regions = currency.regions
        #expect(regions.map(\.region.text) == ["north", "south"])
        #expect(regions.map(\.issued) == [45_000, 0])
        #expect(regions.map(\.redeemed) == [4_000, 2_500])
        #expect(regions.map(\.refunded) == [1_500, 0])
        #expect(regions.map(\.outstanding) == [17_500, 7_500])
        #expect(currency.merchants.map(\.redeemed) == [4_000, 2_500])
        #expect(currency.merchants.map(\.refunded) == [1_500, 0])
        #expect(currency.merchants.map(\.redemptions) == [1, 1])
    }

    /// The same sums by another way: voucher by voucher.
    @Test(arguments: [0, 90_000, 200_000] as [Int64])
    func tiesOutWithTheVouchers(seconds: Int64) throws {
        let (ledger, scratch) = try ledger(
            try VoucherLives(), at: VoucherLives.start.adding(seconds: seconds))
        defer { withExtendedLifetime(scratch) {} }
        let totals = try #require(try ledger.survey().currencies.first?.totals)
        var sums: [VoucherReport.Status: Int128] = [:]
        var count: Int128 = 0
        try ledger.forEachVoucher(VoucherFilter()) { report in
            sums[report.status, default: 0] += Int128(report.state.remaining)
            count += 1
            return true
        }
        #expect(totals.vouchers == count)
        #expect(totals.outstanding == sums[.held] ?? 0)
        #expect(totals.voided == sums[.voided] ?? 0)
        #expect(totals.expired == sums[.expired] ?? 0)
        #expect(
            totals.issued + totals.refunded == totals.outstanding + totals.redeemed + totals.voided
                + totals.expired)
    }

    @Test func lifeLinksSplitsAndRefundsBothWays() throws {
        let lives = try VoucherLives()
        let (ledger, scratch) = try ledger(lives)
        defer { withExtendedLifetime(scratch) {} }
        let refunded = VoucherID(createdBy: lives.refund, index: 0)
        let parts = (0..<2).map { VoucherID(createdBy: lives.split, index: $0) }

        let redeemed = try #require(try ledger.life(of: lives.gifts[0]))
        #expect(redeemed.events.map(\.record.type) == [.issue, .redeem])
        #expect(redeemed.events[1].refunds.map(\.voucher) == [refunded])
        #expect(redeemed.events[1].refunds.map(\.amount) == [1_500])
        #expect(redeemed.origin == nil)
        #expect(try ledger.life(of: refunded)?.origin == lives.gifts[0])

        let split = try #require(try ledger.life(of: lives.gifts[2]))
        #expect(split.events.last?.parts.map(\.voucher) == parts)
        for part in parts {
            let life = try #require(try ledger.life(of: part))
            #expect(life.origin == lives.gifts[2])
            #expect(life.events.map(\.record.type) == [.split])
            #expect(life.events[0].parts.isEmpty)
        }
        #expect(try ledger.life(of: lives.teas[1])?.events.map(\.record.type) == [.issue, .void])
        #expect(try ledger.life(of: VoucherID(.zero)) == nil)
        #expect(try ledger.name(ofIssuer: lives.shop.address) == "Corner shop")
    }
}

@Suite struct KeyedSumsTests {
    /// However few keys fit in memory, the sums and their order are the same.
    @Test(arguments: [1, 2, 7, 1_000])
    func spilledOrNot(keysMax: Int) throws {
        let currency = try #require(Currency("CNY"))
        let sums = KeyedSums<NumbersKey>(width: 2, keysMax: keysMax)
        var expected: [Int64: [Int128]] = [:]
        var state: UInt64 = 1
        for _ in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Int64(bitPattern: state >> 58) - 20
            let amount = Int128(Int64(bitPattern: state)) << 40
            try sums.add(NumbersKey(currency, number, -number), Int(state >> 40 & 1), amount)
            expected[number, default: [0, 0]][Int(state >> 40 & 1)] += amount
        }
        var found: [(Int64, [Int128])] = []
        try sums.visit { key, values in
            #expect(key.currency == currency && key.second == -key.first)
            found.append((key.first, values))
            return true
        }
        #expect(found.map(\.0) == expected.keys.sorted())
        for (number, values) in found { #expect(expected[number] == values) }
        var count = 0
        try sums.visit { _, _ in
            count += 1
            return count < 3
        }
        #expect(count == 3)
    }

    @Test func aSumThatDoesNotFitIsAnError() throws {
        let currency = try #require(Currency("CNY"))
        for keysMax in [1, 10] {
            let sums = KeyedSums<Currency>(width: 1, keysMax: keysMax)
            try sums.add(currency, 0, Int128.max)
            if keysMax == 1 { try sums.add(try #require(Currency("USD")), 0, 1) }
            #expect(throws: SumOverflow.self) {
                try sums.add(currency, 0, 1)
                try sums.visit { _, _ in true }
            }
        }
    }
}
