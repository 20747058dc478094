public import ScripCrypto

/// A settlement as a region signs it: a signed note by its log key, whose text is the same for all who agree.
///
///     scrip settlement v1
///     {"chains":[…],"federation":"example.org/vouchers",…,"type":"cut","v":1}
///     sha256 8d3f…
///
/// The second line is the cut, as it is the first line of the settlement; the third the hash of all the lines that
/// `scrip settle --cut` prints for it. So whoever has the chains can compute what was signed.
public struct SettlementNote: Equatable, Sendable {
    public let cut: Cut
    /// SHA-256 of the settlement's lines of JSON.
    public let digest: Digest

    /// The longest note that is read.
    public static let bytesMax = Cut.lineBytesMax + 4_096

    private static let title = "scrip settlement v1"

    public init(cut: Cut, digest: Digest) {
        self.cut = cut
        self.digest = digest
    }

    /// The settlement that the text of a note is; it renders to the same bytes.
    public init(parsing text: [UInt8]) throws(SettlementNoteError) {
        guard var lines = LineCursor(text), let title = lines.next(), title.elementsEqual(Self.title.utf8),
            let line = lines.next()
        else { throw .form }
        do {
            cut = try Cut(line: Array(line))
        } catch {
            throw .cut(error.reason)
        }
        guard let digits = lines.value(after: "sha256"), let digest = Digest(hexadecimal: digits),
            lines.isAtEnd
        else { throw .form }
        self.digest = digest
    }

    /// The settlement in `note`, if it is signed by exactly one line, that of a log key that `region` has or had.
    public init(
        _ note: SignedNote, signer region: RegionName, charters: CharterHistory
    ) throws(SettlementNoteError) {
        try self.init(parsing: note.text)
        guard cut.genesis == charters.genesis, cut.federation == charters.federation else {
            throw .federation
        }
        guard charters.hasChain(region), note.signatures.count == 1,
            let key = charters.logKeys(of: region).first(where: { $0.isSigner(of: note.signatures[0]) }),
            key.isValid(note.signatures[0], on: note.text)
        else { throw .signature(region) }
    }

    /// The text that is signed.
    public var text: [UInt8] {
        var text = Array("\(Self.title)\n".utf8)
        text += cut.line
        text += "\nsha256 \(digest.hexadecimal)\n".utf8
        return text
    }

    /// The note as its region signs it.
    public func signed(by log: LogSigner) -> SignedNote {
        let text = text
        return SignedNote(text: text, signatures: [log.signature(on: text)])
    }
}

/// Why a note is no settlement that a region signed.
public enum SettlementNoteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not the three lines.
    case form
    case cut(String)
    /// Another federation, or one of the same name with another genesis.
    case federation
    /// Not signed by the region whose folder it lies in, or by others too.
    case signature(RegionName)

    public var description: String {
        switch self {
        case .form: "it is no signed settlement"
        case .cut(let reason): "its cut is malformed: \(reason)"
        case .federation: "it is a settlement of another federation"
        case .signature(let region): "it does not have one good signature, that of '\(region)'"
        }
    }
}
