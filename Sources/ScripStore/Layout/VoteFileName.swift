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
        let name = text.utf8.span
        let width = FileNumber.width
        let heightsEnd = 2 * width + 1
        guard let end = name.count(before: ".jsonl"), end >= heightsEnd, name.hasHyphen(at: width),
            let first = FileNumber.parse(name.extracting(first: width), width: width),
            let last = FileNumber.parse(name.extracting(width + 1..<heightsEnd), width: width), first <= last
        else { return nil }
        var epoch: Int?
        if end > heightsEnd {
            guard name.hasHyphen(at: heightsEnd),
                let number = FileNumber.parse(name.extracting(heightsEnd + 1..<end))
            else { return nil }
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
