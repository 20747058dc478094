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
    static func parse(_ digits: Span<UInt8>, width: Int) -> Int? {
        digits.count == width ? value(digits) : nil
    }

    /// The number from 1 on that at most ten digits without a leading zero write.
    static func parse(_ digits: Span<UInt8>) -> Int? {
        guard (1...width).contains(digits.count), digits[0] != UInt8(ascii: "0") else { return nil }
        return value(digits)
    }

    private static func value(_ digits: Span<UInt8>) -> Int? {
        var value = 0
        for place in digits.indices {
            let byte = digits[place]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

// A folder can hold hundreds of thousands of names, and each is read as bytes where it lies: to cut a string in parts
// costs more than to list it.
extension Span<UInt8> {
    /// How many bytes stand before `suffix`; nil if the text does not end so, or nothing stands before it.
    func count(before suffix: StaticString) -> Int? {
        let rest = count - suffix.utf8CodeUnitCount
        guard rest > 0 else { return nil }
        for place in 0..<suffix.utf8CodeUnitCount {
            guard unsafe self[rest + place] == suffix.utf8Start[place] else { return nil }
        }
        return rest
    }

    /// Whether the byte at `place` is there and a `-`.
    func hasHyphen(at place: Int) -> Bool { place < count && self[place] == UInt8(ascii: "-") }
}

extension Substring.UTF8View {
    /// What stands before `suffix`; nil if the text does not end so.
    func dropping(suffix: StaticString) -> Substring.UTF8View? {
        span.count(before: suffix).map { prefix($0) }
    }

    /// What stands before and after the first `-`; nil if there is none.
    func splitAtHyphen() -> (before: Substring.UTF8View, after: Substring.UTF8View)? {
        guard let hyphen = firstIndex(of: UInt8(ascii: "-")) else { return nil }
        return (self[..<hyphen], self[index(after: hyphen)...])
    }
}
