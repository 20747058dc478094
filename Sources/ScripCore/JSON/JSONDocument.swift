/// One JSON text, read strictly.
///
/// The dialect is RFC 8785 (JCS) restricted as in format section 1: integers of at most 53 bits, no null, no
/// duplicate keys, at most 8 levels, keys of `[a-z][a-z0-9_]*`, no control characters. The reader works on
/// bytes, because `String` treats different byte sequences as equal. Its result is a tape: a flat list of
/// nodes that point into the bytes, so that reading costs one allocation whatever the shape.
public struct JSONDocument: Sendable {
    /// How the bytes may be laid out.
    public enum Form: Sendable {
        /// Byte for byte as RFC 8785 writes it: what segments hold.
        case canonical
        /// Any layout, any order of keys: what standard input may hold. The limits are the same.
        case any
        /// As `any`, for lines that a command printed: a result sorts votes by code, and codes hold hyphens. What such
        /// a line carries is read again, strictly.
        case printed
    }

    /// Levels of nesting that are read; the top-level value is the first.
    public static let levelsMax = 8
    /// The largest magnitude of an integer: 2^53 - 1.
    public static let integerMax: Int64 = 9_007_199_254_740_991

    /// The text that was read.
    public let bytes: [UInt8]
    let nodes: [Node]

    /// Reads one value that fills `bytes`.
    ///
    /// `allowsNewlines` admits the escape `\n` in strings, which only the lines that carry notes do. A text of more than
    /// `valuesMax` values is not read to its end: each takes memory, and may be two bytes.
    public init(
        _ bytes: [UInt8], form: Form, allowsNewlines: Bool = false, valuesMax: Int = .max
    ) throws(JSONError) {
        var reader = JSONReader(
            form: form, allowsNewlines: allowsNewlines, count: bytes.count, valuesMax: valuesMax)
        try reader.read(bytes.span)
        self.bytes = bytes
        nodes = reader.nodes
    }

    /// Values of a line that carries notes: more than any of them has members, so that an unknown one is told as what it is.
    private static let noteValuesMax = 64

    /// Reads a canonical line that carries notes, which hold newlines.
    init(noteLine line: [UInt8]) throws(JSONError) {
        try self.init(line, form: .canonical, allowsNewlines: true, valuesMax: Self.noteValuesMax)
    }

    /// The top-level value.
    public var root: JSONValue { JSONValue(document: self, index: 0) }

    /// One value or key on the tape.
    struct Node: Sendable {
        enum Kind: UInt8, Sendable {
            case object, array, string, integer, boolean
        }
        let kind: Kind
        /// For a string: whether its bytes hold an escape. For a boolean: its value.
        var flag: Bool
        /// The first byte: of a string behind its quotation mark, of everything else its own first.
        let start: Int32
        /// One past the last byte: of a string its closing quotation mark.
        var end: Int32
        /// The index of the node behind this one and all below it.
        var next: Int32
    }
}
