/// A JSON value in memory, for what commands print and for fields whose order is not known beforehand.
///
/// `object` keeps its members unordered; `canonical` sorts them.
public indirect enum JSON: Sendable, Equatable {
    case object([String: JSON])
    case array([JSON])
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    /// Canonical JSON that is there already, such as a record's line.
    case raw([UInt8])

    /// The value as canonical JSON (RFC 8785): members in the order of their keys' UTF-16 units, which for the
    /// keys of scrip is the order of their bytes.
    public var canonical: [UInt8] {
        var writer = CanonicalWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The object of these members, which come in the order of their keys; `capacity` is how many bytes it may take.
    static func canonical(ordered members: [(key: String, value: JSON)], capacity: Int) -> [UInt8] {
        var writer = CanonicalWriter(capacity: capacity)
        writer.beginObject()
        for (key, value) in members {
            writer.key(key)
            value.write(to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    // Swift compares texts by canonical equivalence; values are equal if they are written the same.
    public static func == (left: JSON, right: JSON) -> Bool { left.canonical == right.canonical }

    private func write(to writer: inout CanonicalWriter) {
        switch self {
        case .object(let members):
            writer.beginObject()
            for (key, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                writer.key(key)
                value.write(to: &writer)
            }
            writer.endObject()
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .string(let text): writer.string(text)
        case .integer(let value): writer.integer(value)
        case .boolean(let value): writer.boolean(value)
        case .raw(let bytes): writer.raw(bytes)
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSONValue {
    /// The value in memory.
    public var json: JSON {
        switch kind {
        case .object: .object(Dictionary(members.map { ($0.key, $0.value.json) }) { first, _ in first })
        case .array: .array(elements.map(\.json))
        case .string: .string(text ?? "")
        case .integer: .integer(integer ?? 0)
        case .boolean: .boolean(boolean ?? false)
        }
    }
}
