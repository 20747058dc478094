import Testing

@testable import ScripCore

@Suite struct RecordTermsTests {
    private func terms(_ change: (inout [String: JSON]) -> Void = { _ in }) throws -> Terms {
        let issue = try SampleRecords().bare(.issue, change)
        guard case .issue(let body) = issue.body else { throw MalformedRecord("no issue") }
        return body.terms
    }

    @Test func termsAreReadAgain() throws {
        for terms in [
            try terms(),
            try terms {
                for name in ["series", "starts", "expires", "redeem_in", "terms"] { $0[name] = nil }
            },
        ] {
            let line = JSON.object(terms.members).canonical
            #expect(try Terms(JSONDocument(line, form: .canonical).root) == terms)
        }
        let more = try terms().members.merging(["ref": "x"]) { $1 }
        #expect(throws: MalformedRecord("unknown field 'ref'")) {
            try Terms(JSONDocument(JSON.object(more).canonical, form: .canonical).root)
        }
    }

    /// Kinds of voucher are kept apart by what their issue says, to the byte.
    @Test func everyTermCounts() throws {
        let all = [
            try terms(), try terms { $0["partial"] = false }, try terms { $0["transferable"] = false },
            try terms { $0["voidable"] = false }, try terms { $0["series"] = nil },
            try terms { $0["series"] = "caf\u{e9}" }, try terms { $0["series"] = "cafe\u{301}" },
            try terms { $0["series"] = "K" }, try terms { $0["series"] = "\u{212a}" },
            try terms { $0["starts"] = nil }, try terms { $0["starts"] = "2026-03-01T00:00:01Z" },
            try terms { $0["expires"] = nil }, try terms { $0["expires"] = "2027-06-30T23:59:58Z" },
            try terms { $0["redeem_in"] = nil }, try terms { $0["redeem_in"] = .array(["north"]) },
            try terms { $0["terms"] = nil }, try terms { $0["terms"] = .string(SampleRecords.redemption) },
            try terms { $0["value"] = .object(["amount": 9_999, "currency": "CNY"]) },
            try terms { $0["value"] = .object(["amount": 10_000, "currency": "EUR"]) },
        ]
        #expect(Set(all).count == all.count)
        for (index, first) in all.enumerated() {
            for (other, second) in all.enumerated() { #expect((first == second) == (index == other)) }
        }
        #expect(try terms() == terms() && terms().hashValue == terms().hashValue)
    }
}
