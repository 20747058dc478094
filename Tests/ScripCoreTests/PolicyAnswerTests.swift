import ScripCore
import Testing

@Suite struct PolicyAnswerTests {
    @Test(arguments: [
        ("accept", PolicyAnswer.accept), ("later", .later(PolicyAnswer.hookSaysLater)),
        ("refuse not here", .refuse("not here")), ("refuse", .refuse(PolicyAnswer.noReason)),
        ("refuse  ", .refuse(PolicyAnswer.noReason)), ("refuse a\tb", .refuse("a b")),
    ])
    func `the three words are read`(line: String, answer: PolicyAnswer) {
        #expect(PolicyAnswer(line: Array(line.utf8)) == answer)
    }

    @Test(arguments: [
        "", " accept", "accept ", "accept\r", "Accept", "accepted", "later x", "refused", "refuse\tx", "yes",
    ])
    func `anything else is no answer`(line: String) {
        #expect(PolicyAnswer(line: Array(line.utf8)) == nil)
    }

    /// What comes of the output of a hook that was asked about `count` records, however it is cut into pieces.
    private func answers(
        _ output: String, for count: Int, pieces: Int
    ) throws(PolicyAnswers.Fault) -> [PolicyAnswer] {
        var answers = PolicyAnswers(count: count)
        let bytes = Array(output.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try answers.read(bytes[start..<min(start + pieces, bytes.count)])
        }
        try answers.finish()
        return answers.answers
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func `a line answers a record`(pieces: Int) throws {
        let found = try answers("accept\nrefuse no\naccept\n", for: 3, pieces: pieces)
        #expect(found == [.accept, .refuse("no"), .accept])
    }

    @Test(arguments: [
        ("", PolicyAnswers.Fault.tooFew(0, for: 2)), ("accept\n", .tooFew(1, for: 2)),
        ("accept\naccept", .cutOff(2)), ("accept\naccept\naccept\n", .tooMany(for: 2)),
        ("accept\naccept\nx", .tooMany(for: 2)), ("accept\naccept\n\n", .tooMany(for: 2)),
        ("accept\n\n", .garbage(2)), ("yes\naccept\n", .garbage(1)),
        ("refuse \(String(repeating: "x", count: 4_090))\naccept\n", .tooLong(1)),
    ])
    func `answers that do not fit the records count for nothing`(
        output: String, fault: PolicyAnswers.Fault
    ) {
        for pieces in [1, 3, 10_000] {
            #expect(throws: fault) { try answers(output, for: 2, pieces: pieces) }
        }
    }
}

@Suite struct ReasonTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("  two\n lines\t\r\n", "two lines"),
        ("a\u{1b}[31mb\u{202e}c\u{0}", "a?[31mb?c?"),
        ("\u{85}x\u{2028}", "?x?"), ("übermäßig 不行", "übermäßig 不行"),
    ])
    func `a reason is one line that can be read`(text: String, shown: String) {
        #expect(ReasonText.text(text) == shown)
        #expect(ReasonText.text(shown) == shown)
    }

    @Test func `nothing but space is no reason`() {
        #expect(ReasonText.text("") == nil)
        #expect(ReasonText.text(" \n\t") == nil)
    }

    @Test func `bytes that are no text are replaced`() {
        #expect(ReasonText.text([0x61, 0xff, 0x62] as [UInt8]) == "a\u{fffd}b")
    }

    @Test func `a long reason is cut off between two characters`() throws {
        for text in ["x", "ß", "不", "𝄞", "x不"] {
            let reason = try #require(ReasonText.text(String(repeating: text, count: 300)))
            #expect(reason.utf8.count <= 256)
            #expect(reason.utf8.count > 252)
            #expect(!reason.unicodeScalars.contains("\u{fffd}"))
        }
    }
}
