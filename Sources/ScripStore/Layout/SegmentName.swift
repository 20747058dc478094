/// The name of a segment: `0000000017.seg.gz` with one block, `0000000017-0000000042.seg.gz` with several, by
/// the heights of its first and last block. A segment never crosses a multiple of 1,000 (format section 4).
public struct SegmentName: Hashable, Sendable {
    public let heights: ClosedRange<Int>

    /// Nil if no segment can hold these heights.
    public init?(heights: ClosedRange<Int>) {
        guard heights.lowerBound >= 1, heights.upperBound <= FileNumber.max else { return nil }
        guard heights.lowerBound / 1_000 == heights.upperBound / 1_000 else { return nil }
        self.heights = heights
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        let name = text.utf8.span
        guard let end = name.count(before: ".seg.gz"), end >= FileNumber.width,
            let first = FileNumber.parse(name.extracting(first: FileNumber.width), width: FileNumber.width)
        else { return nil }
        if end == FileNumber.width {
            self.init(heights: first...first)
            return
        }
        guard name.hasHyphen(at: FileNumber.width),
            let last = FileNumber.parse(
                name.extracting(FileNumber.width + 1..<end), width: FileNumber.width), first < last
        else { return nil }
        self.init(heights: first...last)
    }

    public var text: String {
        let first = FileNumber.padded(heights.lowerBound, width: FileNumber.width)
        if heights.count == 1 { return "\(first).seg.gz" }
        return "\(first)-\(FileNumber.padded(heights.upperBound, width: FileNumber.width)).seg.gz"
    }

    /// The directory that the segment lies in.
    public var thousand: ThousandName { ThousandName(height: heights.lowerBound) }
}
