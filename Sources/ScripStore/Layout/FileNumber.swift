/// The decimal numbers in file names: digits alone, either padded with zeros to a fixed width or without a
/// leading zero, so that a number has one name.
enum FileNumber {
    /// The digits of a height, a size or an outbox number.
    static let width = 10

    /// The digits of a directory of a thousand heights.
    static let thousandWidth = 7

    /// The largest number that `width` digits write.
    static let max = 9_999_999_999

    static func padded(_ number: Int, width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: Swift.max(width - digits.utf8.count, 0)) + digits
    }

    /// The number that exactly `width` digits write, 0 included.
    static func parse(_ digits: Substring.UTF8View, width: Int) -> Int? {
        digits.count == width ? value(digits) : nil
    }

    /// The number from 1 on that at most ten digits without a leading zero write.
    static func parse(_ digits: Substring.UTF8View) -> Int? {
        guard let first = digits.first, first != UInt8(ascii: "0"), digits.count <= width else { return nil }
        return value(digits)
    }

    private static func value(_ digits: Substring.UTF8View) -> Int? {
        let digits = digits.span
        var value = 0
        for place in digits.indices {
            let byte = digits[place]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

extension Substring.UTF8View {
    /// What stands before `suffix`; nil if the text does not end so.
    func dropping(suffix: StaticString) -> Substring.UTF8View? {
        let bytes = span
        let rest = bytes.count - suffix.utf8CodeUnitCount
        guard rest > 0 else { return nil }
        for place in 0..<suffix.utf8CodeUnitCount {
            guard unsafe bytes[rest + place] == suffix.utf8Start[place] else { return nil }
        }
        return prefix(rest)
    }

    /// What stands before and after the first `-`; nil if there is none.
    func splitAtHyphen() -> (before: Substring.UTF8View, after: Substring.UTF8View)? {
        guard let hyphen = firstIndex(of: UInt8(ascii: "-")) else { return nil }
        return (self[..<hyphen], self[index(after: hyphen)...])
    }
}
