/// The name of a file of votes, `0000000017-0000000042.jsonl`, by the heights of its first and last vote,
/// which are both there also if they are the same. Votes for the quorum of another epoch than the blocks name have
/// its number in the name: `0000000017-0000000017-1.jsonl`.
public struct VoteFileName: Hashable, Sendable {
    public let heights: ClosedRange<Int>
    /// The epoch for whose quorum the votes are; nil if for that which each block names.
    public let epoch: Int?

    /// Nil if there are no such heights, or no such epoch.
    public init?(heights: ClosedRange<Int>, epoch: Int? = nil) {
        guard heights.lowerBound >= 1, heights.upperBound <= FileNumber.max,
            (1...FileNumber.max).contains(epoch ?? 1)
        else { return nil }
        self.heights = heights
        self.epoch = epoch
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        guard let (before, after) = text[...].utf8.dropping(suffix: ".jsonl")?.splitAtHyphen(),
            let first = FileNumber.parse(before, width: FileNumber.width)
        else { return nil }
        let parts = after.splitAtHyphen()
        guard let last = FileNumber.parse(parts?.before ?? after, width: FileNumber.width), first <= last
        else { return nil }
        var epoch: Int?
        if let parts {
            guard let number = FileNumber.parse(parts.after) else { return nil }
            epoch = number
        }
        self.init(heights: first...last, epoch: epoch)
    }

    public var text: String {
        let first = FileNumber.padded(heights.lowerBound, width: FileNumber.width)
        let last = FileNumber.padded(heights.upperBound, width: FileNumber.width)
        return epoch.map { "\(first)-\(last)-\($0).jsonl" } ?? "\(first)-\(last).jsonl"
    }

    /// The directory that the file lies in.
    public var thousand: ThousandName { ThousandName(height: heights.lowerBound) }
}
