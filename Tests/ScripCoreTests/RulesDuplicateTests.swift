import Testing

@testable import ScripCore

/// Step 3 of protocol section 5: the same id, or the same reference, stands nowhere earlier in the chain,
/// valid or not.
@Suite struct RulesDuplicateTests {
    private let samples: SampleRecords
    private let time: Timestamp

    init() throws {
        samples = try SampleRecords()
        time = try #require(Timestamp(SampleRecords.time))
    }

    /// A scene's ledger, and the verdict on a record in it after the scene's own.
    private func second(
        _ type: RecordType, _ other: RecordType, _ change: (inout [String: JSON]) -> Void
    ) throws -> RefusalCode? {
        let scene = try RulesScene(type)
        let first = try scene.record()
        var ledger = try scene.ledger(for: first)
        #expect(ledger.seal(first, at: time).code == nil)
        var members = try RulesScene(other).members
        change(&members)
        return ledger.seal(try samples.bare(other) { $0 = members }, at: time).code
    }

    @Test(arguments: RecordType.allCases) func theSameRecord(_ type: RecordType) throws {
        #expect(try second(type, type) { _ in } == .duplicate)
    }

    /// Invalid records count too.
    @Test(arguments: RecordType.allCases) func theSameInvalidRecord(_ type: RecordType) throws {
        var scene = try RulesScene(type)
        scene.sealing = try region("east")
        let record = try scene.record()
        var ledger = try scene.ledger(for: record)
        #expect(ledger.seal(record, at: time).code == .wrongRegion)
        #expect(ledger.seal(record, at: time).code == .duplicate)
        // In another chain it is the first.
        ledger.chain = try region("north")
        #expect(ledger.seal(record, at: time).code == nil)
        #expect(ledger.seal(record, at: time).code == .duplicate)
    }

    @Test(arguments: [
        // Whatever else the record says.
        ("order 17", "shop", RefusalCode.duplicate as RefusalCode?), ("order 18", "shop", nil),
        ("order 17 ", "shop", nil), ("Order 17", "shop", nil), ("order 17", "other", .unknownIssuer),
    ])
    func issuesByIssuerAndRef(ref: String, issuer: String, code: RefusalCode?) throws {
        let account = try Account(issuer, at: "north")
        let scene = try RulesScene(.issue)
        let first = try scene.record()
        var ledger = try scene.ledger(for: first)
        #expect(ledger.seal(first, at: time).code == nil)
        var members = scene.members
        members["ref"] = .string(ref)
        members["issuer"] = account.json
        members["value"] = .object(["amount": 7, "currency": "EUR"])
        members["series"] = "autumn"
        let second = try RecordDraft(type: .issue, members: members).signed(
            with: account.key, genesis: samples.genesis)
        #expect(ledger.seal(second, at: time).code == code)
    }

    /// An issue that was refused has used up its reference.
    @Test func aRefusedIssueKeepsItsRef() throws {
        let scene = try RulesScene(.issue)
        let first = try scene.record()
        var ledger = try scene.ledger(for: first)
        ledger.accreditations = [:]
        #expect(ledger.seal(first, at: time).code == .unknownIssuer)
        ledger.accreditations[samples.shop.address] = AccreditationState(isActive: true, until: nil)
        let again = try samples.bare(.issue) {
            $0 = scene.members
            $0["series"] = "autumn"
        }
        #expect(ledger.seal(again, at: time).code == .duplicate)
    }

    @Test func redemptionsByMerchantAndRef() throws {
        // Already spent, another head, another amount: asking again is a duplicate before it is anything
        // else.
        #expect(try second(.redeem, .redeem) { $0["memo"] = "again" } == .duplicate)
        #expect(try second(.redeem, .redeem) { $0["ref"] = "till 3/119" } == .spent)
        #expect(try second(.redeem, .redeem) { $0["ref"] = nil } == .spent)
        #expect(try second(.redeem, .redeem) { $0["merchant"] = samples.bob.json } == .spent)
        #expect(try second(.refund, .refund) { $0["deadline"] = "2027-01-01T00:00:00Z" } == .duplicate)
        #expect(try second(.refund, .refund) { $0["ref"] = "other" } == nil)
    }

    /// A reference is of its type: a refund may have the redemption's.
    @Test func typesAreApart() throws {
        #expect(try second(.refund, .redeem) { $0["ref"] = "till 3/119" } == nil)
        #expect(try second(.redeem, .refund) { $0["ref"] = "till 3/118" } == nil)
        let issued = try second(.issue, .redeem) { $0["ref"] = "order 17" }
        #expect(issued == nil)
    }

    /// Without a reference only the id tells.
    @Test func withoutRef() throws {
        let scene = try RulesScene(.refund)
        let first = try samples.bare(.refund) {
            $0 = scene.members
            $0["ref"] = nil
        }
        var ledger = try scene.ledger(for: first)
        #expect(ledger.seal(first, at: time).code == nil)
        let second = try samples.bare(.refund) {
            $0 = scene.members
            $0["ref"] = nil
            $0["deadline"] = "2027-01-01T00:00:00Z"
        }
        #expect(ledger.seal(second, at: time).code == nil)
        #expect(ledger.seal(first, at: time).code == .duplicate)
    }

    /// The references of accreditations are for their ids alone.
    @Test func accreditationsRepeatTheirRef() throws {
        #expect(try second(.accredit, .accredit) { $0["status"] = "revoked" } == nil)
    }

    /// Texts that look alike, and that Swift takes for equal, are different references.
    @Test(arguments: [
        ("caf\u{e9}", "cafe\u{301}"), ("K", "\u{212a}"), ("a\u{323}\u{307}", "a\u{307}\u{323}"),
    ])
    func equivalentReferences(first: String, second: String) throws {
        try #require(first == second)
        let scene = try RulesScene(.refund)
        for (ref, other) in [(first, second), (second, first)] {
            func record(_ ref: String, _ deadline: String) throws -> Record {
                try samples.bare(.refund) {
                    $0 = scene.members
                    $0["ref"] = .string(ref)
                    $0["deadline"] = .string(deadline)
                }
            }
            let one = try record(ref, "2027-01-01T00:00:00Z")
            var ledger = try scene.ledger(for: one)
            #expect(ledger.seal(one, at: time).code == nil)
            #expect(ledger.seal(try record(other, "2027-01-02T00:00:00Z"), at: time).code == nil)
            #expect(ledger.seal(try record(ref, "2027-01-03T00:00:00Z"), at: time).code == .duplicate)
        }
    }
}
