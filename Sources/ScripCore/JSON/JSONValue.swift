/// A value inside a `JSONDocument`: a cursor that holds the document and the place of one node.
public struct JSONValue: Sendable {
    /// What a value is. There is no null (format section 1).
    public enum Kind: Sendable {
        case object, array, string, integer, boolean
    }

    let document: JSONDocument
    let index: Int

    private var node: JSONDocument.Node { document.nodes[index] }

    /// What this value is.
    public var kind: Kind {
        switch node.kind {
        case .object: .object
        case .array: .array
        case .string: .string
        case .integer: .integer
        case .boolean: .boolean
        }
    }

    /// The bytes of the document that this value takes, a string without its quotation marks.
    var range: Range<Int> { Int(node.start)..<Int(node.end) }

    /// The value of the member `key`; nil if there is none or this is no object.
    public func member(_ key: StaticString) -> JSONValue? {
        keyIndex(key).map { JSONValue(document: document, index: $0 + 1) }
    }

    /// Where the member `key` stands on the tape; nil if there is none or this is no object. With the place of
    /// another member the search begins behind that one, and goes around.
    func keyIndex(_ key: StaticString, after other: Int? = nil) -> Int? {
        guard node.kind == .object else { return nil }
        let bytes = document.bytes.span
        let nodes = document.nodes.span
        let first = index + 1
        let end = Int(node.next)
        let start = other.map { Int(nodes[$0 + 1].next) } ?? first
        var child = start
        while child < end {
            if Self.isEqual(bytes, nodes[child], key) { return child }
            child = Int(nodes[child + 1].next)
        }
        child = first
        while child < start {
            if Self.isEqual(bytes, nodes[child], key) { return child }
            child = Int(nodes[child + 1].next)
        }
        return nil
    }

    /// The first key of this object for whose place on the tape `isWanted` says yes.
    func firstKey(where isWanted: (Int) -> Bool) -> String? {
        guard node.kind == .object else { return nil }
        var child = index + 1
        while child < Int(node.next) {
            if isWanted(child) { return JSONValue(document: document, index: child).text ?? "" }
            child = Int(document.nodes[child + 1].next)
        }
        return nil
    }

    private static func isEqual(
        _ bytes: Span<UInt8>, _ node: JSONDocument.Node, _ key: StaticString
    ) -> Bool {
        let start = Int(node.start)
        let count = Int(node.end) - start
        guard count == key.utf8CodeUnitCount else { return false }
        return key.withUTF8Buffer { text in
            var offset = 0
            while offset < count {
                if unsafe bytes[start + offset] != text[offset] { return false }
                offset += 1
            }
            return true
        }
    }

    /// Whether this is an object each of whose keys is among `keys`.
    public func hasOnly(_ keys: [StaticString]) -> Bool {
        guard node.kind == .object else { return false }
        let bytes = document.bytes.span
        let other = firstKey(where: { index in
            !keys.contains(where: { Self.isEqual(bytes, document.nodes[index], $0) })
        })
        return other == nil
    }

    /// The members of an object in the order of the text; empty for anything else.
    public var members: [(key: String, value: JSONValue)] {
        guard node.kind == .object else { return [] }
        var result: [(key: String, value: JSONValue)] = []
        var child = index + 1
        while child < Int(node.next) {
            let key = JSONValue(document: document, index: child).text ?? ""
            result.append((key, JSONValue(document: document, index: child + 1)))
            child = Int(document.nodes[child + 1].next)
        }
        return result
    }

    /// The elements of an array; empty for anything else.
    public var elements: [JSONValue] {
        guard node.kind == .array else { return [] }
        var result: [JSONValue] = []
        var child = index + 1
        while child < Int(node.next) {
            result.append(JSONValue(document: document, index: child))
            child = Int(document.nodes[child].next)
        }
        return result
    }

    /// The integer, if this is one.
    public var integer: Int64? {
        guard node.kind == .integer else { return nil }
        var value: Int64 = 0
        var isNegative = false
        for byte in document.bytes[range] {
            if byte == UInt8(ascii: "-") {
                isNegative = true
            } else {
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        return isNegative ? -value : value
    }

    /// The truth value, if this is one.
    public var boolean: Bool? { node.kind == .boolean ? node.flag : nil }

    /// The bytes of the string, unescaped, if this is one.
    public var string: [UInt8]? {
        guard node.kind == .string else { return nil }
        if !node.flag { return Array(document.bytes[range]) }
        return unescaped()
    }

    /// The string as text, if this is one.
    public var text: String? {
        guard node.kind == .string else { return nil }
        if !node.flag { return String(decoding: document.bytes[range], as: UTF8.self) }
        return String(decoding: unescaped(), as: UTF8.self)
    }

    /// Whether this is a string that holds no escape, so that `range` is its bytes.
    var isPlainString: Bool { node.kind == .string && !node.flag }

    private func unescaped() -> [UInt8] {
        var result: [UInt8] = []
        let bytes = document.bytes
        var position = range.lowerBound
        func unit(at start: Int) -> UInt32 {
            bytes[start..<start + 4].reduce(0) { $0 << 4 | UInt32(JSONReader.nibble($1) ?? 0) }
        }
        while position < range.upperBound {
            guard bytes[position] == UInt8(ascii: "\\") else {
                result.append(bytes[position])
                position += 1
                continue
            }
            let letter = bytes[position + 1]
            position += 2
            switch letter {
            case UInt8(ascii: "n"): result.append(0x0a)
            case UInt8(ascii: "u"):
                var scalar = unit(at: position)
                position += 4
                if scalar >= 0xd800 && scalar <= 0xdbff {
                    scalar = 0x10000 + (scalar - 0xd800) << 10 + (unit(at: position + 2) - 0xdc00)
                    position += 6
                }
                if let valid = Unicode.Scalar(scalar) { result.append(contentsOf: String(valid).utf8) }
            default: result.append(letter)
            }
        }
        return result
    }
}
