import Testing

@testable import ScripCore

/// The line of type `voucher`: what a command says of one voucher.
@Suite struct VoucherReportTests {
    @Test func everyField() throws {
        let scene = try RulesScene(.issue)
        let record = try scene.record()
        let state = try #require(scene.outcome().effects?.created.last)
        let part = VoucherState(
            id: state.id, kind: state.kind, owner: state.owner, remaining: 2_500, head: state.head,
            isVoided: false)
        var report = VoucherReport(state: part, value: 3_000, status: .held, certainty: .confirmed)
        let terms = """
            "partial":true,"redeem_in":["north","south"],"remaining":2500,"series":"spring","status":"held",\
            "terms":"\(SampleRecords.head)","transferable":true,"type":"voucher",\
            "value":{"amount":3000,"currency":"CNY"},"voidable":true,"voucher":"\(state.id)"}
            """
        let text = """
            {"certainty":"confirmed","custodian":"south","head":"\(record.id.hexadecimal)",\
            "issuer":"\(scene.samples.shop.address)","owner":"\(scene.samples.bob.address)",\(terms)
            """
        #expect(report.json.canonical == Array(text.utf8))
        // With its history, oldest first.
        report.history = [RecordResult(id: record.id, status: .sealed, record: nil)]
        let history =
            #""history":[{"id":"\#(record.id.hexadecimal)","status":"sealed","type":"result"}],"issuer""#
        #expect(
            String(decoding: report.json.canonical, as: UTF8.self)
                == text.replacing("\"issuer\"", with: history))
    }

    /// Terms that the issue does not fix are absent.
    @Test func absentTerms() throws {
        var scene = try RulesScene(.issue)
        for name in ["redeem_in", "series", "terms"] { scene.members[name] = nil }
        let state = try #require(scene.outcome().effects?.created.first)
        let report = VoucherReport(state: state, value: 10_000, status: .reserved, certainty: .sealed)
        guard case .object(let members) = report.json else { return }
        #expect(
            members.keys.sorted() == [
                "certainty", "custodian", "head", "issuer", "owner", "partial", "remaining", "status",
                "transferable", "type", "value", "voidable", "voucher",
            ])
    }

    @Test func words() {
        #expect(
            VoucherReport.Status.allCases.map(\.rawValue) == [
                "held", "reserved", "redeemed", "voided", "expired",
            ])
    }
}
