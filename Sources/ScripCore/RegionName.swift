/// The name of a region: `[a-z][a-z0-9-]{0,30}`, and not `scrip`, which is the prefix of bearer codes
/// (format section 2).
///
/// The bytes are held in place, padded with zeros to four big-endian words, so that copying costs no
/// reference count and comparing words compares bytes.
public struct RegionName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most bytes that a name can have.
    public static let byteCountMax = 31

    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// The name in `bytes`; nil if they do not follow the grammar.
    public init?(_ bytes: Span<UInt8>) {
        self.init(bytes, count: bytes.count)
    }

    /// The name in `text`; nil if it does not follow the grammar.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    /// The name in the first `count` of `bytes`; nil if they do not follow the grammar.
    init?(_ bytes: Span<UInt8>, count: Int) {
        guard count >= 1, count <= Self.byteCountMax, count <= bytes.count else { return nil }
        guard bytes[0] >= 0x61, bytes[0] <= 0x7a else { return nil }
        var words: InlineArray<4, UInt64> = [0, 0, 0, 0]
        for position in 0..<count {
            let byte = bytes[position]
            let isLetter = byte &- 0x61 < 26
            let isDigit = byte &- 0x30 < 10
            guard isLetter || isDigit || byte == 0x2d else { return nil }
            words[position >> 3] |= UInt64(byte) << UInt64(56 - 8 * (position & 7))
        }
        // The five letters of `scrip` and three zeros.
        guard words[0] != 0x7363_7269_7000_0000 else { return nil }
        (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
    }

    /// The number of bytes, 1 to 31.
    public var count: Int {
        let zeroBits =
            if fourth != 0 {
                fourth.trailingZeroBitCount
            } else if third != 0 {
                64 + third.trailingZeroBitCount
            } else if second != 0 {
                128 + second.trailingZeroBitCount
            } else {
                192 + first.trailingZeroBitCount
            }
        return 32 - zeroBits / 8
    }

    /// The name.
    public var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }

    /// Appends the bytes of the name to `output`.
    public func append(to output: inout [UInt8]) {
        for position in 0..<count { output.append(byte(at: position)) }
    }

    /// The byte at `position`, which is at least 0 and less than `count`.
    func byte(at position: Int) -> UInt8 {
        let word =
            switch position >> 3 {
            case 0: first
            case 1: second
            case 2: third
            default: fourth
            }
        return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (position & 7)))
    }

    public static func < (left: RegionName, right: RegionName) -> Bool {
        (left.first, left.second, left.third, left.fourth)
            < (right.first, right.second, right.third, right.fourth)
    }
}
