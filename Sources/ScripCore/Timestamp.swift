/// A second in time, `2026-11-20T10:00:00Z`: UTC, the proleptic Gregorian calendar, years 0001 to 9999, no
/// leap seconds (format section 2).
///
/// Exactly these twenty bytes are read: no lower case, no offset, no fraction, no white space.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The seconds since 1970-01-01T00:00:00Z as POSIX counts them; negative before.
    public let seconds: Int64

    /// The first time that can be written, `0001-01-01T00:00:00Z`.
    public static let first = Timestamp(unchecked: -62_135_596_800)

    /// The last time that can be written, `9999-12-31T23:59:59Z`.
    public static let last = Timestamp(unchecked: 253_402_300_799)

    static let byteCount = 20

    private init(unchecked seconds: Int64) {
        self.seconds = seconds
    }

    /// The time `seconds` after 1970-01-01T00:00:00Z; nil outside the years 0001 to 9999.
    public init?(seconds: Int64) {
        guard seconds >= Self.first.seconds, seconds <= Self.last.seconds else { return nil }
        self.seconds = seconds
    }

    /// The time that `text` writes; nil if it is not exactly such a text, or there is no such day or second.
    public init?(_ text: Span<UInt8>) {
        guard text.count == Self.byteCount else { return nil }
        guard text[4] == 0x2d, text[7] == 0x2d, text[10] == 0x54 else { return nil }
        guard text[13] == 0x3a, text[16] == 0x3a, text[19] == 0x5a else { return nil }
        var isWrong = false
        let year = pair(0) * 100 + pair(2)
        let month = pair(5)
        let day = pair(8)
        let hour = pair(11)
        let minute = pair(14)
        let second = pair(17)
        guard !isWrong, year >= 1, month >= 1, month <= 12 else { return nil }
        guard day >= 1, day <= Self.dayCount(year: year, month: month) else { return nil }
        guard hour <= 23, minute <= 59, second <= 59 else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        seconds = Int64(((days * 24 + hour) * 60 + minute) * 60 + second)

        func pair(_ position: Int) -> Int {
            let tens = text[position] &- 0x30
            let ones = text[position + 1] &- 0x30
            isWrong = isWrong || tens > 9 || ones > 9
            return Int(tens) * 10 + Int(ones)
        }
    }

    /// The time that `text` writes; nil if it is not exactly such a text, or there is no such day or second.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    /// The twenty characters, `YYYY-MM-DDTHH:MM:SSZ`.
    public var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }

    /// Appends the twenty bytes of the text to `output`.
    public func append(to output: inout [UInt8]) {
        let secondsOfDay = Int(seconds - Self.day(of: seconds) * Self.secondsPerDay)
        let (year, month, day) = Self.date(days: Int(Self.day(of: seconds)))
        appendPair(year / 100)
        appendPair(year % 100)
        output.append(0x2d)
        appendPair(month)
        output.append(0x2d)
        appendPair(day)
        output.append(0x54)
        appendPair(secondsOfDay / 3_600)
        output.append(0x3a)
        appendPair(secondsOfDay / 60 % 60)
        output.append(0x3a)
        appendPair(secondsOfDay % 60)
        output.append(0x5a)

        func appendPair(_ value: Int) {
            output.append(UInt8(truncatingIfNeeded: 0x30 + value / 10))
            output.append(UInt8(truncatingIfNeeded: 0x30 + value % 10))
        }
    }

    /// The time `interval` later, or the last time there is if that is beyond it.
    public func adding(_ interval: Interval) -> Timestamp {
        adding(seconds: interval.seconds)
    }

    /// The time `seconds` later, earlier if they are negative; the first or last time there is if that is
    /// beyond it.
    public func adding(seconds: Int64) -> Timestamp {
        let (sum, isBeyond) = self.seconds.addingReportingOverflow(seconds)
        if isBeyond { return seconds < 0 ? Self.first : Self.last }
        return Timestamp(unchecked: min(max(sum, Self.first.seconds), Self.last.seconds))
    }

    /// The seconds from `earlier` to this time; negative if it is the later one.
    public func seconds(since earlier: Timestamp) -> Int64 { seconds - earlier.seconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    // The calendar: a year is counted from 1 March, so that the leap day is its last, and 400 years are
    // 146,097 days. Days are counted from 1970-01-01.

    private static let secondsPerDay: Int64 = 86_400
    private static let daysPerEra = 146_097
    /// The days from 0000-03-01 to 1970-01-01.
    private static let daysBeforeEpoch = 719_468

    private static func day(of seconds: Int64) -> Int64 {
        let (quotient, remainder) = seconds.quotientAndRemainder(dividingBy: secondsPerDay)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let monthsSinceMarch = (month + 9) % 12
        let dayOfYear = (153 * monthsSinceMarch + 2) / 5 + day - 1
        return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear
            - daysBeforeEpoch
    }

    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let sinceMarch = days + daysBeforeEpoch
        let era = sinceMarch / daysPerEra
        let dayOfEra = sinceMarch % daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthsSinceMarch = (5 * dayOfYear + 2) / 153
        let month = monthsSinceMarch < 10 ? monthsSinceMarch + 3 : monthsSinceMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthsSinceMarch + 2) / 5 + 1)
    }
}
