import Testing

@testable import ScripStore

@Suite struct SegmentRunTests {
    /// Names as `first-last`, in the order of a folder; the runs as `whole: parts`.
    @Test(arguments: [
        ("", ""), ("1", "1:1"), ("1 2 3", "1-3:1,2,3"), ("1 3", "1:1 3:3"), ("1-3 2 3 4", "1-4:1-3,2,3,4"),
        ("1-3 2-5 7", "1-5:1-3,2-5 7:7"), ("1-9 2 3", "1-9:1-9,2,3"), ("998 999", "998-999:998,999"),
        ("1-2 1", "1-2:1-2,1"), ("5-6 6-8 9-10 12", "5-10:5-6,6-8,9-10 12:12"),
    ])
    func neighboursAreOneRun(_ files: String, _ expected: String) throws {
        func name(_ text: Substring) throws -> SegmentName {
            let heights = text.split(separator: "-").compactMap { Int($0) }
            return try #require(SegmentName(heights: heights[0]...heights[heights.count - 1]))
        }
        func text(_ name: SegmentName) -> String {
            let heights = name.heights
            return heights.count == 1
                ? "\(heights.lowerBound)" : "\(heights.lowerBound)-\(heights.upperBound)"
        }
        let runs = SegmentRun.runs(of: try files.split(separator: " ").map(name))
        let found = runs.map { "\(text($0.whole)):\($0.parts.map(text).joined(separator: ","))" }
        #expect(found.joined(separator: " ") == expected)
    }

    @Test func noRunCrossesAThousand() throws {
        let names = try [998...999, 1_000...1_001].map { try #require(SegmentName(heights: $0)) }
        #expect(SegmentRun.runs(of: names).map(\.whole) == names)
    }
}
