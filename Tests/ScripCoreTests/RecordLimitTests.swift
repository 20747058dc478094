import ScripCrypto
import Testing

@testable import ScripCore

/// Limits and orders within a record (format section 3).
@Suite struct RecordLimitTests {
    private let samples: SampleRecords

    init() throws { samples = try SampleRecords() }

    private func reason(_ type: RecordType, _ change: (inout [String: JSON]) -> Void) throws -> String? {
        var members = try samples.lineMembers(type)
        change(&members)
        let line = samples.line(members, signedBy: try samples.signer(type))
        return reasonMalformed { () throws(MalformedRecord) in _ = try samples.read(line) }
    }

    // MARK: The line

    /// A split whose line has exactly `count` bytes.
    private func splitLine(_ count: Int) throws -> [UInt8] {
        var members = samples.members(.split)
        members["type"] = "split"
        members["v"] = 1
        func line(_ amounts: [JSON]) -> [UInt8] {
            members["amounts"] = .array(amounts)
            return samples.line(members, signedBy: samples.alice.key)
        }
        var amounts = [JSON](repeating: .integer(1_000_000_000_000_000), count: 2)
        let more = (count - line(amounts).count) / 17
        amounts += [JSON](repeating: .integer(1_000_000_000_000_000), count: more)
        var missing = count - line(amounts).count
        // What is left is less than one more amount of 16 digits with its comma.
        if missing == 1 {
            amounts[0] = .integer(100_000_000_000_000)
            missing += 1
        }
        if missing >= 2 {
            var value: Int64 = 1
            for _ in 2..<missing { value *= 10 }
            amounts.append(.integer(value))
        }
        return line(amounts)
    }

