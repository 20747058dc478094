/// The name of a file of votes, `0000000017-0000000042.jsonl`, by the heights of its first and last vote,
/// which are both there also if they are the same.
public struct VoteFileName: Hashable, Sendable {
    public let heights: ClosedRange<Int>

    /// Nil if there are no such heights.
    public init?(heights: ClosedRange<Int>) {
        guard heights.lowerBound >= 1, heights.upperBound <= FileNumber.max else { return nil }
        self.heights = heights
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        guard let (before, after) = text[...].utf8.dropping(suffix: ".jsonl")?.splitAtHyphen(),
            let first = FileNumber.parse(before, width: FileNumber.width),
            let last = FileNumber.parse(after, width: FileNumber.width), first <= last
        else { return nil }
        self.init(heights: first...last)
    }

    public var text: String {
        let first = FileNumber.padded(heights.lowerBound, width: FileNumber.width)
        return "\(first)-\(FileNumber.padded(heights.upperBound, width: FileNumber.width)).jsonl"
    }

    /// The directory that the file lies in.
    public var thousand: ThousandName { ThousandName(height: heights.lowerBound) }
}
