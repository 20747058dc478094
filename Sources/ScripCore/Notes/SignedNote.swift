/// A text with signatures under it (C2SP signed-note):
///
///     example.org/vouchers/north
///     31
///     U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=
///
///     — example.org/vouchers/north 96cCCGbAl6lpaPojgtuQnyM2bb8rnqtydmhyFvr/1pnVXxIioM2lA3…
///
/// The text ends with a newline; an empty line, the last of the note, parts it from one signature line or
/// more. What is signed is the text. Reading checks the form only: whose signatures are good is for the types
/// that know the keys. A note that was read gives the same bytes again.
public struct SignedNote: Hashable, Sendable {
    /// The most bytes of a note: a verdict that names every record of a full block fits.
    public static let byteCountMax = 4 << 20

    /// The most signature lines of a note; C2SP asks readers to accept 16 at least.
    public static let signatureCountMax = 64

    /// The text, with its last newline.
    public let text: [UInt8]

    /// The signature lines in their order.
    public let signatures: [NoteSignature]

    /// A note over a text that one of this module's types rendered.
    init(text: [UInt8], signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    /// The note that `bytes` are.
    public init(parsing bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Self.byteCountMax else { throw .tooLong(bytes: bytes.count) }
        if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != UInt8(ascii: "\n") }) {
            throw .controlCharacter(offset: offset)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        guard bytes.last == UInt8(ascii: "\n") else { throw .noFinalNewline }
        guard let textEnd = Self.lastEmptyLine(of: bytes) else { throw .noSignatures }
        guard textEnd > 0 else { throw .noText }

        let text = Array(bytes[..<textEnd])
        var signatures: [NoteSignature] = []
        var start = textEnd + 1
        while start < bytes.count {
            guard signatures.count < Self.signatureCountMax else { throw .tooManySignatures }
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            guard let signature = NoteSignature(parsing: bytes[start..<end]) else {
                throw .signatureLine(signatures.count + 1)
            }
            signatures.append(signature)
            start = end + 1
        }
        guard !signatures.isEmpty else { throw .noSignatures }
        self.init(text: text, signatures: signatures)
        guard self.bytes == bytes else { throw .notCanonical }
    }

    /// The note as it lies in a file.
    public var bytes: [UInt8] {
        var bytes = text
        bytes.append(UInt8(ascii: "\n"))
        for signature in signatures {
            bytes += signature.line
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Where the empty line stands that parts text and signatures: the last newline that begins a line.
    private static func lastEmptyLine(of bytes: [UInt8]) -> Int? {
        bytes.indices.last { index in
            bytes[index] == UInt8(ascii: "\n") && (index == 0 || bytes[index - 1] == UInt8(ascii: "\n"))
        }
    }
}

/// Why bytes are no signed note.
public enum NoteError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong(bytes: Int)
    /// A control character other than the newline, at `offset` from 0.
    case controlCharacter(offset: Int)
    case notUTF8
    case noFinalNewline
    /// No empty line with a signature line after it.
    case noSignatures
    case noText
    case tooManySignatures
    /// The signature line of this number, from 1, is none.
    case signatureLine(Int)
    /// Rendered again, the note gives other bytes.
    case notCanonical

    public var description: String {
        switch self {
        case .tooLong(let bytes): "the note has \(bytes) bytes, more than \(SignedNote.byteCountMax)"
        case .controlCharacter(let offset): "the note has a control character at byte \(offset)"
        case .notUTF8: "the note is not UTF-8"
        case .noFinalNewline: "the note does not end with a newline"
        case .noSignatures: "the note has no signature"
        case .noText: "the note has no text"
        case .tooManySignatures: "the note has more than \(SignedNote.signatureCountMax) signatures"
        case .signatureLine(let number): "signature line \(number) of the note is malformed"
        case .notCanonical: "the note is not written canonically"
        }
    }
}
