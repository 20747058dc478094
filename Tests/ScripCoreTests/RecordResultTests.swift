import Testing

@testable import ScripCore

/// The line of type `result`: what a command says of one record.
@Suite struct RecordResultTests {
    private func text(_ result: RecordResult) -> String {
        // Those who print many write it in one go.
        #expect(result.canonical == result.json.canonical)
        return String(decoding: result.json.canonical, as: UTF8.self)
    }

    @Test func fieldsThatDoNotApplyAreAbsent() throws {
        let record = try SampleRecords().bare(.split)
        let line = String(decoding: record.line, as: UTF8.self)
        let id = record.id.hexadecimal
        var result = RecordResult(id: record.id, status: .admitted, record: record.line)
        #expect(text(result) == #"{"id":"\#(id)","record":\#(line),"status":"admitted","type":"result"}"#)
        result.status = .awaiting
        result.waitingFor = try ["north", "south"].map { try region($0) }
        #expect(
            text(result)
                == #"{"id":"\#(id)","record":\#(line),"status":"awaiting","type":"result","#
                + #""waiting_for":["north","south"]}"#)
    }

    @Test func whereItLiesAndWhoVoted() throws {
        let record = try SampleRecords().bare(.split)
        var result = RecordResult(id: record.id, status: .confirmed, record: nil)
        result.place = RecordPlace(
            chain: try region("north"), height: 17, index: 400,
            time: try #require(Timestamp(SampleRecords.time)))
        result.votes = [
            "valid": try ["east", "north"].map { try region($0) }, "spent": [try region("south")],
        ]
        #expect(
            text(result)
                == #"{"chain":"north","height":17,"id":"\#(record.id.hexadecimal)","index":400,"#
                + #""status":"confirmed","time":"2026-11-20T10:00:00Z","type":"result","#
                + #""votes":{"spent":["south"],"valid":["east","north"]}}"#)
    }

    @Test func refusals() throws {
        let record = try SampleRecords().bare(.split)
        let refused = RecordResult.rejected(record, .spent, reason: "gone")
        #expect(
            text(refused)
                == #"{"code":"spent","id":"\#(record.id.hexadecimal)","reason":"gone","record":"#
                + String(decoding: record.line, as: UTF8.self) + #","status":"rejected","type":"result"}"#)
        let unread = RecordResult.rejected(nil, .malformed, reason: "no \"JSON\"\t\u{1b}[31m", line: 3)
        #expect(
            text(unread)
                == #"{"code":"malformed","line":3,"reason":"no \"JSON\"\t\u001b[31m","status":"rejected","#
                + #""type":"result"}"#)
    }

    /// The words of protocol section 6.
    @Test func statuses() {
        #expect(
            RecordStatus.allCases.map(\.rawValue) == [
                "awaiting", "admitted", "sealed", "confirmed", "rejected", "disputed",
            ])
    }

    /// What is printed can be read again: a result stands for its record.
    @Test(arguments: RecordType.allCases) func theRecordIsInIt(_ type: RecordType) throws {
        let samples = try SampleRecords()
        let record = try samples.complete(type)
        let line = RecordResult(id: record.id, status: .sealed, record: record.line).json.canonical
        let root = try JSONDocument(line, form: .canonical).root
        let inner = try #require(root.member("record")).json.canonical
        #expect(try samples.read(inner) == record)
    }
}
