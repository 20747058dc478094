public import ScripCrypto

/// Lower-case hexadecimal text, two digits a byte, as ids and digests are written (format section 2).
public enum Hexadecimal {
    /// The digits of `bytes`, two for each.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(2 * bytes.count)
        for byte in bytes { append(byte, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the digits of `bytes`, two for each, to `output`.
    public static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        for position in bytes.indices { append(bytes[position], to: &output) }
    }

    /// The bytes that `text` writes; nil if it holds anything but pairs of the digits `0-9a-f`.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let digits = Array(text)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var result = [UInt8](repeating: 0, count: digits.count / 2)
        var output = result.mutableSpan
        guard decode(digits.span, into: &output) else { return nil }
        return result
    }

    /// Fills `output` with the bytes that `text` writes; false, and `output` is worth nothing, if `text` is
    /// not exactly two digits `0-9a-f` for each byte of it.
    static func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Bool {
        guard text.count == 2 * output.count else { return false }
        var seen: UInt8 = 0
        for position in output.indices {
            let high = values[Int(text[2 * position])]
            let low = values[Int(text[2 * position + 1])]
            seen |= high | low
            output[position] = high << 4 | low & 0x0f
        }
        // What is no digit has the value 0xff, whose high bits are in no digit.
        return seen < 0x10
    }

    private static func append(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(digit(byte >> 4))
        output.append(digit(byte & 0x0f))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }

    /// The value of every byte as a digit, 0xff for what is none.
    private static let values: [UInt8] = (0...255).map { (byte: UInt8) in
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x57
        default: 0xff
        }
    }
}

extension Bytes32 {
    /// The 64 lower-case hexadecimal digits.
    public var hexadecimal: String { Hexadecimal.encode(bytes) }

    /// Appends the 64 lower-case hexadecimal digits to `output`.
    public func appendHexadecimal(to output: inout [UInt8]) {
        withSpan { Hexadecimal.append($0, to: &output) }
    }

    /// The bytes that exactly 64 digits `0-9a-f` write; nil for anything else.
    public init?(hexadecimal text: Span<UInt8>) {
        var storage = InlineArray<32, UInt8>(repeating: 0)
        var output = storage.mutableSpan
        guard Hexadecimal.decode(text, into: &output) else { return nil }
        self.init(storage.span)
    }

    /// The bytes that exactly 64 digits `0-9a-f` write; nil for anything else.
    public init?(hexadecimal text: some Collection<UInt8>) {
        let digits = Array(text)
        self.init(hexadecimal: digits.span)
    }
}

extension Bytes16 {
    /// The 32 lower-case hexadecimal digits.
    public var hexadecimal: String { Hexadecimal.encode(bytes) }

    /// Appends the 32 lower-case hexadecimal digits to `output`.
    public func appendHexadecimal(to output: inout [UInt8]) {
        withSpan { Hexadecimal.append($0, to: &output) }
    }

    /// The bytes that exactly 32 digits `0-9a-f` write; nil for anything else.
    public init?(hexadecimal text: Span<UInt8>) {
        var storage = InlineArray<16, UInt8>(repeating: 0)
        var output = storage.mutableSpan
        guard Hexadecimal.decode(text, into: &output) else { return nil }
        self.init(storage.span)
    }

    /// The bytes that exactly 32 digits `0-9a-f` write; nil for anything else.
    public init?(hexadecimal text: some Collection<UInt8>) {
        let digits = Array(text)
        self.init(hexadecimal: digits.span)
    }
}
