import ScripCore
import Testing

struct IntervalTests {
    static let good: [(text: String, seconds: Int64, canonical: String)] = [
        ("0s", 0, "0s"), ("0d", 0, "0s"), ("1s", 1, "1s"), ("10s", 10, "10s"), ("60s", 60, "1m"),
        ("5m", 300, "5m"),
        ("90m", 5_400, "90m"), ("72h", 259_200, "3d"), ("+72h", 259_200, "3d"), ("25h", 90_000, "25h"),
        ("30d", 2_592_000, "30d"), ("86401s", 86_401, "86401s"), ("3652058d", 315_537_811_200, "3652058d"),
    ]

    @Test(arguments: good) func goodText(text: String, seconds: Int64, canonical: String) throws {
        let interval = try #require(Interval(text))
        #expect(interval.seconds == seconds)
        #expect(interval.text == canonical)
        #expect(Interval(interval.text) == interval)
    }

    @Test(arguments: [
        "", "+", "s", "+s", "7", "+7", "07s", "00s", "-7s", "++7s", "7+s", " 7s", "7 s", "7s ", "7s\n",
        "7s\r\n", "7S", "7x",
        "7w", "7.5h", "7,5h", "1h30m", "７s", "7ｓ", "٧s", "0x7s", "1e3s", "3652060d", "9223372036854775807s",
        "9223372036854775808s", "99999999999999999999999s", "106751991167301d",
    ])
    func badText(_ text: String) {
        #expect(Interval(text) == nil)
    }

    @Test func limits() throws {
        #expect(Interval(seconds: -1) == nil)
        #expect(Interval(seconds: Interval.secondsMax + 1) == nil)
        let longest = try #require(Interval(seconds: Interval.secondsMax))
        #expect(Timestamp.first.adding(longest) == Timestamp.last)
        #expect(try #require(Interval("59s")) < #require(Interval("1m")))
    }
}
