public import ScripCrypto

/// Base64 with the alphabet of RFC 4648 section 4, padded with `=`, as signatures and roots are written.
///
/// Only the canonical text of some bytes is read: no white space, padding where it belongs, and zeros in the
/// bits that the last digit does not need.
public enum Base64 {
    /// The base64 text of `bytes`.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes.span, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the base64 text of `bytes` to `output`.
    public static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        var position = 0
        while position < bytes.count {
            let left = bytes.count - position
            let group =
                UInt32(bytes[position]) << 16
                | (left > 1 ? UInt32(bytes[position + 1]) << 8 : 0)
                | (left > 2 ? UInt32(bytes[position + 2]) : 0)
            output.append(digit(group >> 18))
            output.append(digit(group >> 12))
            output.append(left > 1 ? digit(group >> 6) : padding)
            output.append(left > 2 ? digit(group) : padding)
            position += 3
        }
    }

    /// The bytes whose canonical text `text` is; nil if it is none.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard let count = byteCount(text) else { return nil }
        var result = [UInt8](repeating: 0, count: count)
        var output = result.mutableSpan
        guard decode(text, into: &output) else { return nil }
        return result
    }

    /// The bytes whose canonical text `text` is; nil if it is none.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let digits = Array(text)
        return decode(digits.span)
    }

    /// The number of bytes that `text` writes, by its length and its padding; nil if it is not whole groups.
    static func byteCount(_ text: Span<UInt8>) -> Int? {
        let count = text.count
        guard count.isMultiple(of: 4) else { return nil }
        guard count > 0 else { return 0 }
        var result = count / 4 * 3
        if text[count - 1] == padding { result -= text[count - 2] == padding ? 2 : 1 }
        return result
    }

    /// Fills `output` with the bytes whose canonical text `text` is; false, and `output` is worth nothing, if
    /// it is no canonical text of exactly so many bytes.
    static func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Bool {
        guard byteCount(text) == output.count else { return false }
        let values = values
        var seen: UInt8 = 0
        let wholeGroups = output.count / 3
        for group in 0..<wholeGroups {
            let first = values[Int(text[4 * group])]
            let second = values[Int(text[4 * group + 1])]
            let third = values[Int(text[4 * group + 2])]
            let fourth = values[Int(text[4 * group + 3])]
            seen |= first | second | third | fourth
            output[3 * group] = first << 2 | second >> 4
            output[3 * group + 1] = second << 4 | third >> 2
            output[3 * group + 2] = third << 6 | fourth
        }
        let rest = output.count - 3 * wholeGroups
        if rest > 0 {
            let first = values[Int(text[4 * wholeGroups])]
            let second = values[Int(text[4 * wholeGroups + 1])]
            seen |= first | second
            output[3 * wholeGroups] = first << 2 | second >> 4
            if rest == 2 {
                let third = values[Int(text[4 * wholeGroups + 2])]
                seen |= third
                output[3 * wholeGroups + 1] = second << 4 | third >> 2
                guard third & 0x03 == 0 else { return false }
            } else {
                guard second & 0x0f == 0 else { return false }
            }
        }
        // What is no digit, padding too, has the value 0xff, whose high bits are in no digit.
        return seen < 0x40
    }

    private static let padding: UInt8 = 0x3d

    private static func digit(_ bits: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 0x3f)
        return switch value {
        case 0..<26: 0x41 + value
        case 26..<52: 0x61 + (value - 26)
        case 52..<62: 0x30 + (value - 52)
        case 62: 0x2b
        default: 0x2f
        }
    }

    /// The value of every byte as a digit, 0xff for what is none.
    private static let values: [UInt8] = (0...255).map { (byte: UInt8) in
        switch byte {
        case 0x41...0x5a: byte - 0x41
        case 0x61...0x7a: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case 0x2b: 62
        case 0x2f: 63
        default: 0xff
        }
    }
}

extension Bytes32 {
    /// The canonical base64 text, 44 characters.
    public var base64: String { Base64.encode(bytes) }

    /// The 32 bytes whose canonical base64 text is `text`; nil if it is none.
    public init?(base64 text: Span<UInt8>) {
        var storage = InlineArray<32, UInt8>(repeating: 0)
        var output = storage.mutableSpan
        guard Base64.decode(text, into: &output) else { return nil }
        self.init(storage.span)
    }
}

extension Ed25519Signature {
    /// The canonical base64 text, 88 characters.
    public var base64: String { Base64.encode(bytes) }

    /// The signature whose canonical base64 text is `text`; nil if it is none of 64 bytes.
    public init?(base64 text: Span<UInt8>) {
        var storage = InlineArray<64, UInt8>(repeating: 0)
        var output = storage.mutableSpan
        guard Base64.decode(text, into: &output) else { return nil }
        self.init(storage.span)
    }
}
