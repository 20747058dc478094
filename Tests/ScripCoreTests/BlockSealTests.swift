import Testing

@testable import ScripCore

/// The last line of a block: `{"checkpoint":"<signed note>","type":"seal"}`.
@Suite struct BlockSealTests {
    private func note() throws -> [UInt8] {
        let federation = try TestFederation()
        return try federation.checkpoint().signed(by: federation.keys("north").log).bytes
    }

    @Test func isReadAndWritten() throws {
        let note = try note()
        let line = SealLine(checkpoint: note).line
        #expect(try SealLine(line: line) == SealLine(checkpoint: note))
        #expect(try SealLine(line: line).checkpoint == note)
        let text = String(decoding: note, as: UTF8.self).replacing("\n", with: "\\n")
        #expect(line == Array(#"{"checkpoint":"\#(text)","type":"seal"}"#.utf8))
    }

    /// Newlines stand as `\n`, and no other way.
    @Test func newlines() throws {
        let text = String(decoding: SealLine(checkpoint: try note()).line, as: UTF8.self)
        for other in [
            text.replacing("\\n", with: "\n"), text.replacing("\\n", with: "\\u000a"),
            text.replacing("\\n", with: "\\u000A"), text.replacing("\\n", with: "\\r\\n"),
            text.replacing("\\n", with: "\\t"),
        ] {
            #expect(throws: MalformedRecord.self, "\(other)") { try SealLine(line: Array(other.utf8)) }
        }
    }

    @Test(arguments: [
        "", "1", "[]", "{}", #"{"type":"seal"}"#, #"{"checkpoint":"a"}"#, #"{"checkpoint":1,"type":"seal"}"#,
        #"{"checkpoint":"a","type":"block"}"#, #"{"checkpoint":"a","type":1}"#,
        #"{"checkpoint":["a"],"type":"seal"}"#,
        #"{"checkpoint":"a","type":"seal","v":1}"#, #"{"a":1,"checkpoint":"a","type":"seal"}"#,
        #"{"type":"seal","checkpoint":"a"}"#, #"{"checkpoint": "a","type":"seal"}"#,
        #"{"checkpoint":"a","type":"seal"} "#, #"{"checkpoint":"a","checkpoint":"a","type":"seal"}"#,
    ])
    func otherLines(_ text: String) {
        #expect(throws: MalformedRecord.self) { try SealLine(line: Array(text.utf8)) }
    }

    @Test func anyTextIsKept() throws {
        for text in ["", "a", "\"\\", "e\u{301}\n\u{e9}", "\n\n\n"] {
            let line = SealLine(checkpoint: Array(text.utf8)).line
            #expect(try SealLine(line: line).checkpoint == Array(text.utf8))
        }
    }
}
