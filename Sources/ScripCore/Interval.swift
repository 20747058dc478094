/// A length of time in whole seconds, written with one unit: `10s`, `5m`, `72h`, `30d`.
public struct Interval: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The length in seconds, never negative.
    public let seconds: Int64

    /// The longest interval in seconds: from the first to the last time that can be written.
    public static let secondsMax = Timestamp.last.seconds - Timestamp.first.seconds

    /// An interval of `seconds`; nil if they are negative or more than `secondsMax`.
    public init?(seconds: Int64) {
        guard seconds >= 0, seconds <= Self.secondsMax else { return nil }
        self.seconds = seconds
    }

    /// The interval that `text` writes: digits without leading zeros and `s`, `m`, `h` or `d`, after a `+` or
    /// not; nil for anything else.
    public init?(_ text: String) {
        var digits = Array(text.utf8)[...]
        if digits.first == 0x2b { digits.removeFirst() }
        guard let last = digits.popLast(), let unit = Self.units.first(where: { $0.letter == last }) else {
            return nil
        }
        guard let first = digits.first, first != 0x30 || digits.count == 1 else { return nil }
        var count: Int64 = 0
        for digit in digits {
            guard digit &- 0x30 < 10 else { return nil }
            let (tens, isTooMany) = count.multipliedReportingOverflow(by: 10)
            let (sum, isTooMuch) = tens.addingReportingOverflow(Int64(digit - 0x30))
            guard !isTooMany, !isTooMuch else { return nil }
            count = sum
        }
        let (seconds, isTooLong) = count.multipliedReportingOverflow(by: unit.seconds)
        guard !isTooLong else { return nil }
        self.init(seconds: seconds)
    }

    /// The interval in the largest unit that it is a whole number of.
    public var text: String {
        for unit in Self.units where seconds > 0 && seconds.isMultiple(of: unit.seconds) {
            return "\(seconds / unit.seconds)\(Character(UnicodeScalar(unit.letter)))"
        }
        return "0s"
    }

    public var description: String { text }

    public static func < (left: Interval, right: Interval) -> Bool { left.seconds < right.seconds }

    /// The units, longest first.
    private static let units: [(letter: UInt8, seconds: Int64)] = [
        (0x64, 86_400), (0x68, 3_600), (0x6d, 60), (0x73, 1),
    ]
}
