import Testing

@testable import ScripCore

@Suite struct SignedNoteTests {
    /// The example of the C2SP specification: its text has an empty line.
    static let example = """
        Ognuno sta solo sul cuor della terra
        trafitto da un raggio di sole:

        ed è subito sera.

        — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+\
        EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=

        """

    @Test func readsTheExampleOfTheStandard() throws {
        let bytes = Array(Self.example.utf8)
        let note = try SignedNote(parsing: bytes)
        #expect(String(decoding: note.text, as: UTF8.self).hasSuffix("sole:\n\ned è subito sera.\n"))
        #expect(note.signatures.map(\.name) == ["quasimodo.example/salvatore"])
        #expect(note.signatures[0].keyHash == 0x367b_a04b)
        #expect(note.signatures[0].payload.count == 64)
        #expect(note.bytes == bytes)
    }

    static let line = "— a AAAAAAA=\n"

    @Test(arguments: [
        ("a\n\n\(line)", "a\n", 1),
        ("a\n\n\n\(line)", "a\n\n", 1),
        ("a\n\n\(line)\n\(line)", "a\n\n\(line)", 1),
        ("\n\n\(line)", "\n", 1),
        ("a\n\n\(line)— b AAAAAAA=\n", "a\n", 2),
    ])
    func keepsTheBytes(of note: (source: String, text: String, signatureCount: Int)) throws {
        let read = try SignedNote(parsing: Array(note.source.utf8))
        #expect(read.text == Array(note.text.utf8))
        #expect(read.signatures.count == note.signatureCount)
        #expect(read.bytes == Array(note.source.utf8))
    }

    @Test(arguments: [
        ("", NoteError.noFinalNewline),
        ("a", .noFinalNewline),
        ("a\n", .noSignatures),
        ("a\n\n", .noSignatures),
        ("a\n\(line)", .noSignatures),
        ("\n\(line)", .noText),
        ("a\n\n\(line)x", .noFinalNewline),
        ("a\n\n\(line)x\n", .signatureLine(2)),
        ("a\n\n- a AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n—  a AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n— a  AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n— a AAAAAAA= \n", .signatureLine(1)),
        ("a\n\n—\u{a0}a AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n— a+b AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n— K\u{212a} AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n— a\u{7f} AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n—  AAAAAAA=\n", .signatureLine(1)),
        ("a\n\n— a\n", .signatureLine(1)),
        ("a\n\n— a \n", .signatureLine(1)),
        ("a\n\n— a AAAA\n", .signatureLine(1)),
        ("a\n\n— a AAAAAA==\n", .signatureLine(1)),
        ("a\n\n— a AAAAAAA\n", .signatureLine(1)),
        ("a\n\n— a AAAAAAB=\n", .signatureLine(1)),
        ("a\n\n— a AAAAAA-=\n", .signatureLine(1)),
        ("a\r\n\n\(line)", .controlCharacter(offset: 1)),
        ("a\tb\n\n\(line)", .controlCharacter(offset: 1)),
        ("a\u{0}\n\n\(line)", .controlCharacter(offset: 1)),
    ])
    func refuses(note: (source: String, reason: NoteError)) {
        #expect(throws: note.reason) { try SignedNote(parsing: Array(note.source.utf8)) }
    }

    @Test(
        arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3]] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        #expect(throws: NoteError.notUTF8) {
            try SignedNote(parsing: bytes + Array("\n\n\(Self.line)".utf8))
        }
    }

    @Test func limitsSignaturesAndLength() throws {
        let most = String(repeating: Self.line, count: SignedNote.signatureCountMax)
        #expect(try SignedNote(parsing: Array("a\n\n\(most)".utf8)).signatures.count == 64)
        #expect(throws: NoteError.tooManySignatures) {
            try SignedNote(parsing: Array("a\n\n\(most)\(Self.line)".utf8))
        }
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: SignedNote.byteCountMax)
        #expect(throws: NoteError.tooLong(bytes: long.count + 16)) {
            try SignedNote(parsing: long + Array("\n\n— a AAAAAA=\n".utf8))
        }
    }

    @Test func findsEveryTruncation() throws {
        let bytes = Array("a\nb\n\n\(Self.line)— b AAAAAAA=\n".utf8)
        let whole = try SignedNote(parsing: bytes)
        for count in 0..<bytes.count {
            let part = try? SignedNote(parsing: Array(bytes[..<count]))
            // A note cut between two signature lines is a note with fewer of them.
            if let part { #expect(part.text == whole.text && part.signatures == [whole.signatures[0]]) }
        }
    }
}
