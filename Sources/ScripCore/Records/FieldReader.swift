internal import ScripCrypto

/// Takes the fields of one JSON object by name and type, and knows at the end whether any is left over.
struct FieldReader {
    private let object: JSONValue
    /// Where the last field was found: the next one is looked for from there on, as most come in their order.
    private var place: Int?
    /// The fields that were asked for and are there, by their distance from the object on the tape.
    private var near: UInt64 = 0
    /// Those that are too far for that.
    private var far: Set<Int> = []

    init(_ value: JSONValue) { object = value }

    mutating func value(_ key: StaticString) -> JSONValue? {
        guard let found = object.keyIndex(key, after: place) else { return nil }
        place = found
        let distance = found - object.index
        if distance < 64 { near |= 1 << UInt64(distance) } else { far.insert(found) }
        return JSONValue(document: object.document, index: found + 1)
    }

    private mutating func required(_ key: StaticString) throws(MalformedRecord) -> JSONValue {
        guard let value = value(key) else { throw MalformedRecord("'\(key)' is missing") }
        return value
    }

    /// A text of 1 to 256 bytes without control characters (format section 2).
    mutating func text(_ key: StaticString) throws(MalformedRecord) -> String {
        try Self.text(try required(key), key)
    }

    mutating func optionalText(_ key: StaticString) throws(MalformedRecord) -> String? {
        guard let value = value(key) else { return nil }
        return try Self.text(value, key)
    }

    private static func text(_ value: JSONValue, _ key: StaticString) throws(MalformedRecord) -> String {
        guard value.kind == .string, let text = value.text else {
            throw MalformedRecord("'\(key)' is not a string")
        }
        guard (1...256).contains(text.utf8.count) else {
            throw MalformedRecord("'\(key)' is not 1 to 256 bytes long")
        }
        return text
    }

    mutating func boolean(_ key: StaticString) throws(MalformedRecord) -> Bool {
        guard let boolean = try required(key).boolean else {
            throw MalformedRecord("'\(key)' is neither true nor false")
        }
        return boolean
    }

    /// An integer within `range`.
    mutating func integer(
        _ key: StaticString, in range: ClosedRange<Int64> = 1...JSONDocument.integerMax
    ) throws(MalformedRecord) -> Int64 {
        guard let integer = try required(key).integer else {
            throw MalformedRecord("'\(key)' is not an integer")
        }
        guard range.contains(integer) else { throw MalformedRecord("'\(key)' is out of range") }
        return integer
    }

    private static func plain<Value>(
        _ value: JSONValue, _ read: (Span<UInt8>) -> Value?
    ) -> Value? {
        guard value.isPlainString else { return nil }
        let bytes = value.document.bytes.span
        return read(bytes.extracting(value.range))
    }

    mutating func digest(_ key: StaticString) throws(MalformedRecord) -> Digest {
        try Self.digest(try required(key), key)
    }

    mutating func optionalDigest(_ key: StaticString) throws(MalformedRecord) -> Digest? {
        guard let value = value(key) else { return nil }
        return try Self.digest(value, key)
    }

    private static func digest(_ value: JSONValue, _ key: StaticString) throws(MalformedRecord) -> Digest {
        guard let digest = plain(value, { Digest(hexadecimal: $0) }) else {
            throw MalformedRecord("'\(key)' is not 64 lowercase hexadecimal digits")
        }
        return digest
    }

    mutating func voucher(_ key: StaticString) throws(MalformedRecord) -> VoucherID {
        guard let bytes = Self.plain(try required(key), { Bytes16(hexadecimal: $0) }) else {
            throw MalformedRecord("'\(key)' is not 32 lowercase hexadecimal digits")
        }
        return VoucherID(bytes)
    }

    mutating func time(_ key: StaticString) throws(MalformedRecord) -> Timestamp {
        try Self.time(try required(key), key)
    }

    mutating func optionalTime(_ key: StaticString) throws(MalformedRecord) -> Timestamp? {
        guard let value = value(key) else { return nil }
        return try Self.time(value, key)
    }

    private static func time(_ value: JSONValue, _ key: StaticString) throws(MalformedRecord) -> Timestamp {
        guard let time = plain(value, { Timestamp($0) }) else {
            throw MalformedRecord("'\(key)' is not a time like 2026-11-20T10:00:00Z")
        }
        return time
    }

    mutating func address(_ key: StaticString) throws(MalformedRecord) -> Address {
        let value = try required(key)
        guard value.isPlainString else { throw MalformedRecord("'\(key)' is not an address") }
        do {
            let bytes = value.document.bytes.span
            return try Address(parsing: bytes.extracting(value.range))
        } catch {
            throw MalformedRecord("'\(key)' is not an address: \(error)")
        }
    }

    mutating func region(_ key: StaticString) throws(MalformedRecord) -> RegionName {
        guard let region = Self.plain(try required(key), { RegionName($0) }) else {
            throw MalformedRecord("'\(key)' is not a region name")
        }
        return region
    }

    mutating func signature(_ key: StaticString) throws(MalformedRecord) -> Ed25519Signature {
        let signature = Self.plain(try required(key)) { text -> Ed25519Signature? in
            var storage = InlineArray<64, UInt8>(repeating: 0)
            var bytes = storage.mutableSpan
            return Base64.decode(text, into: &bytes) ? Ed25519Signature(storage.span) : nil
        }
        guard let signature else { throw MalformedRecord("'\(key)' is not canonical base64 of 64 bytes") }
        return signature
    }

    /// The elements of a list that is not empty and has at most `most`.
    mutating func list(_ key: StaticString, most: Int) throws(MalformedRecord) -> [JSONValue] {
        try Self.list(try required(key), key, most: most)
    }

    /// The same; nil if there is none.
    mutating func optionalList(_ key: StaticString, most: Int) throws(MalformedRecord) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        return try Self.list(value, key, most: most)
    }

    private static func list(
        _ value: JSONValue, _ key: StaticString, most: Int
    ) throws(MalformedRecord) -> [JSONValue] {
        guard value.kind == .array else { throw MalformedRecord("'\(key)' is not a list") }
        let elements = value.elements
        if elements.isEmpty { throw MalformedRecord("'\(key)' is empty") }
        guard elements.count <= most else { throw MalformedRecord("'\(key)' has more than \(most) elements") }
        return elements
    }

    /// Marks fields as known that are read elsewhere.
    mutating func admit(_ keys: [StaticString]) {
        for key in keys { _ = value(key) }
    }

    /// Throws if the object holds a field that nobody asked for.
    func refuseOthers() throws(MalformedRecord) {
        if object.kind != .object { throw MalformedRecord("an object is missing") }
        let other = object.firstKey(where: { index in
            let distance = index - object.index
            return distance < 64 ? near & 1 << UInt64(distance) == 0 : !far.contains(index)
        })
        if let other { throw MalformedRecord("unknown field '\(other)'") }
    }
}
