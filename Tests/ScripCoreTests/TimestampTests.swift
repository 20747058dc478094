import ScripCore
import Testing

struct TimestampTests {
    static let good: [(text: String, seconds: Int64)] = [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2026-11-20T10:00:00Z", 1_795_168_800),
        ("2000-02-29T23:59:59Z", 951_868_799),
        ("1900-03-01T00:00:00Z", -2_203_891_200),
        ("2038-01-19T03:14:08Z", 2_147_483_648),
        ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ]

    @Test(arguments: good) func goodText(text: String, seconds: Int64) throws {
        let time = try #require(Timestamp(text))
        #expect(time.seconds == seconds)
        #expect(time.text == text)
        #expect(Timestamp(seconds: seconds) == time)
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T10:00:00", "2026-11-20T10:00:00z", "2026-11-20t10:00:00Z",
        "2026-11-20 10:00:00Z", "2026-11-20T10:00:00Z\n", "2026-11-20T10:00:00Z\r\n", " 2026-11-20T10:00:00Z",
        "2026-11-20T10:00:00+00:00", "2026-11-20T10:00:00.0Z", "2026-11-20T10:00:0Z", "26-11-20T10:00:00Z",
        "+026-11-20T10:00:00Z", "-026-11-20T10:00:00Z", "2026-+1-20T10:00:00Z", "2026- 1-20T10:00:00Z",
        "2026-1-020T10:00:00Z", "2026/11/20T10:00:00Z", "2026-11-20T10-00-00Z", "20261120T100000Z0000",
        "0000-01-01T00:00:00Z", "0000-12-31T23:59:59Z", "2026-00-20T10:00:00Z", "2026-13-20T10:00:00Z",
        "2026-11-00T10:00:00Z", "2026-11-31T10:00:00Z", "2026-12-32T10:00:00Z", "2026-02-29T10:00:00Z",
        "1900-02-29T10:00:00Z", "2100-02-29T10:00:00Z", "2024-02-30T10:00:00Z", "2026-11-20T24:00:00Z",
        "2026-11-20T10:60:00Z", "2016-12-31T23:59:60Z", "2026-11-20T10:00:61Z", "２026-11-20T10:00:00Z",
        "2026-11-20T10:00:00\u{FF3A}", "2026-11-20T1\u{660}:00:00Z", "2026-11-20T10:00:00Z0",
    ])
    func badText(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    /// Another count of the days, month by month from the first.
    @Test func everyMonthOfTheCalendar() {
        let dayCounts = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var days: Int64 = 0
        for year in 1...9_999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in 1...12 {
                let dayCount = Int64(month == 2 && isLeap ? 29 : dayCounts[month - 1])
                let start = Timestamp.first.adding(seconds: days * 86_400)
                let end = Timestamp.first.adding(seconds: (days + dayCount) * 86_400 - 1)
                let prefix = Self.padded(year, 4) + "-" + Self.padded(month, 2)
                let startText = "\(prefix)-01T00:00:00Z"
                let endText = "\(prefix)-\(dayCount)T23:59:59Z"
                // One expectation for what is millions of them if each is recorded.
                if start.text != startText || Timestamp(startText) != start || end.text != endText
                    || Timestamp(endText) != end
                {
                    Issue.record("\(prefix) begins with \(start.text) and ends with \(end.text)")
                }
                days += dayCount
            }
        }
        #expect(Timestamp.first.adding(seconds: days * 86_400 - 1) == Timestamp.last)
    }

    private static func padded(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: count - digits.utf8.count) + digits
    }

    @Test func anySecondIsWrittenAndRead() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            let seconds = Int64.random(
                in: Timestamp.first.seconds...Timestamp.last.seconds, using: &generator)
            let time = try #require(Timestamp(seconds: seconds))
            #expect(Timestamp(time.text) == time)
            #expect(time.text.utf8.count == 20)
        }
    }

    @Test func theEnds() throws {
        #expect(Timestamp(seconds: Timestamp.first.seconds - 1) == nil)
        #expect(Timestamp(seconds: Timestamp.last.seconds + 1) == nil)
        #expect(Timestamp(seconds: .max) == nil && Timestamp(seconds: .min) == nil)
        let time = try #require(Timestamp("2026-11-20T10:00:00Z"))
        #expect(time.adding(seconds: .max) == .last)
        #expect(time.adding(seconds: .min) == .first)
        #expect(Timestamp.last.adding(seconds: 1) == .last)
        #expect(Timestamp.first.adding(seconds: -1) == .first)
    }

    @Test func arithmeticAndOrder() throws {
        let time = try #require(Timestamp("2026-11-20T10:00:00Z"))
        let later = time.adding(try #require(Interval("72h")))
        #expect(later.text == "2026-11-23T10:00:00Z")
        #expect(later.seconds(since: time) == 259_200 && time.seconds(since: later) == -259_200)
        #expect(time < later && !(later < time) && !(time < time))
        #expect(later.adding(seconds: -259_200) == time)
    }
}
