import Testing

@testable import ScripCore

@Suite struct VerdictTextTests {
    static let text = """
        scrip verdict v1
        chain example.org/vouchers/north
        charter 1
        height 17
        from 20
        size 31
        root U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=
        invalid 21 bad-signature
        invalid 30 spent

        """

    @Test func keepsTheText() throws {
        let verdict = try VerdictText(parsing: Array(Self.text.utf8))
        #expect(verdict.text == Array(Self.text.utf8))
        #expect(verdict.origin == "example.org/vouchers/north")
        #expect(verdict.charterEpoch == 1 && verdict.height == 17 && verdict.from == 20 && verdict.size == 31)
        #expect(verdict.invalid.map(\.index) == [21, 30])
        #expect(verdict.code(at: 21) == .badSignature && verdict.code(at: 30) == .spent)
        for index in [0, 20, 22, 29, 31] { #expect(verdict.code(at: index) == nil) }
    }

    @Test func everyCodeOfAVerdictIsRead() throws {
        for code in RefusalCode.allCases {
            let bytes = try Array(Self.text.utf8).replacing("30 spent", by: "30 \(code.rawValue)")
            if code.isVerdict {
                #expect(try VerdictText(parsing: bytes).code(at: 30) == code)
            } else {
                #expect(throws: VerdictError.code(code.rawValue)) { try VerdictText(parsing: bytes) }
            }
        }
    }

    @Test(arguments: [
        ("verdict v1", "verdict v2", VerdictError.line(1, expected: "scrip verdict v1")),
        ("chain example", "chain  example", .line(2, expected: "chain ORIGIN")),
        ("chain example.org", "chain exämple.org", .line(2, expected: "chain ORIGIN")),
        ("chain example", "origin example", .line(2, expected: "chain ORIGIN")),
        ("charter 1\n", "charter 0\n", .line(3, expected: "charter EPOCH")),
        ("charter 1\n", "charter 01\n", .line(3, expected: "charter EPOCH")),
        ("charter 1\n", "", .line(3, expected: "charter EPOCH")),
        ("height 17", "height 0", .line(4, expected: "height NUMBER")),
        ("height 17", "height -1", .line(4, expected: "height NUMBER")),
        ("height 17", "height 1", .bounds),
        ("height 17", "height 22", .bounds),
        ("from 20", "from 0", .bounds),
        ("from 20", "from 31", .bounds),
        ("from 20", "from 32", .bounds),
        ("from 20", "from  20", .line(5, expected: "from NUMBER")),
        ("size 31", "size 65558", .bounds),
        ("size 31", "size 9007199254740992", .line(6, expected: "size NUMBER")),
        ("root U513", "root V513=", .line(7, expected: "root BASE64")),
        ("NA=\n", "NB=\n", .line(7, expected: "root BASE64")),
        ("invalid 21", "invalid 19", .invalidIndex(19)),
        ("invalid 21", "invalid 20", .invalidIndex(20)),
        ("invalid 30", "invalid 31", .invalidIndex(31)),
        ("invalid 30", "invalid 21", .invalidIndex(21)),
        ("invalid 21", "invalid 30", .invalidIndex(30)),
        ("invalid 30", "invalid 030", .line(9, expected: "invalid INDEX CODE")),
        ("30 spent", "30 spent ", .line(9, expected: "invalid INDEX CODE")),
        ("30 spent", "30  spent", .line(9, expected: "invalid INDEX CODE")),
        ("30 spent", "30 Spent", .unknownCode(line: 9)),
        ("30 spent", "30 ", .unknownCode(line: 9)),
        ("30 spent", "30", .line(9, expected: "invalid INDEX CODE")),
        ("30 spent", "30 reserved", .code("reserved")),
        ("30 spent", "30 policy", .code("policy")),
        ("30 spent\n", "30 spent\n\n", .line(10, expected: "invalid INDEX CODE")),
        ("30 spent\n", "30 spent\nvalid 29\n", .line(10, expected: "invalid INDEX CODE")),
        ("30 spent\n", "30 spent", .line(1, expected: "scrip verdict v1")),
    ])
    func refuses(change: (old: String, new: String, reason: VerdictError)) throws {
        let bytes = try Array(Self.text.utf8).replacing(change.old, by: change.new)
        #expect(throws: change.reason) { try VerdictText(parsing: bytes) }
    }

    @Test func readsTheFirstBlockAndAFullOne() throws {
        let federation = try TestFederation()
        let first = try federation.verdict(height: 1, from: 0, size: 1)
        #expect(try VerdictText(parsing: first.text) == first)
        let size = 20 + 1 + VerdictText.recordCountMax
        let invalid = (21..<size).map { VerdictText.Invalid(index: $0, code: .notRedeemableHere) }
        let full = try federation.verdict(from: 20, size: size, invalid: invalid)
        #expect(try VerdictText(parsing: full.text) == full)
        #expect(full.text.count < SignedNote.byteCountMax)
        #expect(throws: VerdictError.bounds) { try federation.verdict(from: 20, size: size + 1) }
    }

    @Test func readsEveryVerdictOfTheSample() throws {
        let sample = try SampleFederation()
        for (path, vote) in try sample.votes() {
            let verdict = try VerdictText(parsing: vote.verdict.text)
            #expect(verdict.text == vote.verdict.text, "\(path)")
        }
    }
}
