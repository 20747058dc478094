import Testing

@testable import ScripCore

/// What makes a retry a retry: type, party and `ref`, by their bytes.
@Suite struct RecordReferenceTests {
    private let samples: SampleRecords

    init() throws { samples = try SampleRecords() }

    @Test func referencesOfEachType() throws {
        #expect(
            try samples.bare(.issue).body.reference
                == RecordReference(type: .issue, party: samples.shop.address, ref: "order 17"))
        #expect(
            try samples.bare(.redeem).body.reference
                == RecordReference(type: .redeem, party: samples.cafe.address, ref: "till 3/118"))
        #expect(
            try samples.bare(.refund).body.reference
                == RecordReference(type: .refund, party: samples.cafe.address, ref: "till 3/119"))
        for type in [RecordType.accredit, .trade, .split, .void] {
            #expect(try samples.bare(type).body.reference == nil)
        }
        for type in [RecordType.redeem, .refund] {
            #expect(try samples.bare(type) { $0["ref"] = nil }.body.reference == nil)
        }
    }

    @Test func eachPartCounts() throws {
        let cafe = samples.cafe.address
        let all = [
            RecordReference(type: .redeem, party: cafe, ref: "1"),
            RecordReference(type: .refund, party: cafe, ref: "1"),
            RecordReference(type: .redeem, party: try Account("cafe", at: "north").address, ref: "1"),
            RecordReference(type: .redeem, party: samples.bob.address, ref: "1"),
            RecordReference(type: .redeem, party: cafe, ref: "01"),
            RecordReference(type: .redeem, party: cafe, ref: "1 "),
        ]
        #expect(Set(all).count == all.count)
        for (index, first) in all.enumerated() {
            for (other, second) in all.enumerated() { #expect((first == second) == (index == other)) }
        }
    }

    /// Texts that Swift takes for equal are different references: bytes decide.
    @Test(arguments: [("caf\u{e9}", "cafe\u{301}"), ("K7", "\u{212a}7"), ("\u{c5}", "\u{212b}")])
    func equivalentTextsAreDifferent(first: String, second: String) throws {
        try #require(first == second)
        let one = RecordReference(type: .redeem, party: samples.cafe.address, ref: first)
        let other = RecordReference(type: .redeem, party: samples.cafe.address, ref: second)
        #expect(one != other)
        #expect(Set([one, other]).count == 2)
        #expect(one == RecordReference(type: .redeem, party: samples.cafe.address, ref: first))
    }
}
