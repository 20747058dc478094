import ScripCore
import Testing

@testable import ScripCommands

@Suite struct TimeArgumentTests {
    private let now = Timestamp("2026-11-20T10:00:00Z")!

    @Test(arguments: [
        ("2026-12-31T23:59:59Z", "2026-12-31T23:59:59Z", false),
        ("+90s", "2026-11-20T10:01:30Z", true),
        ("+5m", "2026-11-20T10:05:00Z", true),
        ("+72h", "2026-11-23T10:00:00Z", true),
        ("+30d", "2026-12-20T10:00:00Z", true),
        ("+0s", "2026-11-20T10:00:00Z", true),
    ])
    func times(text: String, time: String, isRelative: Bool) throws {
        let argument = try #require(TimeArgument(text))
        #expect(argument.time(now: now).text == time)
        #expect(argument.isRelative == isRelative)
    }

    @Test(arguments: [
        "", "+", "72h", "-72h", "++72h", "+72", "+72H", "+1w", "+07h", "+ 72h", "+1h30m", "2026-11-20",
        "tomorrow",
        "2026-11-20T10:00:00", "2026-11-20t10:00:00z", "2026-02-30T10:00:00Z", "+99999999999999999999d",
    ])
    func noTimes(text: String) {
        #expect(TimeArgument(text) == nil)
    }
}
