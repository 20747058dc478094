import Testing

@testable import ScripCore

@Suite struct TimeScaleTests {
    private func day(_ text: String) throws -> Int { try #require(Timestamp("\(text)T23:59:59Z")).day }

    @Test(arguments: [
        ("2026-11-20", "2026-11-20", "day", 1, "2026-11-20", "2026-11-20"),
        ("2026-11-20", "2026-11-22", "day", 3, "2026-11-20", "2026-11-22"),
        ("1969-12-30", "1970-01-02", "day", 4, "1969-12-30", "1970-01-02"),
        // 2016-11-05 was a Saturday.
        ("2016-11-05", "2017-11-05", "week", 53, "2016-10-31", "2017-10-30"),
        ("2016-11-07", "2017-11-13", "week", 54, "2016-11-07", "2017-11-13"),
        ("2020-02-29", "2024-03-01", "month", 50, "2020-02", "2024-03"),
        ("2000-01-01", "2026-12-31", "year", 27, "2000", "2026"),
        ("0001-01-01", "9999-12-31", "101 years", 100, "0000", "9999"),
    ])
    func divisions(
        from first: String, to last: String, unit: String, count: Int, firstLabel: String, lastLabel: String
    ) throws {
        let scale = TimeScale(from: try day(first), to: try day(last))
        #expect(scale.unitName == unit)
        #expect(scale.count == count)
        #expect(scale.label(0) == firstLabel)
        #expect(scale.label(count - 1) == lastLabel)
        #expect(scale.position(ofDay: try day(first)) == 0)
        #expect(scale.position(ofDay: try day(last)) == count - 1)
        #expect(scale.position(ofDay: Int.min / 2_000_000_000) == 0)
        #expect(count <= 110)
    }

    @Test func everyDayHasItsPlace() throws {
        let (first, last) = (try day("2019-12-25"), try day("2021-01-10"))
        let scale = TimeScale(from: first, to: last)
        var before = 0
        for number in first...last {
            let position = scale.position(ofDay: number)
            #expect(position == before || position == before + 1)
            before = position
        }
    }
}

@Suite struct LeadersTests {
    @Test func keepsTheGreatest() {
        var leaders = Leaders<String>(limit: 2)
        #expect(leaders.add("b", weight: 2) == nil)
        #expect(leaders.add("c", weight: 2) == nil)
        #expect(leaders.add("a", weight: 3) == "c")
        #expect(leaders.add("d", weight: 1) == "d")
        #expect(leaders.entries == ["a", "b"])
        #expect(leaders.otherCount == 2)
    }
}
