import Testing

@testable import ScripCommands

@Suite struct RecordInputTests {
    private func describe(_ line: String) -> String {
        switch RecordInput(InputLine(line)) {
        case .record(let bytes): "record \(String(decoding: bytes, as: UTF8.self))"
        case .result(let bytes, let status):
            "result \(status.rawValue) \(String(decoding: bytes, as: UTF8.self))"
        case .malformed(let reason): "malformed \(reason)"
        }
    }

    @Test(arguments: [
        (#"{"type":"trade", "v":1}"#, #"record {"type":"trade", "v":1}"#),
        (
            #"{"type":"result","status":"admitted","record":{"v": 1,"type":"trade"}}"#,
            #"record {"type":"trade","v":1}"#
        ),
        (
            #"{"type":"result","status":"rejected","record":{"type":"trade"},"code":"spent"}"#,
            #"record {"type":"trade"}"#
        ),
        (
            #"{"type":"result","status":"rejected","line":7,"code":"malformed"}"#,
            #"result 65 {"code":"malformed","line":7,"status":"rejected","type":"result"}"#
        ),
        (
            #"{"type":"result","status":"rejected","code":"unknown-voucher"}"#,
            #"result 1 {"code":"unknown-voucher","status":"rejected","type":"result"}"#
        ),
        (#"{"type":"result","status":"sealed"}"#, "malformed the result holds no record"),
        ("{}", "record {}"),
    ])
    func lines(line: String, meaning: String) {
        #expect(describe(line) == meaning)
    }

    /// Wherever the word stands, and whatever parts of it stand before.
    @Test func resultsAreFoundAnywhere() {
        for filler in ["x", "r", "e", "t", "result", "tluser", "resul", "\\\"result", "lt"] {
            for count in 0..<24 {
                let text = String(repeating: filler, count: count)
                let result = describe(#"{"a":"\#(text)","type":"result"}"#)
                #expect(result.hasPrefix("malformed the result"), "\(text)")
                let record = describe(#"{"a":"\#(text)","type":"issue"}"#)
                #expect(record.hasPrefix("record"), "\(text)")
            }
        }
    }

    @Test func unreadable() {
        #expect(describe(#"{"type":"result""#).hasPrefix("malformed"))
        #expect(describe(#"{"type":"result","a":1,"a":2}"#).hasPrefix("malformed"))
        // Whoever reads the record finds out.
        #expect(describe("{") == "record {")
        #expect(describe(#"{"type":"results"}"#) == #"record {"type":"results"}"#)
        let tooLong = InputLine(number: 1, bytes: [], isTooLong: true)
        guard case .malformed = RecordInput(tooLong) else {
            Issue.record("a line that was not read counts as one")
            return
        }
    }
}
