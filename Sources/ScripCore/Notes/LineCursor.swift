internal import ScripCrypto

/// Reads the text of a note line by line: charters, verdicts, checkpoints and heads are all lines of words
/// that single spaces separate.
///
/// Reading is strict, and the readers render what they read and compare, so nothing that this type is lenient
/// about can get through.
struct LineCursor {
    /// The greatest number in any text, 2^53 - 1: that of canonical JSON (format section 1).
    static let numberMax = 9_007_199_254_740_991

    private let bytes: [UInt8]
    private var position = 0

    /// The number of the line that was read last, from 1; 0 before the first.
    private(set) var lineNumber = 0

    /// A cursor before the first line of `bytes`; nil if they do not end with a newline.
    init?(_ bytes: [UInt8]) {
        guard bytes.last == UInt8(ascii: "\n") else { return nil }
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    /// The next line without its newline; nil after the last.
    mutating func next() -> ArraySlice<UInt8>? {
        guard position < bytes.count,
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        defer {
            position = end + 1
            lineNumber += 1
        }
        return bytes[position..<end]
    }

    /// What follows `label` and one space on the next line; nil, and nothing is read, if it begins otherwise.
    mutating func value(after label: String) -> ArraySlice<UInt8>? {
        var ahead = self
        guard let line = ahead.next(), line.starts(with: label.utf8) else { return nil }
        let rest = line.dropFirst(label.utf8.count)
        guard rest.first == UInt8(ascii: " ") else { return nil }
        self = ahead
        return rest.dropFirst()
    }

    /// The words of `line`; an empty word stands wherever two spaces meet.
    static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    }

    /// The decimal number that `digits` are: no sign, no leading zero, at most 2^53 - 1.
    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard let first = digits.first, digits.count <= 16 else { return nil }
        guard first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value <= numberMax ? value : nil
    }

    /// The root that `text` is in base64.
    static func root(_ text: ArraySlice<UInt8>) -> Digest? {
        guard let bytes = Base64.decode(text) else { return nil }
        return Digest(bytes)
    }

    /// The region that `text` names.
    static func region(_ text: ArraySlice<UInt8>) -> RegionName? { RegionName(text.span) }
}
