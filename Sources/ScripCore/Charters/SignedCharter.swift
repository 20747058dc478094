/// A charter and the signatures under it (format section 7).
///
/// While the regions sign it in turn it holds fewer signatures than it needs, or none: a draft without any is
/// the text alone. Epoch 1 is in force once every region has signed with its log key, observers too; for later
/// epochs see `CharterSignatures`.
public struct SignedCharter: Hashable, Sendable {
    /// What is signed.
    public let charter: Charter

    /// The signature lines, in the order in which they stand.
    public let signatures: [NoteSignature]

    /// A draft that nobody has signed.
    public init(draft charter: Charter) {
        self.init(charter: charter, signatures: [])
    }

    private init(charter: Charter, signatures: [NoteSignature]) {
        self.charter = charter
        self.signatures = signatures
    }

    /// The signed charter, or the draft without signatures, that `bytes` are. Whether the signatures are good
    /// is for `check`.
    public init(parsing bytes: [UInt8]) throws(SignedCharterError) {
        let note: SignedNote
        do {
            note = try SignedNote(parsing: bytes)
        } catch .noSignatures {
            self.init(draft: try Self.charter(bytes))
            return
        } catch {
            throw .note(error)
        }
        self.init(charter: try Self.charter(note.text), signatures: note.signatures)
    }

    private static func charter(_ text: [UInt8]) throws(SignedCharterError) -> Charter {
        do { return try Charter(parsing: text) } catch { throw .charter(error) }
    }

    /// The charter as it lies in a file; it reads back to the same value.
    public var bytes: [UInt8] {
        signatures.isEmpty
            ? charter.text : SignedNote(text: charter.text, signatures: signatures).bytes
    }

    /// The regions whose log key has no line, good or not, in the order of the charter. In epoch 1 all must sign.
    public var missingSigners: [RegionName] {
        charter.regions.filter { region in !signatures.contains { region.log.isSigner(of: $0) } }.map(\.name)
    }

    /// Checks that every line is the good signature of a log key of this charter, or of the one before, one line a
    /// key. Others may still be missing.
    public func checkSignatures(after before: Charter? = nil) throws(SignedCharterError) {
        _ = try CharterSignatures(self, after: before)
    }

    /// Checks that a charter of epoch 1 is in force: every line good, and none missing.
    public func check() throws(SignedCharterError) { try check(after: nil) }

    /// The charter with `signature` too, the lines in the order of the regions, so that the same signatures
    /// make the same file whoever came first. The new line and those there are checked; a second line of a key
    /// is refused.
    public func adding(
        _ signature: NoteSignature, after before: Charter? = nil
    ) throws(SignedCharterError) -> SignedCharter {
        let signed = SignedCharter(charter: charter, signatures: signatures + [signature])
        try signed.checkSignatures(after: before)
        let ordered = CharterSignatures.enrolled(charter, before).compactMap { entry in
            signed.signatures.first { entry.key.isSigner(of: $0) }
        }
        return SignedCharter(charter: charter, signatures: ordered)
    }

    /// The charter with the signature of `signer`, one of its regions, too. A region that signed already
    /// stays as it is.
    public func signed(
        by signer: LogSigner, after before: Charter? = nil
    ) throws(SignedCharterError) -> SignedCharter {
        let signature = signer.signature(on: charter.text)
        return signatures.contains(signature) ? self : try adding(signature, after: before)
    }
}

/// Why a charter is not in force.
public enum SignedCharterError: Error, Hashable, Sendable, CustomStringConvertible {
    case note(NoteError)
    case charter(CharterError)
    /// A line of a key that is no region's log key.
    case stranger(String)
    /// Two lines of one region.
    case twice(RegionName)
    case badSignature(RegionName)
    /// No lines of these regions, in the order of the charter.
    case missing([RegionName])
    /// The quorum of that epoch is not reached.
    case quorum(epoch: Int, lacking: Int)

    public var description: String {
        switch self {
        case .note(let error): "\(error)"
        case .charter(let error): "\(error)"
        case .stranger(let name): "the charter is signed by '\(name)', which is no log key in it"
        case .twice(let region): "the charter is signed twice by region '\(region)'"
        case .badSignature(let region): "the signature of region '\(region)' on the charter is bad"
        case .missing(let regions):
            "the charter lacks the signature of \(regions.map(\.text).joined(separator: ", "))"
        case .quorum(let epoch, let count):
            "the charter lacks the signatures of \(count) more voters of epoch \(epoch)"
        }
    }
}
