import ScripCore
import ScripCrypto
import ScripStore
import Testing

/// Settlements over a federation of regions on disk.
@Suite struct SettlementTests {
    private let regions: TestRegions
    private let shops: [TestRegions.Account]
    private let holders: [TestRegions.Account]
    private let merchants: [TestRegions.Account]

    init() throws {
        let regions = try TestRegions()
        self.regions = regions
        func accounts(_ first: UInt8) -> [TestRegions.Account] {
            regions.names.enumerated().map { regions.account(first + UInt8($0), at: $1) }
        }
        (shops, holders, merchants) = (accounts(10), accounts(20), accounts(30))
    }

    /// A voucher as the test follows it.
    private struct Held {
        let id: VoucherID
        let issuing: Int
        var region: Int
        var head: Digest
        var remaining: Int64
    }

    private struct Key: Hashable {
        let debtor: String
        let creditor: String
        let kind: String
    }

    /// Counts and sums, in plain integers.
    private typealias Sums = [Key: [Int64]]

    private func issue(_ count: Int) throws -> [Held] {
        var held: [Held] = []
        for (number, name) in regions.names.enumerated() {
            let issue = try regions.issue(shops[number], to: holders[number], count: count)
            _ = try regions.admit([try regions.accredit(shops[number]), issue], at: name)
            held += (0..<count).map {
                Held(
                    id: VoucherID(createdBy: issue.id, index: $0), issuing: number, region: number,
                    head: issue.id, remaining: 10_000)
            }
        }
        try regions.settle()
        return held
    }

    private func refund(_ redemption: Record, _ voucher: VoucherID, _ amount: Int64, at merchant: Int) throws
        -> Record
    {
        try RecordDraft(
            type: .refund,
            members: [
                "merchant": .string(merchants[merchant].address.text),
                "redemption": .string(redemption.id.hexadecimal),
                "deadline": .string(regions.time.adding(seconds: 86_400).text),
                "vouchers": .array([
                    .object(["amount": .integer(amount), "voucher": .string(voucher.description)])
                ]),
            ]
        ).signed(with: merchants[merchant].key, genesis: regions.charter.digest)
    }

    private func sums(of settlements: [CurrencySettlement]) -> Sums {
        var sums: Sums = [:]
        for debt in settlements.flatMap(\.debts) {
            for (kind, total) in [
                ("trade", debt.trades), ("redemption", debt.redemptions), ("refund", debt.refunds),
            ] where total.count > 0 {
                let key = Key(debtor: debt.pair.debtor.text, creditor: debt.pair.creditor.text, kind: kind)
                let before = sums[key] ?? [0, 0]
                sums[key] = [before[0] + total.count, before[1] + Int64(total.amount)]
            }
        }
        return sums
    }

    private func settlement(_ cut: Cut, at name: String) throws -> [CurrencySettlement] {
        var settlements: [CurrencySettlement] = []
        let ledger = try regions.ledger(name)
        try ledger.require(cut, named: "the cut")
        try ledger.forEachCurrency(of: cut) { settlements.append($0) }
        return settlements
    }

