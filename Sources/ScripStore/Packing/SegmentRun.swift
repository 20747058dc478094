/// Segment files of one thousand that together hold consecutive blocks.
struct SegmentRun {
    /// The file that holds all of them.
    private(set) var whole: SegmentName
    /// The files, by their first height; of those that begin at the same height the longest first.
    private(set) var parts: [SegmentName]

    /// The runs that files of one thousand, in the order of `parts`, make: a height that none of them holds ends one.
    static func runs(of names: [SegmentName]) -> [SegmentRun] {
        var runs: [SegmentRun] = []
        for name in names {
            if let last = runs.last, name.heights.lowerBound <= last.whole.heights.upperBound + 1,
                let whole = SegmentName(
                    heights: last.whole.heights
                        .lowerBound...max(
                            last.whole.heights.upperBound, name.heights.upperBound))
            {
                runs[runs.count - 1] = SegmentRun(whole: whole, parts: last.parts + [name])
            } else {
                runs.append(SegmentRun(whole: name, parts: [name]))
            }
        }
        return runs
    }
}
