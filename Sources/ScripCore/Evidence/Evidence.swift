public import ScripCrypto

/// Statements that cannot both be honest, in one file (format section 6):
///
///     {"a":"<text>","b":"<text>","kind":"fork","type":"evidence"}
///
/// `a` is before `b`, bytewise, but for a block, where `a` is the block and `b` what stands before it. Evidence that
/// was read is well-formed only; `prove` says whether it shows anything, by nothing but charters.
public struct Evidence: Hashable, Sendable {
    /// What the two statements are.
    public enum Kind: String, CaseIterable, Sendable {
        /// A signed block that is invalid by itself, and the subtrees before it.
        case block
        /// Two certificates of one chain, height and epoch.
        case certificate
        /// Two charters of one epoch.
        case charter
        /// Two checkpoints of one chain and size, or two proofs of one leaf index.
        case fork
        /// Two verdicts of one voter on one chain, height and epoch.
        case vote
    }

    /// The longest file, in bytes, that is read or written: 16 MiB. A block that does not fit stays without evidence.
    public static let bytesMax = 16 << 20

    /// What the statements are.
    public let kind: Kind

    /// The first statement.
    public let a: [UInt8]

    /// The second statement.
    public let b: [UInt8]

    /// Evidence of two statements of one kind, in whatever order; nil if they are the same, or too long for a file.
    public init?(_ kind: Kind, _ first: [UInt8], _ second: [UInt8]) {
        let isSorted = kind == .block || first.lexicographicallyPrecedes(second)
        guard kind == .block || first != second else { return nil }
        self.init(kind: kind, a: isSorted ? first : second, b: isSorted ? second : first)
        guard fileBytes.count <= Self.bytesMax else { return nil }
    }

    private init(kind: Kind, a: [UInt8], b: [UInt8]) {
        self.kind = kind
        self.a = a
        self.b = b
    }

    /// The evidence that `line`, without a newline, is; it renders to the same bytes.
    public init(parsing line: consuming [UInt8]) throws(EvidenceError) {
        guard line.count < Self.bytesMax else { throw .tooLong }
        let (kind, first, b) = try Self.members(line)
        // The largest of the statements is cut out of the line where it stands, and is not there twice.
        var a = consume line
        switch first {
        case .plain(let range):
            a.removeLast(a.count - range.upperBound)
            a.removeFirst(range.lowerBound)
        case .escaped(let text): a = text
        }
        guard kind == .block || a.lexicographicallyPrecedes(b) else { throw .order }
        self.init(kind: kind, a: a, b: b)
    }

    /// A string in a line: where it stands, if it is what it says there.
    private enum LineString {
        case plain(Range<Int>)
        case escaped([UInt8])
    }

    private static func members(
        _ line: [UInt8]
    ) throws(EvidenceError) -> (kind: Kind, a: LineString, b: [UInt8]) {
        let root: JSONValue
        do {
            root = try JSONDocument(noteLine: line).root
        } catch {
            throw .json(error)
        }
        guard root.hasOnly(["a", "b", "kind", "type"]) else { throw .field("an unknown one") }
        guard root.member("type")?.text == "evidence" else { throw .field("type") }
        guard let kind = root.member("kind")?.text.flatMap(Kind.init(rawValue:)) else { throw .field("kind") }
        guard let a = root.member("a"), a.kind == .string else { throw .field("a") }
        guard let b = root.member("b")?.string else { throw .field("b") }
        if a.isPlainString { return (kind, .plain(a.range), b) }
        guard let text = a.string else { throw .field("a") }
        return (kind, .escaped(text), b)
    }

    /// The evidence that a file holds: its line and one newline.
    public init(parsingFile bytes: consuming [UInt8]) throws(EvidenceError) {
        guard bytes.last == UInt8(ascii: "\n") else { throw .noFinalNewline }
        bytes.removeLast()
        try self.init(parsing: bytes)
    }

    /// The line, without a newline.
    public var line: [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.key("a")
        writer.string(a)
        writer.key("b")
        writer.string(b)
        writer.member("kind", kind.rawValue)
        writer.member("type", "evidence")
        writer.endObject()
        return writer.bytes
    }

    /// What its file holds.
    public var fileBytes: [UInt8] { line + [UInt8(ascii: "\n")] }

    /// The hash of the file, which names it.
    public var digest: Digest { SHA256.hash(fileBytes) }
}

/// Why something is no evidence, or proves nothing.
public enum EvidenceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line is not canonical JSON; see the offset, from 0.
    case json(JSONError)
    /// The file does not end with a newline.
    case noFinalNewline
    /// A field is missing, malformed or unknown.
    case field(String)
    /// `a` is not before `b`.
    case order
    case tooLong
    /// The statements do not show what the kind says; the reason is for a person.
    case provesNothing(String)
    /// They are signed under a key of the region that a later charter has replaced or retired, which settled what they
    /// show.
    case settled(RegionName)

    public var description: String {
        switch self {
        case .json(let error): "it is not canonical JSON at byte \(error.offset): \(error.reason)"
        case .noFinalNewline: "it does not end with a newline"
        case .field(let name): "it has a field missing, malformed or unknown: \(name)"
        case .order: "'a' is not before 'b'"
        case .tooLong: "it is longer than \(Evidence.bytesMax) bytes"
        case .provesNothing(let reason): "it proves nothing: \(reason)"
        case .settled(let chain):
            "a later charter has replaced or retired the key of '\(chain)' that signed it"
        }
    }
}