    /// Trades with a price, redemptions and refunds at random, and cuts wherever the certificates happen to be: the
    /// settlements between the cuts add up to the one over all, which is that of a plain count; and each is the same
    /// in every region.
    @Test(arguments: [1, 2] as [UInt64])
    func theCutsAddUp(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var held = try issue(4)
        var expected: Sums = [:]
        var redemptions: [(record: Record, voucher: Held, amount: Int64, merchant: Int)] = []
        func owe(_ debtor: Int, _ creditor: Int, _ kind: String, _ amount: Int64) {
            if debtor == creditor { return }
            let key = Key(debtor: regions.names[debtor], creditor: regions.names[creditor], kind: kind)
            let before = expected[key] ?? [0, 0]
            expected[key] = [before[0] + 1, before[1] + amount]
        }
        var cuts: [Cut] = []
        var last: Cut?
        for _ in 0..<9 {
            let place = Int.random(in: 0..<held.count, using: &random)
            let other = Int.random(in: 0..<3, using: &random)
            var voucher = held[place]
            let owner = holders[voucher.region]
            let record: Record
            var sealing = voucher.region
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let price = Int64.random(in: 1...50_000, using: &random)
                record = try regions.trade(
                    voucher.id, head: voucher.head, from: owner, to: holders[other], price: price)
                owe(other, voucher.region, "trade", price)
                voucher.region = other
                voucher.head = record.id
                held[place] = voucher
            case 1 where !redemptions.isEmpty:
                let done = redemptions.removeLast()
                record = try refund(done.record, done.voucher.id, done.amount, at: done.merchant)
                owe(done.merchant, done.voucher.issuing, "refund", done.amount)
                sealing = done.voucher.region
            default:
                let amount = Int64.random(in: 1...2_000, using: &random)
                record = try regions.redeem(
                    voucher.id, head: voucher.head, amount: amount, from: owner, at: merchants[other])
                owe(voucher.issuing, other, "redemption", amount)
                redemptions.append((record, voucher, amount, other))
                voucher.head = record.id
                voucher.remaining -= amount
                held[place] = voucher
            }
            #expect(try regions.admit([record], at: regions.names[sealing])[0].code == nil)
            try regions.settle()
            // Whoever cuts does so wherever it is.
            let name = regions.names[Int.random(in: 0..<3, using: &random)]
            if Bool.random(using: &random), let cut = try regions.ledger(name).largestCut(after: last) {
                cuts.append(cut)
                last = cut
            }
        }
        if let cut = try regions.ledger("north").largestCut(after: last) { cuts.append(cut) }
        #expect(cuts.count > 2)
        #expect(!expected.isEmpty)
        let all = try #require(try regions.ledger("east").largestCut())
        #expect(sums(of: try settlement(all, at: "east")) == expected)
        #expect(sums(of: try cuts.flatMap { try settlement($0, at: "south") }) == expected)
        for cut in cuts + [all] {
            let north = try settlement(cut, at: "north")
            for name in regions.names { #expect(try settlement(cut, at: name) == north) }
            for currency in north { #expect(currency.balances.reduce(0) { $0 + $1.net } == 0) }
        }
        // Each names the one before.
        for (before, cut) in zip(cuts, cuts.dropFirst()) { #expect(cut.previous == before.hash) }
    }

    // MARK: Signed ones

    private func problems(_ name: String) throws -> [String] {
        var problems: [String] = []
        let verification = try Verification(
            path: regions.scratch.path(name), world: .system(at: regions.time))
        _ = try verification.run { line in
            if case .problem(let problem) = line {
                problems.append("\(problem.code.rawValue): \(problem.reason)")
            }
        }
        return problems
    }

    private func redeemOne(_ held: Held) throws {
        let record = try regions.redeem(
            held.id, head: held.head, amount: 100, from: holders[held.region],
            at: merchants[(held.region + 1) % 3])
        _ = try regions.admit([record], at: regions.names[held.region])
        try regions.settle()
    }

    /// Signs as the region would not by itself, and puts the file there.
    private func forge(_ note: SettlementNote, by name: String) throws {
        let directory = try RegionDirectory(
            path: regions.scratch.path(name), world: .system(at: regions.time))
        let file = SettlementName(cut: note.cut.hash, digest: note.digest)
        let folder = "\(name)/public/settlements/\(name)"
        try regions.scratch.makeDirectory(folder)
        try regions.scratch.write(
            note.signed(by: try directory.logSigner()).bytes, to: "\(folder)/\(file.text)")
    }

    @Test func twoSettlementsOfOneCutAreALie() throws {
        try redeemOne(try issue(1)[0])
        let cut = try #require(try regions.ledger("north").largestCut())
        _ = try regions.writer("north").signSettlement(of: cut)
        #expect(try problems("north").isEmpty)
        let lie = SettlementNote(cut: cut, digest: SHA256.hash([1]))
        try forge(lie, by: "north")
        // Others take both over: each is signed.
        try regions.sync("south", from: ["north"])
        for name in ["north", "south"] {
            let found = try problems(name)
            #expect(
                found.contains {
                    $0.hasPrefix("settlement: 'north' signed another settlement of the same cut")
                })
            #expect(found.contains("settlement: it is not the settlement that follows from the chains"))
            #expect(found.count == 2)
        }
    }

    @Test func aRecordSettlesOnce() throws {
        let held = try issue(2)
        try redeemOne(held[0])
        let first = try #require(try regions.ledger("north").largestCut())
        let path = try regions.writer("north").signSettlement(of: first)
        #expect(try regions.writer("north").signSettlement(of: first) == path)
        try redeemOne(held[1])
        let ledger = try regions.ledger("north")
        let all = try #require(try ledger.largestCut())
        #expect(throws: StoreError.self) { try regions.writer("north").signSettlement(of: all) }
        let second = try #require(try ledger.largestCut(after: first))
        _ = try regions.writer("north").signSettlement(of: second)
        #expect(try problems("north").isEmpty)
        try forge(SettlementNote(cut: all, digest: try ledger.settlementDigest(of: all)), by: "north")
        let found = try problems("north")
        // Each is told once, against one that comes before it by name.
        #expect((1...2).contains(found.count) && found.allSatisfy { $0.contains("settles too") }, "\(found)")
    }

    /// A cut beyond what is here is pending, whoever signed it.
    @Test func aSettlementAheadIsPending() throws {
        try redeemOne(try issue(1)[0])
        let cut = try #require(try regions.ledger("north").largestCut())
        let chains = cut.chains.map {
            Cut.Chain(region: $0.region, from: $0.from, size: $0.size + 5, root: $0.root)
        }
        let ahead = try Cut(
            federation: cut.federation, genesis: cut.genesis, chains: chains, previous: nil, time: cut.time)
        try forge(SettlementNote(cut: ahead, digest: SHA256.hash([1])), by: "north")
        #expect(try problems("north").isEmpty)
        #expect {
            try regions.ledger("north").require(ahead, named: "the cut")
        } throws: { error in
            (error as? StoreError)?.kind == .awaiting
        }
    }
}

/// SplitMix64: the same numbers from the same seed.
private struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