    @Test func aLineHas65535BytesAtMost() throws {
        for count in [65_534, 65_535] {
            let line = try splitLine(count)
            try #require(line.count == count)
            #expect(try samples.read(line).line == line)
            #expect(try Record.reading(line + [0x0a], signedPrefix: samples.prefix).line == line)
        }
        for count in [65_536, 65_537] {
            let line = try splitLine(count)
            try #require(line.count == count)
            #expect(throws: MalformedRecord("the line is longer than 65535 bytes")) { try samples.read(line) }
            #expect(throws: MalformedRecord("the line is longer than 65535 bytes")) {
                try Record.reading(line, signedPrefix: samples.prefix)
            }
        }
    }

    /// The limit is that of the canonical line: as input a record may have more white space than that.
    @Test func whiteSpaceOfInputDoesNotCount() throws {
        let line = try samples.complete(.split).line
        let input = Array(repeating: UInt8(ascii: " "), count: 70_000) + line
        #expect(try Record.reading(input, signedPrefix: samples.prefix).line == line)
    }

    /// An attestation that makes the line too long is not taken.
    @Test func attestationsCountToo() throws {
        let line = try splitLine(65_535)
        let record = try samples.read(line)
        let attestation = try samples.attestation(of: record, by: "south")
        #expect(throws: MalformedRecord("the line is longer than 65535 bytes")) {
            try record.attested([attestation])
        }
    }

    // MARK: Vouchers

    private func owners(_ counts: [Int]) throws -> JSON {
        .array(
            try counts.enumerated().map { index, count in
                .object([
                    "count": .integer(Int64(count)), "owner": try Account("owner \(index)", at: "north").json,
                ])
            })
    }

    @Test(arguments: [
        ([1], true), ([4_096], true), ([2_048, 2_048], true), ([4_095, 1], true), ([4_096, 1], false),
        ([2_048, 2_049], false), ([4_096, 4_096, 4_096], false), (Array(repeating: 8, count: 512), true),
        (Array(repeating: 8, count: 512) + [1], false),
    ])
    func anIssueMakes4096VouchersAtMost(counts: [Int], isGood: Bool) throws {
        let owners = try owners(counts)
        let reason = try reason(.issue) { members in
            members["owners"] = owners
            members["value"] = .object(["amount": 1, "currency": "CNY"])
            members["attest"] = nil
        }
        #expect(reason == (isGood ? nil : "more than 4096 vouchers in one record"))
        if isGood {
            let record = try samples.bare(.issue) {
                $0["owners"] = owners
                $0["value"] = .object(["amount": 1, "currency": "CNY"])
            }
            guard case .issue(let issue) = record.body else { return }
            #expect(issue.count == counts.reduce(0, +))
        }
    }

    @Test func oneShareIsAtMost4096() throws {
        for count in [0, -1, 4_097, 9_007_199_254_740_991] {
            let owners = try owners([count])
            #expect(try reason(.issue) { $0["owners"] = owners } == "'count' is out of range")
        }
    }

    /// value × count ≤ 2^53 - 1, although neither the product of the largest nor their sum fits 64 bits.
    @Test(arguments: [
        (9_007_199_254_740_991, [1], true), (9_007_199_254_740_991, [2], false),
        (4_503_599_627_370_495, [2], true), (4_503_599_627_370_496, [1, 1], false),
        (2_199_023_255_551, [4_096], true), (2_199_023_255_552, [4_096], false),
        (9_007_199_254_740_991, [4_096], false), (9_007_199_254_740_991, [2_048, 2_048], false),
        (3_002_399_751_580_330, [1, 2], true), (3_002_399_751_580_331, [1, 2], false),
    ])
    func valueTimesCount(amount: Int64, counts: [Int], isGood: Bool) throws {
        let owners = try owners(counts)
        let reason = try reason(.issue) { members in
            members["owners"] = owners
            members["value"] = .object(["amount": .integer(amount), "currency": "CNY"])
        }
        #expect(reason == (isGood ? nil : "value × count is more than 2^53 - 1"))
    }

    @Test func aSplitHas2To4096Parts() throws {
        for count in [0, 1, 2, 4_096, 4_097, 10_000] {
            let reason = try reason(.split) { $0["amounts"] = .array([JSON](repeating: 1, count: count)) }
            let expected: String? =
                switch count {
                case 0: "'amounts' is empty"
                case 1: "'amounts' has fewer than 2 elements"
                case 2, 4_096: nil
                default: "'amounts' has more than 4096 elements"
                }
            #expect(reason == expected)
        }
    }

    @Test(arguments: [RecordType.trade, .redeem, .refund, .void])
    func aVoucherStandsOnce(_ type: RecordType) throws {
        for same in [[0, 0], [0, 1, 0], [1, 0, 0]] {
            let reason = try reason(type) { members in
                guard case .array(let vouchers) = members["vouchers"] else { return }
                members["vouchers"] = .array(same.map { vouchers[$0] })
            }
            #expect(reason == "a voucher stands twice in 'vouchers'")
        }
        // Twice with another head or amount is twice.
        let reason = try reason(type) { members in
            guard case .array(let vouchers) = members["vouchers"], case .object(var second) = vouchers[0]
            else {
                return
            }
            if second["head"] != nil { second["head"] = .string(SampleRecords.redemption) }
            if second["amount"] != nil { second["amount"] = 1 }
            members["vouchers"] = .array([vouchers[0], .object(second)])
        }
        #expect(reason == "a voucher stands twice in 'vouchers'")
        // In any order, each once, is good.
        #expect(
            try self.reason(type) { members in
                guard case .array(let vouchers) = members["vouchers"] else { return }
                members["vouchers"] = .array(vouchers.reversed())
            } == nil)
    }

    /// The same owner may stand in two shares.
    @Test func anOwnerMayStandTwice() throws {
        let share = JSON.object(["count": 1, "owner": samples.alice.json])
        #expect(try reason(.issue) { $0["owners"] = .array([share, share]) } == nil)
    }

    // MARK: Sorted lists

    @Test(arguments: [
        (["north"], true), (["east", "north"], true), (["north", "east"], false),
        (["north", "north"], false),
        (["a", "a-", "a0", "aa", "b"], true), (["a0", "a-"], false), (["b", "a"], false), ([], false),
        (["Z", "a"], false),
    ])
    func redeemInIsSorted(regions: [String], isGood: Bool) throws {
        let reason = try reason(.issue) { $0["redeem_in"] = .array(regions.map { .string($0) }) }
        #expect((reason == nil) == isGood, "\(reason ?? "")")
    }

    @Test func attestationsAreSortedByRegion() throws {
        func attest(_ regions: [String]) -> JSON {
            .array(
                regions.map {
                    .object([
                        "region": .string($0),
                        "sig": .string(Base64.encode([UInt8](repeating: 1, count: 64))),
                        "time": .string(SampleRecords.time),
                    ])
                })
        }
        let unsorted = "'attest' is not sorted by region, each region once"
        for (regions, expected) in [
            (["south"], nil), (["east", "south"], nil), (["a", "a-", "a0", "aa"], nil),
            (["south", "east"], unsorted), (["south", "south"], unsorted), (["a0", "a-"], unsorted),
            ([], "'attest' is empty"),
        ] {
            #expect(try reason(.issue) { $0["attest"] = attest(regions) } == expected, "\(regions)")
        }
        let names = (0...Charter.regionCountMax).map { "r\($0)" }.sorted()
        #expect(try reason(.issue) { $0["attest"] = attest(Array(names.dropLast())) } == nil)
        #expect(
            try reason(.issue) { $0["attest"] = attest(names) }
                == "'attest' has more than \(Charter.regionCountMax) elements")
    }
}
