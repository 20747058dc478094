import ScripCore
import ScripCrypto
import TestSupport
import Testing

@testable import ScripStore

/// Records and references of an index that holds them back before they go to their tables.
@Suite struct HeldRowsTests {
    private static func digest(_ number: Int) -> Digest { SHA256.hash(Array("\(number)".utf8)) }

    private static func row(_ number: Int) -> RecordRow {
        RecordRow(key: RecordRow.Key(id: digest(number), chain: 1), index: number, code: nil)
    }

    @Test func aFilterNeverDeniesWhatItHolds() {
        var filter = BloomFilter()
        var wrongly = 0
        for number in 0..<20_000 where filter.insert(Self.digest(number)) { wrongly += 1 }
        #expect(wrongly == 0)
        var held = 0
        for number in 0..<20_000 where filter.insert(Self.digest(number)) { held += 1 }
        #expect(held == 20_000)
    }

    @Test func aFilterThatIsFullAnswersYes() {
        var filter = BloomFilter()
        // All in one line, as somebody who wants to fill it would choose them.
        var crowded = 0
        for number in 0..<2_000 {
            var bytes = Self.digest(number).bytes
            bytes.replaceSubrange(0..<8, with: repeatElement(7, count: 8))
            if let digest = Digest(bytes), filter.insert(digest) { crowded += 1 }
        }
        #expect(crowded > 1_500)
        let isElsewhere = !filter.insert(Self.digest(1))
        #expect(isElsewhere)
    }

    @Test func whatABlockAddedGoesWithIt() {
        var held = HeldRows<RecordRow>()
        held.append(Self.row(1))
        let isDue = !held.keepBlock().isEmpty
        #expect(!isDue)
        held.append(Self.row(2))
        var found = held.row(Self.row(2).key)
        #expect(found?.index == 2)
        held.undoBlock()
        found = held.row(Self.row(1).key)
        #expect(found?.index == 1)
        found = held.row(Self.row(2).key)
        #expect(found == nil)
        held.append(Self.row(3))
        found = held.row(Self.row(3).key)
        #expect(found?.index == 3)
    }

    @Test func manyAreGivenInTheOrderOfTheirKeysAndHeldNoLonger() {
        var held = HeldRows<RecordRow>()
        var given: [RecordRow] = []
        var blocks = 0
        for number in 0..<40_000 {
            held.append(Self.row(number))
            if number % 1_000 == 999 {
                given = held.keepBlock()
                blocks += 1
                if !given.isEmpty { break }
            }
        }
        #expect(given.count == blocks * 1_000)
        #expect(Set(given.map(\.key)).count == given.count)
        #expect(zip(given, given.dropFirst()).allSatisfy { $0.key.id < $1.key.id })
        let left = held.row(Self.row(1).key)
        #expect(left == nil)
        given = held.keepBlock()
        #expect(given.isEmpty)
    }

    /// An index that holds rows back says what one says that puts each into its table at once, whatever repeats and
    /// whatever is undone.
    @Test func anIndexThatHoldsRowsSaysTheSame() throws {
        let charters = try SigningFederation().charters
        func index(_ holdsRows: Bool) throws -> LedgerIndex {
            let database = try SQLiteDatabase(.memory)
            try database.execute(IndexSchema.tables)
            return try LedgerIndex(database: database, charters: charters, holdsRows: holdsRows)
        }
        let (direct, holding) = (try index(false), try index(true))
        var repeats = 0
        for block in 0..<60 {
            let region = try #require(RegionName(block % 2 == 0 ? "north" : "south"))
            let chain = try direct.id(of: region)
            for index in [direct, holding] { try index.beginBlock() }
            for position in 0..<1_000 {
                // Of few enough that many come again, some of them after they were put into the tables.
                let draw = Self.digest(1_000_000 + block * 1_000 + position).words.0 % 200_000
                let id = Self.digest(Int(draw))
                let isNew = try direct.addRecord(id, chain, position)
                #expect(try holding.addRecord(id, chain, position) == isNew)
                if !isNew { repeats += 1 }
                if isNew && position % 50 == 0 {
                    for index in [direct, holding] { try index.setRecordCode(id, chain, .spent) }
                }
            }
            for index in [direct, holding] {
                if block % 7 == 3 {
                    try index.undoBlock()
                } else {
                    try index.keepBlock()
                }
            }
        }
        #expect(repeats > 1_000)
        for number in stride(from: 0, to: 200_000, by: 97) {
            let id = Self.digest(number)
            let entries = try direct.record(id).sorted { $0.chain < $1.chain }
            #expect(try holding.record(id).sorted { $0.chain < $1.chain } == entries)
        }
    }
}
