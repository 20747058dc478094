import ScripCore
import ScripCrypto
import TestSupport
import Testing

@testable import ScripStore

/// Entries of vouchers' lines of an index that holds them back before they go to their table.
@Suite struct HeldLinesTests {
    private static func digest(_ number: Int) -> Digest { SHA256.hash(Array("\(number)".utf8)) }

    private static func voucher(_ number: Int) -> VoucherID { VoucherID(digest(number).prefix) }

    /// Two indexes to which the same happens: one puts each entry into its table at once, one holds them back.
    private struct Pair {
        let direct: LedgerIndex
        let holding: LedgerIndex
        private let kind: VoucherKind
        private let owner: Address
        private let chain: Int64
        /// How many entries each line has; what the block in progress added counts too.
        private(set) var counts: [Int]
        private var countsBefore: [Int] = []

        init(vouchers: Int) throws {
            let federation = try SigningFederation()
            func index(holdsLines: Bool) throws -> LedgerIndex {
                let database = try SQLiteDatabase(.memory)
                try database.execute(IndexSchema.tables)
                return try LedgerIndex(
                    database: database, charters: federation.charters, holdsLines: holdsLines)
            }
            direct = try index(holdsLines: false)
            holding = try index(holdsLines: true)
            owner = federation.account("shop", at: HonestFederation.north).address
            let currency = try #require(Currency("CNY"))
            let value = try #require(Money(amount: 100, currency: currency))
            kind = VoucherKind(
                issuer: owner,
                terms: Terms(
                    value: value, partial: true, transferable: true, voidable: true, series: nil,
                    starts: nil, expires: nil, redeemIn: nil, text: nil))
            chain = try direct.id(of: HonestFederation.north)
            counts = Array(repeating: 0, count: vouchers)
        }

        var all: [LedgerIndex] { [direct, holding] }

        mutating func beginBlock() throws {
            countsBefore = counts
            for index in all { try index.beginBlock() }
        }

        mutating func endBlock(isKept: Bool) throws {
            if !isKept { counts = countsBefore }
            for index in all { if isKept { try index.keepBlock() } else { try index.undoBlock() } }
        }

        /// Adds an entry to the line of a voucher.
        mutating func change(_ number: Int, at position: Int) throws {
            let state = VoucherState(
                id: HeldLinesTests.voucher(number), kind: kind, owner: owner, remaining: Int64(position + 1),
                head: HeldLinesTests.digest(position), isVoided: position % 3 == 0)
            var effects = Effects()
            if counts[number] == 0 { effects.created = [state] } else { effects.changed = [state] }
            for index in all {
                try index.apply(
                    effects, of: state.head, sequences: [state.id: counts[number] - 1], chain, position)
            }
            counts[number] += 1
        }

        /// Compares the last entries of lines before `limit`.
        func expectSameLastEntries(before limit: Int) throws {
            for number in stride(from: 0, to: counts.count, by: 61) {
                let id = HeldLinesTests.voucher(number)
                let entry = try direct.lastEntry(of: id) { $1 < Int64(limit) }
                #expect(try holding.lastEntry(of: id) { $1 < Int64(limit) } == entry)
            }
        }

        func stock(_ index: LedgerIndex) throws -> [Int64] {
            var held: [Int64] = []
            try index.forEachStock { held.append($0.isVoided ? -$0.remaining : $0.remaining) }
            return held.sorted()
        }
    }

    @Test func anIndexThatHoldsLinesSaysTheSame() throws {
        var pair = try Pair(vouchers: 20_000)
        var position = 0
        for block in 0..<8 {
            try pair.beginBlock()
            // Two blocks are larger than what is held, and one of them is undone.
            for _ in 0..<(block == 3 || block == 5 ? 36_000 : 4_000) {
                let number = Int(Self.digest(-position - 1).words.0 % UInt64(pair.counts.count))
                try pair.change(number, at: position)
                position += 1
            }
            try pair.expectSameLastEntries(before: position)
            try pair.expectSameLastEntries(before: position - 1_000)
            try pair.endBlock(isKept: block != 1 && block != 3)
            try pair.expectSameLastEntries(before: position)
            #expect(try pair.stock(pair.holding) == pair.stock(pair.direct))
        }
        #expect(pair.counts.contains { $0 > 3 })
        for number in stride(from: 0, to: pair.counts.count, by: 61) {
            let line = try pair.direct.line(of: Self.voucher(number))
            #expect(line.count == pair.counts[number])
            #expect(try pair.holding.line(of: Self.voucher(number)) == line)
        }
        #expect(try pair.stock(pair.holding) == pair.stock(pair.direct))
    }
}
