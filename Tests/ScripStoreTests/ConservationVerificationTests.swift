import Foundation
import ScripCrypto
import TestSupport
import Testing

@testable import ScripCore
@testable import ScripStore

/// Whether value is made or lost, counted twice.
@Suite struct ConservationVerificationTests {
    private static func write(_ lives: VoucherLives) throws -> ScratchDirectory {
        let scratch = try ScratchDirectory()
        for (path, bytes) in lives.files {
            try scratch.makeDirectory("public/\((path as NSString).deletingLastPathComponent)")
            try scratch.write(bytes, to: "public/\(path)")
        }
        return scratch
    }

    /// The lines of type `conservation`, and the problems.
    private static func verify(_ lives: VoucherLives) throws -> (books: [ConservedBook], problems: [Problem])
    {
        let scratch = try write(lives)
        var books: [ConservedBook] = []
        var problems: [Problem] = []
        _ = try Verification(path: scratch.path, world: .system(), options: .init(isFull: true)).run { line in
            switch line {
            case .conservation(let book): books.append(book)
            case .problem(let problem): problems.append(problem)
            case .invalid(let record): Issue.record("invalid: \(record)")
            case .chain, .summary: break
            }
        }
        return (books, problems)
    }

    @Test func everythingThatCanHappenBalances() throws {
        let (books, problems) = try Self.verify(try VoucherLives())
        #expect(problems == [])
        #expect(books.map(\.key.series) == ["gift", "tea"])
        var gift = ConservationSums()
        (gift.issued, gift.refunded, gift.redeemed, gift.outstanding) = (30_000, 1_500, 6_500, 25_000)
        var tea = ConservationSums()
        (tea.issued, tea.withdrawn, tea.voided) = (15_000, 5_000, 5_000)
        // One is past its term by the last block of north, where it is held; south has not got so far.
        (tea.expired, tea.outstanding) = (5_000, 5_000)
        #expect(books.map(\.sums) == [gift, tea])
    }

    @Test func theLastBlockOfTheOwnersChainDecidesWhatHasExpired() throws {
        let (books, problems) = try Self.verify(try VoucherLives(southSealsAgain: true))
        #expect(problems == [])
        let tea = try #require(books.last?.sums)
        #expect(tea.expired == 10_000)
        #expect(tea.outstanding == 0)
    }

    /// A ledger of one issue of two vouchers of 100.00, and the flows of it.
    private struct Scene {
        let index: LedgerIndex
        let conservation: ConservationVerification
        let issuer: Address

        init(flowsAre factor: Int) throws {
            let federation = try SigningFederation()
            let north = HonestFederation.north
            let shop = federation.account("shop", at: north)
            issuer = shop.address
            let maker = RecordMaker(federation)
            index = try IndexFile.temporary(CharterHistory(federation.charter), hasRegionTables: false)
            conservation = ConservationVerification(index: index, genesis: federation.genesis)
            let applier = try RecordApplier(
                index: index, chain: north, epoch: CharterHistory(federation.charter).newestEpoch,
                time: HonestFederation.time, seen: [:])
            #expect(try applier.applyIfValid(try maker.accredit(shop, ref: "shop"), at: 1) == nil)
            let issue = try maker.issue(by: shop, to: shop, count: 2, ref: "issue")
            #expect(try applier.applyIfValid(issue, at: 2) == nil)
            for _ in 0..<factor {
                var flows = ConservationVerification.BlockFlows()
                try flows.add(issue.body, Effects())
                try conservation.add(flows)
            }
        }

        func problems() throws -> [Problem] {
            var problems: [Problem] = []
            let findings = Findings(selection: nil) { line in
                if case .problem(let problem) = line { problems.append(problem) }
            }
            try conservation.run(findings, isReported: true)
            return problems
        }
    }

    @Test func aWrongFlowIsFound() throws {
        #expect(try Scene(flowsAre: 1).problems() == [])
        for (factor, created) in [(0, Int128(0)), (2, 40_000)] {
            let scene = try Scene(flowsAre: factor)
            let problem = try #require(try scene.problems().first)
            #expect(problem.code == .conservation)
            #expect(
                problem.book
                    == BookKey(issuer: scene.issuer, series: nil, currency: try #require(Currency("CNY"))))
            #expect(problem.created == created)
            #expect(problem.accounted == 20_000)
            let json = String(decoding: problem.json.canonical, as: UTF8.self)
            #expect(
                json.contains(
                    "\"accounted\":20000,\"code\":\"conservation\",\"created\":\(created),\"currency\":\"CNY\""
                ))
            #expect(json.contains("\"issuer\":\"\(scene.issuer)\""))
        }
    }

    @Test(arguments: [
        "UPDATE line SET remaining=9999 WHERE voucher=(SELECT MIN(voucher) FROM line)",
        "UPDATE line SET voided=1 WHERE voucher=(SELECT MIN(voucher) FROM line)",
        "DELETE FROM line WHERE voucher=(SELECT MIN(voucher) FROM line)",
    ])
    func aWrongStateIsFound(sql: String) throws {
        let scene = try Scene(flowsAre: 1)
        try scene.index.putHeldLines()
        try scene.index.database.execute(sql)
        #expect(try scene.problems().map(\.code) == [.conservation])
    }
}
